/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Has a profile been through a canary? */
#include "cli/ready.h"

#include "base/cleanup.h"
#include "cli/digest.h"
#include "cli/say.h"
#include "learn/holdout.h"
#include "policy/admission.h"
#include "policy/algebra.h"
#include "policy/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define CONFIDENCE  0.95
#define USUAL_RISK  0.05
#define SECOND	    1e9
#define HOUR	    (3600 * SECOND)
#define HOURS_A_DAY 24.0

/* The profile of a canary, kept for its siblings. */
struct elder {
	const char *sha256;    /* borrowed */
	struct policy *policy; /* NULL: lost, or not contained in ours; owned */
};

struct elders {
	vec_of(struct elder) all;
};

/* A profile whose text is lost or cannot be read any more says nothing. */
static int read_profile(struct store *s, const char *sha256, struct policy **q, struct err *e)
{
	autofree char *text = NULL;
	int r = digest_find(s, sha256, &text, e);

	if (!r)
		r = policy_parse(text, strlen(text), "a canary's profile", q, e);
	return r == -ENOENT || r == -EINVAL ? 0 : r;
}

static int meet_elder(struct elders *elders, struct store *s, const char *sha256,
		      const struct policy *p, const struct policy **out, struct err *e)
{
	autopolicy struct policy *q = NULL;
	bool is_contained = false;

	vec_for(known, &elders->all) {
		if (strcmp(known->sha256, sha256) == 0) {
			*out = known->policy;
			return 0;
		}
	}
	int r = read_profile(s, sha256, &q, e);
	if (!r && q)
		r = policy_subset(q, p, &is_contained, NULL, e);
	if (r)
		return r;
	struct elder elder = { .sha256 = sha256, .policy = is_contained ? q : NULL };
	if (vec_push(&elders->all, elder))
		return err_set(e, -ENOMEM, "out of memory");
	*out = elder.policy;
	if (elder.policy)
		q = NULL; /* the elders' now */
	return 0;
}

static void elders_fini(struct elders *elders)
{
	vec_for(elder, &elders->all)
		policy_free(elder->policy);
	vec_fini(&elders->all);
}

/* How many rules admit something of the call. */
static unsigned admitting(const struct policy *p, const struct denial *d)
{
	const struct block *block = policy_block(p, d->arch);
	unsigned count = 0;

	for (size_t i = 0; block && i < block->rules.len; i++)
		count += block->rules.data[i].nr == d->nr &&
			 action_admits(block->rules.data[i].action);
	return count;
}

/*
 * Is the denial no longer one? Without its arguments nobody knows; where the profile has learned
 * something of that call since, the canary has taught it rather than contradicted it.
 */
static bool is_admitted(const struct policy *p, const struct policy *then, const struct denial *d)
{
	struct call call = { .nr = d->nr, .token = d->arch->token };

	memcpy(call.args, d->args, sizeof(call.args));
	if (d->has_args)
		return action_admits(policy_eval(p, &call, NULL));
	return admitting(p, d) > admitting(then, d);
}

/* One of nobody's that was logged in the canary's time may be its own: it counts against it. */
static bool is_of(const struct denial *d, const struct canary *c)
{
	if (*d->canary)
		return strcmp(d->canary, c->uuid) == 0;
	return strcmp(d->action, "log") == 0 && d->time <= c->finish && d->last >= c->start;
}

/* The denials of a canary: how many there are, and how many the profile does not admit. */
static void count_denials(const struct denials *denials, const struct canary *c,
			  const struct policy *p, const struct policy *then, uint64_t *all,
			  uint64_t *beyond)
{
	*all = *beyond = 0;
	vec_for(d, &denials->all) {
		if (!is_of(d, c))
			continue;
		++*all;
		*beyond += !is_admitted(p, then, d);
	}
}

static void add_canary(struct readiness *r, const struct canary *c, uint64_t all, uint64_t beyond)
{
	if (all && !beyond) {
		r->taught++;
		return;
	}
	r->watched += c->watched;
	r->kinds += beyond;
	if (c->is_whole) {
		r->runs++;
		r->violations += beyond != 0;
	} else {
		r->open += beyond != 0;
	}
}

