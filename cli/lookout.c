/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What watch knows. */
#include "cli/lookout.h"

#include "base/cleanup.h"
#include "cli/canary.h"
#include "cli/kin.h"
#include "cli/sighting.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

enum {
	MILLISECOND = 1000000,
	/* A call of a canary ends soon, and then a rule's SYSCALL record has its arguments; a
	 * supervisor stores what it heard within a blink. */
	PATIENCE_LOG = 300,
	PATIENCE_SUPERVISOR = 700,
	OVERLAP = 2000, /* how far back the store is asked again: its writers' clocks are ours */
	CANARY_TICK = 1000,
	CANARY_HASTE = 50, /* between two looks for a canary that has just begun */
	HELD_MAX = 4096,
};

/* A denial that waits for its arguments. */
struct held {
	struct sighting s;
	int64_t until;
	bool is_supervised;
	bool is_unclaimed; /* it is not ours, unless there is a canary that we have not met */
};

struct lookout {
	struct lookout_options options;
	struct kin kin;
	struct docket docket;
	vec_of(struct held) held;
	struct map heard; /* supervisors' denials of the store -> their counts, by their key */
	vec_of(uint64_t *) counts; /* owned */
	int64_t begun, asked, canaries_asked;
	uint64_t losses, losses_met; /* now, and when the canaries were brought up to date */
};

int lookout_open(const struct lookout_options *options, struct lookout **out, struct err *e)
{
	autolookout struct lookout *l = calloc(1, sizeof(*l));

	if (!l)
		return err_set(e, -ENOMEM, "out of memory");
	l->options = *options;
	l->begun = l->asked = canary_now();
	kin_init(&l->kin, options->app);
	int r = options->policy ? kin_add_policy(&l->kin, options->policy) : 0;
	for (const char *const *exe = options->exes; !r && exe && *exe; exe++)
		r = kin_add_exe(&l->kin, *exe);
	if (r)
		return err_set(e, r, "out of memory");
	if (options->store)
		r = kin_meet(&l->kin, options->store, l->begun, 0, options->is_live, e);
	if (!r)
		*out = take(l);
	return r;
}

void lookout_close(struct lookout *l)
{
	if (!l)
		return;
	vec_for(held, &l->held)
		sighting_fini(&held->s);
	vec_for(count, &l->counts)
		free(*count);
	vec_fini(&l->held);
	vec_fini(&l->counts);
	map_fini(&l->heard);
	docket_fini(&l->docket);
	kin_fini(&l->kin);
	free(l);
}

struct docket *lookout_docket(struct lookout *l)
{
	return &l->docket;
}

unsigned lookout_canaries(const struct lookout *l)
{
	return kin_alive(&l->kin);
}

/* Folds a denial in. That there is no room is counted and no failure. */
static int fold(struct lookout *l, const struct denial *d, bool is_stored)
{
	struct entry *entry = docket_count(&l->docket, d);

	if (!entry) {
		int r = docket_add(&l->docket, d, &entry);

		if (r)
			return r == -ENOSPC ? 0 : r;
	}
	if (is_stored)
		entry->is_behind = false;
	return 0;
}

static int fold_sighting(struct lookout *l, const struct sighting *s)
{
	struct denial d;

	sighting_denial(s, &d);
	return fold(l, &d, false);
}

static bool is_ours(struct lookout *l, const struct sighting *s, const char **app,
		    const char **canary)
{
	return kin_has(&l->kin, s->pid, s->time, str_text(&s->exe), app, canary);
}

/* Has a supervisor told of it? Then this is the kernel's word of the same. */
static bool was_heard(const struct lookout *l, const struct sighting *s)
{
	vec_for(at, &l->docket.all) {
		const struct denial *d = &(*at)->d;

		if (d->has_args && d->arch == s->arch && d->nr == s->nr &&
		    strcmp(d->exe, str_text(&s->exe)) == 0 && strcmp(d->source, "audit") != 0 &&
		    d->last + (int64_t)OVERLAP * MILLISECOND >= s->time)
			return true;
	}
	return false;
}

/* What has waited long enough. */
static int settle(struct lookout *l, struct held *held)
{
	const char *app = NULL, *canary = "";
	int r = 0;

	if (held->is_supervised && was_heard(l, &held->s))
		return 0;
	if (held->is_unclaimed) {
		if (!is_ours(l, &held->s, &app, &canary))
			return 0;
		r = sighting_assign(&held->s, app, l->options.policy, canary);
	}
	return r ? r : fold_sighting(l, &held->s);
}

/* The arguments of a call that a rule had written down, for the denial that waits for them. */
static int join(struct lookout *l, const struct audit_call *call)
{
	for (size_t i = 0; i < l->held.len; i++) {
		struct held held = l->held.data[i];
		int r;

		if (held.is_supervised || !sighting_is_of(&held.s, call))
			continue;
		memmove(&l->held.data[i], &l->held.data[i + 1],
			(l->held.len - i - 1) * sizeof(*l->held.data));
		l->held.len--;
		r = sighting_add_args(&held.s, call);
		if (!r)
			r = settle(l, &held);
		sighting_fini(&held.s);
		return r;
	}
	return 0;
}

static int hold(struct lookout *l, struct sighting *s, int patience, bool is_unclaimed)
{
	struct held held = {
		.s = *s,
		.until = canary_now() + (int64_t)patience * MILLISECOND,
		.is_supervised = patience == PATIENCE_SUPERVISOR,
		.is_unclaimed = is_unclaimed,
	};

	*s = (struct sighting){ 0 };
	if (!vec_push(&l->held, held))
		return 0;
	sighting_fini(&held.s);
	return -ENOMEM;
}

