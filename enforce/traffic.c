/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls that a program is tuned for. */
#include "enforce/traffic.h"

#include <errno.h>
#include <string.h>

static const double EVEN_SHARE = 0.05;

void traffic_fini(struct traffic *t)
{
	samples_fini(&t->samples);
}

static int by_call(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->arch->token != y->arch->token)
		return x->arch->token < y->arch->token ? -1 : 1;
	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	for (int i = 0; i < SYSCALL_ARGS; i++) {
		if (x->args[i] != y->args[i])
			return x->args[i] < y->args[i] ? -1 : 1;
	}
	return (x->weight > y->weight) - (x->weight < y->weight);
}

static bool is_unconditional(const struct rule *rule)
{
	return !rule->cond || rule->cond->kind == COND_TRUE;
}

/* Does the kernel answer the call itself? Then all its rules allow, whatever the arguments. */
static bool is_cached(const struct policy *p, const struct sample *s)
{
	const struct block *block = policy_block(p, s->arch);
	bool is_allowed = false;

	if (!block || s->arch->nr_base || s->nr >= SYSCALL_TABLE)
		return false;
	vec_for(rule, &block->rules) {
		if (rule->nr != s->nr)
			continue;
		if (rule->action.kind != ACTION_ALLOW)
			return false;
		is_allowed = is_allowed || is_unconditional(rule);
	}
	return is_allowed;
}

/*
 * Nobody makes a call twice that kills: it may take its time. Of samples that were made for a rule
 * the rule is believed, since asking all rules of thousands would take longer than all the rest.
 */
static bool is_killed(const struct policy *p, const struct sample *s)
{
	struct call call = { .nr = s->nr, .token = s->arch->token };

	if (s->rule)
		return s->rule->action.kind <= ACTION_KILL_THREAD;
	memcpy(call.args, s->args, sizeof(call.args));
	return policy_eval(p, &call, NULL).kind <= ACTION_KILL_THREAD;
}

static void drop_killed(struct samples *samples, const struct policy *p)
{
	size_t kept = 0;

	vec_for(s, &samples->all) {
		if (!is_killed(p, s))
			samples->all.data[kept++] = *s;
	}
	samples->all.len = kept;
}

/* Takes one value for many: a call seen twice is one sample. */
static void join_equal(struct samples *samples)
{
	size_t kept = 0;

	vec_for(s, &samples->all) {
		struct sample *last = kept ? &samples->all.data[kept - 1] : NULL;

		if (last && last->arch == s->arch && last->nr == s->nr &&
		    memcmp(last->args, s->args, sizeof(s->args)) == 0)
			last->weight += s->weight;
		else
			samples->all.data[kept++] = *s;
	}
	samples->all.len = kept;
}

/* Asking is_cached once a number, not once a sample: samples are sorted. */
static void drop_cached(struct samples *samples, const struct policy *p)
{
	size_t kept = 0;
	uint32_t nr = 0;
	const struct arch *arch = NULL;
	bool is_known = false;

	for (size_t i = 0; i < samples->all.len; i++) {
		const struct sample *s = &samples->all.data[i];

		if (s->nr != nr || s->arch != arch)
			is_known = is_cached(p, s);
		nr = s->nr;
		arch = s->arch;
		if (!is_known)
			samples->all.data[kept++] = *s;
	}
	samples->all.len = kept;
}

static void scale(struct samples *samples)
{
	double all = 0;

	vec_for(s, &samples->all)
		all += s->weight;
	vec_for(s, &samples->all)
		s->weight = (all > 0 ? (1 - EVEN_SHARE) * s->weight / all : 0) +
			    EVEN_SHARE / (double)samples->all.len;
}

int traffic_init(struct traffic *t, const struct policy *p, const struct samples *given)
{
	int r = 0;

	*t = (struct traffic){ 0 };
	if (!given) {
		r = samples_add_policy(&t->samples, p);
	} else {
		r = vec_reserve(&t->samples.all, given->all.len);
		for (size_t i = 0; !r && i < given->all.len; i++)
			t->samples.all.data[t->samples.all.len++] = given->all.data[i];
	}
	if (!r)
		drop_killed(&t->samples, p);
	if (r || !t->samples.all.len)
		return r;
	qsort(t->samples.all.data, t->samples.all.len, sizeof(struct sample), by_call);
	join_equal(&t->samples);
	drop_cached(&t->samples, p);
	scale(&t->samples);
	return 0;
}

const struct sample *traffic_of(const struct traffic *t, const struct arch *arch, uint32_t nr,
				size_t *count)
{
	const struct sample *all = t->samples.all.data;
	size_t a = 0, b = t->samples.all.len, end;

	while (a < b) {
		size_t middle = a + (b - a) / 2;

		if (all[middle].arch->token < arch->token ||
		    (all[middle].arch->token == arch->token && all[middle].nr < nr))
			a = middle + 1;
		else
			b = middle;
	}
	end = a;
	while (end < t->samples.all.len && all[end].arch->token == arch->token && all[end].nr == nr)
		end++;
	*count = end - a;
	return all ? all + a : NULL;
}

double traffic_even_share(const struct traffic *t)
{
	return t->samples.all.len ? EVEN_SHARE : 1;
}