int readiness_find(struct store *s, const char *app, const struct policy *p, struct readiness *out,
		   struct err *e)
{
	autocanaries struct canaries canaries = { 0 };
	autodenials struct denials denials = { 0 };
	struct elders elders = { 0 };
	struct readiness found = { 0 };
	int r = store_canaries(s, app, &canaries, e);

	if (!r)
		r = store_denials(s, app, NULL, 0, &denials, e);
	vec_for(c, &canaries.all) {
		uint64_t all, beyond;
		const struct policy *then = NULL;

		if (!r)
			r = meet_elder(&elders, s, c->profile, p, &then, e);
		if (r)
			break;
		found.other += !then;
		if (!then)
			continue;
		count_denials(&denials, c, p, then, &all, &beyond);
		add_canary(&found, c, all, beyond);
	}
	elders_fini(&elders);
	if (!r)
		*out = found;
	return r;
}

double readiness_risk(const struct readiness *r)
{
	return holdout_bound(r->violations, r->runs, CONFIDENCE);
}

bool readiness_is_ready(const struct readiness *r, double risk)
{
	if (r->violations || r->open || (!r->runs && r->watched <= 0))
		return false;
	return risk <= 0 || readiness_risk(r) <= risk;
}

static void put_times(struct str *out, const struct readiness *r)
{
	double hours = (double)r->watched / HOUR;

	str_putf(out, "%" PRIu64 " whole canary run%s, ", r->runs, plural_s(r->runs));
	if (hours < 1)
		str_putf(out, "%.1f min watched", hours * 60);
	else
		str_putf(out, "%.1f h watched", hours);
}

/* What the runs and hours so far say. */
static void put_bounds(struct str *out, const struct readiness *r)
{
	double hours = (double)r->watched / HOUR;

	str_putf(out, "with %.0f %% confidence at most %.3g %% of runs go beyond the profile",
		 100 * CONFIDENCE, 100 * readiness_risk(r));
	if (hours * 60 >= 1)
		str_putf(out, ", and at most %.3g kinds of calls an hour",
			 holdout_rate(r->kinds, CONFIDENCE) / hours);
}

static bool was_in_canary(const struct readiness *r)
{
	return r->runs || r->open || r->watched > 0;
}

void readiness_print(struct str *out, const struct readiness *r, double risk)
{
	str_put(out, readiness_is_ready(r, risk) ? "ready: " : "not ready: ");
	if (was_in_canary(r)) {
		put_times(out, r);
		if (r->violations || r->open)
			str_putf(out, ", %" PRIu64 " with calls that it does not admit",
				 r->violations + r->open);
		str_put(out, ": ");
		put_bounds(out, r);
	} else {
		str_put(out, "it has been through no canary");
	}
	if (r->taught)
		str_putf(out, " (%" PRIu64 " more taught it what it admits now, and say no more)",
			 r->taught);
}

void readiness_print_goal(struct str *out, const struct readiness *r, double risk)
{
	double target = risk > 0 ? risk : USUAL_RISK;
	uint64_t needed = holdout_needed(r->violations, target, CONFIDENCE);
	double hours = holdout_rate(r->kinds, CONFIDENCE) * HOURS_A_DAY - (double)r->watched / HOUR;

	needed = needed > r->runs ? needed - r->runs : 0;
	if (needed)
		str_putf(out,
			 "%" PRIu64 " more canary run%s without a denial would bound the risk of "
			 "the next run at %.3g %%",
			 needed, plural_s(needed), 100 * target);
	if (hours > 0)
		str_putf(out, "%s%.3g more hours watched, a service's denials at one a day",
			 needed ? "; " : "", hours);
}

void readiness_print_advice(struct str *out, const struct readiness *r, const char *word)
{
	if (r->violations || r->open)
		str_putf(out, "'wont watch --app %s --propose' writes what is missing", word);
	else if (!was_in_canary(r))
		str_putf(out,
			 "a canary is 'wont enforce --action log %s -- COMMAND' with 'wont watch "
			 "--app %s' beside it",
			 word, word);
}