/* Brings the canaries up to date when the last time is that long ago. */
static int meet(struct lookout *l, int64_t now, int pause, struct err *e)
{
	int r;

	if (!l->options.store || now - l->canaries_asked < (int64_t)pause * MILLISECOND)
		return 0;
	l->canaries_asked = now;
	r = kin_meet(&l->kin, l->options.store, now, l->losses - l->losses_met, l->options.is_live,
		     e);
	l->losses_met = l->losses;
	return r;
}

/* How long a denial has to wait for more to be known of it, in milliseconds. */
static int patience_with(const struct lookout *l, uint32_t action)
{
	if (l->held.len >= HELD_MAX)
		return 0;
	if (l->options.is_live && l->options.store && action == SECCOMP_RET_USER_NOTIF)
		return PATIENCE_SUPERVISOR;
	return action == SECCOMP_RET_LOG ? PATIENCE_LOG : 0;
}

/*
 * One that is not ours may be of a canary that we have not met yet. Asking the store for every
 * stranger would be too much where somebody is flooded with them, so those wait, too.
 */
static int claim(struct lookout *l, struct sighting *s, uint32_t action)
{
	const char *app = NULL, *canary = "";
	bool may_be_new = l->options.store && action == SECCOMP_RET_LOG;
	int patience = patience_with(l, action);
	bool is_kin = is_ours(l, s, &app, &canary);

	if (may_be_new && !*canary) {
		/* Where the store fails the next tick will tell. */
		int r = meet(l, canary_now(), CANARY_HASTE, NULL);

		is_kin = r ? is_kin : is_ours(l, s, &app, &canary);
		may_be_new = !*canary;
	}
	/* Ours by its executable, it must not be missing among its canary's: so it waits, too. */
	if (patience && may_be_new)
		return hold(l, s, is_kin ? patience : CANARY_HASTE, true);
	if (!is_kin)
		return 0;
	int r = sighting_assign(s, app, l->options.policy, canary);
	if (r || !patience)
		return r ? r : fold_sighting(l, s);
	return hold(l, s, patience, false);
}

int lookout_take(struct lookout *l, struct audit_call *call)
{
	struct sighting s = { 0 };
	int r;

	if (!call->is_seccomp)
		return join(l, call);
	if (!sighting_is_denial(call, l->options.policy))
		return 0;
	r = sighting_init(&s, call);
	if (!r)
		r = claim(l, &s, call->action & SECCOMP_RET_ACTION_FULL);
	sighting_fini(&s);
	return r;
}

static bool has_unclaimed(const struct lookout *l)
{
	vec_for(held, &l->held) {
		if (held->is_unclaimed)
			return true;
	}
	return false;
}

static int decide(struct lookout *l, int64_t now)
{
	size_t kept = 0;
	int r = has_unclaimed(l) ? meet(l, canary_now(), 0, NULL) : 0;

	for (size_t i = 0; i < l->held.len; i++) {
		struct held *held = &l->held.data[i];

		if (held->until > now) {
			l->held.data[kept++] = *held;
			continue;
		}
		if (!r)
			r = settle(l, held);
		sighting_fini(&held->s);
	}
	l->held.len = kept;
	return r;
}

/* How many more calls a row of the store stands for than when it was seen last. */
static int growth(struct lookout *l, const struct denial *d, uint64_t *more)
{
	autostr struct str key = { 0 };
	uint64_t *count;

	str_put_bytes(&key, &d->time, sizeof(d->time));
	str_put_bytes(&key, &d->pid, sizeof(d->pid));
	str_put_bytes(&key, &d->nr, sizeof(d->nr));
	str_put_bytes(&key, d->args, sizeof(d->args));
	str_put(&key, d->exe);
	if (key.failed)
		return -ENOMEM;
	count = map_get(&l->heard, str_text(&key), key.len);
	if (!count) {
		count = calloc(1, sizeof(*count));
		if (!count || vec_push(&l->counts, count)) {
			free(count);
			return -ENOMEM;
		}
		if (map_put(&l->heard, str_text(&key), key.len, count))
			return -ENOMEM;
	}
	*more = d->count > *count ? d->count - *count : 0;
	*count = d->count > *count ? d->count : *count;
	return 0;
}

/* What supervisors have stored: the same denials with their arguments. */
static int ask_store(struct lookout *l, int64_t now, struct err *e)
{
	autodenials struct denials found = { 0 };
	int64_t since = l->asked - (int64_t)OVERLAP * MILLISECOND;
	int r;

	/* Nothing of before: that has been told in its time, or is show's to tell. */
	r = store_denials(l->options.store, l->options.app, NULL,
			  since > l->begun ? since : l->begun, &found, e);
	vec_for(d, &found.all) {
		uint64_t more = 0;

		if (r || strcmp(d->source, "audit") == 0 || strcmp(d->source, "log") == 0)
			continue;
		r = growth(l, d, &more);
		d->count = more;
		if (!r && more)
			r = fold(l, d, true);
	}
	l->asked = now;
	return r;
}

int lookout_tick(struct lookout *l, uint64_t losses, struct err *e)
{
	int64_t now = canary_now();
	int r = 0;

	if (l->options.store && l->options.is_live)
		r = ask_store(l, now, e);
	if (!r)
		r = decide(l, now);
	if (!r && l->options.store)
		r = docket_keep(&l->docket, l->options.store, e);
	l->losses = losses;
	return r ? r : meet(l, now, CANARY_TICK, e);
}

int lookout_finish(struct lookout *l, struct err *e)
{
	int r = decide(l, INT64_MAX);

	if (!r && l->options.store)
		r = docket_keep(&l->docket, l->options.store, e);
	return r;
}
