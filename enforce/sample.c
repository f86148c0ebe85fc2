/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that stand for a policy's traffic: every way of a condition to hold, one call each. */
#include "enforce/sample.h"

#include <errno.h>
#include <string.h>

enum {
	WAYS_MAX = 64,	  /* samples of one rule */
	TRIES_MAX = 4096, /* steps to find them: alternatives may multiply */
};

/*
 * What is still to be made true (or false): the children of cond from index `from` on, or cond
 * itself when it is a leaf; then whatever next says.
 */
struct goal {
	const struct cond *cond;
	bool want;
	size_t from;
	const struct goal *next;
};

struct search {
	struct samples *out;
	struct sample sample;	       /* arguments as chosen so far */
	uint64_t chosen[SYSCALL_ARGS]; /* bits of them that a test has fixed */
	unsigned found, tries;
	int failed;
};

void samples_fini(struct samples *s)
{
	vec_fini(&s->all);
}

static void reach(struct search *s, const struct goal *goal);

static void record(struct search *s)
{
	const struct cond *cond = s->sample.rule->cond;

	if (cond && !cond_eval(cond, s->sample.args))
		return;
	if (vec_push(&s->out->all, s->sample))
		s->failed = -ENOMEM;
	s->found++;
}

/* Goes on with the operand of a test set to v, when the test is then as wanted. */
static void try_value(struct search *s, const struct goal *goal, uint64_t v)
{
	const struct test *t = &goal->cond->test;
	uint64_t mask = t->bits == 32 ? t->mask & UINT32_MAX : t->mask;
	uint64_t *arg = &s->sample.args[t->arg], *chosen = &s->chosen[t->arg];
	uint64_t old_arg = *arg, old_chosen = *chosen;

	if ((v ^ *arg) & mask & *chosen)
		return;
	*arg = (*arg & ~mask) | (v & mask);
	*chosen |= mask;
	if (cond_eval(goal->cond, s->sample.args) == goal->want)
		reach(s, goal->next);
	*arg = old_arg;
	*chosen = old_chosen;
}

/* One way through a test that many values pass: what is there already, or a value near v. */
static void reach_near(struct search *s, const struct goal *goal, uint64_t v)
{
	uint64_t mask = goal->cond->test.mask;
	uint64_t step = mask & -mask; /* the lowest bit that matters */
	unsigned before = s->found;

	if (cond_eval(goal->cond, s->sample.args) == goal->want)
		reach(s, goal->next);
	for (unsigned i = 0; s->found == before && i < 4; i++) {
		try_value(s, goal, v + i * step);
		if (s->found == before)
			try_value(s, goal, v - i * step);
	}
}

static void reach_test(struct search *s, const struct goal *goal)
{
	const struct test *t = &goal->cond->test;
	bool is_value = t->op == (goal->want ? OP_EQ : OP_NE);

	if (is_value)
		try_value(s, goal, t->value);
	else if (t->op != OP_IN)
		reach_near(s, goal, t->value);
	else if (!goal->want)
		reach_near(s, goal, t->ranges[t->range_count - 1].high);
	for (size_t i = 0; t->op == OP_IN && goal->want && i < t->range_count; i++)
		try_value(s, goal, t->ranges[i].low);
}

static void reach_any(struct search *s, const struct goal *goal)
{
	const struct cond *c = goal->cond;

	for (size_t i = 0; i < c->count; i++)
		reach(s, &(struct goal){ c->children[i], goal->want, 0, goal->next });
}

static void reach_all(struct search *s, const struct goal *goal)
{
	const struct cond *c = goal->cond;
	struct goal rest = { c, goal->want, goal->from + 1, goal->next };

	if (goal->from == c->count)
		reach(s, goal->next);
	else
		reach(s, &(struct goal){ c->children[goal->from], goal->want, 0, &rest });
}

/* Depth first through all ways to make the goals true. */
static void reach(struct search *s, const struct goal *goal)
{
	if (s->failed || s->found >= WAYS_MAX || s->tries++ >= TRIES_MAX)
		return;
	if (!goal) {
		record(s);
		return;
	}
	switch (goal->cond->kind) {
	case COND_FALSE:
	case COND_TRUE:
		if ((goal->cond->kind == COND_TRUE) == goal->want)
			reach(s, goal->next);
		return;
	case COND_TEST:
		reach_test(s, goal);
		return;
	case COND_NOT:
		reach(s, &(struct goal){ goal->cond->children[0], !goal->want, 0, goal->next });
		return;
	case COND_AND:
		(goal->want ? reach_all : reach_any)(s, goal);
		return;
	case COND_OR:
		(goal->want ? reach_any : reach_all)(s, goal);
		return;
	}
}

static int add_rule(struct samples *out, const struct arch *arch, const struct rule *rule,
		    double weight)
{
	struct search s = { .out = out, .sample = { .arch = arch, .rule = rule, .nr = rule->nr } };
	struct goal goal = { rule->cond, true, 0, NULL };
	size_t first = out->all.len;

	reach(&s, rule->cond ? &goal : NULL);
	for (size_t i = first; i < out->all.len; i++)
		out->all.data[i].weight = weight / s.found;
	return s.failed;
}

int samples_add(struct samples *s, const struct block *block)
{
	int r = 0;

	vec_for(rule, &block->rules) {
		if (!r)
			r = add_rule(s, block->arch, rule, (double)rule->from.weight);
	}
	return r;
}

int samples_add_policy(struct samples *s, const struct policy *p)
{
	double total = 0;
	int r = 0;

	vec_for(block, &p->blocks) {
		if (!r)
			r = samples_add(s, block);
	}
	vec_for(sample, &s->all)
		total += sample->weight;
	for (size_t i = 0; total <= 0 && i < s->all.len; i++) {
		const struct rule *rule = s->all.data[i].rule;
		size_t ways = 1;

		while (i + ways < s->all.len && s->all.data[i + ways].rule == rule)
			ways++;
		for (size_t j = i; j < i + ways; j++)
			s->all.data[j].weight = 1.0 / (double)ways;
		i += ways - 1;
	}
	return r;
}
