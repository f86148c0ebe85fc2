/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the rules of a filter in the making say. */
#include "compat/meaning.h"

#include "base/cleanup.h"
#include "policy/diagram.h"

#include <errno.h>
#include <stdlib.h>

/* The rules of one call on the way into a block. */
struct group {
	struct entry **entries; /* in entry_order */
	size_t count;
	uint64_t weight;
	struct block *block;
};

static int order(const void *a, const void *b)
{
	return entry_order(*(struct entry *const *)a, *(struct entry *const *)b);
}

static int add_rule(const struct group *g, struct cond *cond, struct action action)
{
	struct rule *rule;

	if (cond && cond->kind == COND_FALSE) {
		cond_free(cond);
		return 0;
	}
	if (cond && cond->kind == COND_TRUE) {
		cond_free(cond);
		cond = NULL;
	}
	rule = block_add(g->block, (uint32_t)g->entries[0]->nr, cond, action);
	if (!rule)
		return -ENOMEM;
	rule->from.weight = g->weight;
	return 0;
}

/* Would a policy, which knows no order, let a win over b where both match? Or find them at odds? */
static bool outranks(struct action a, struct action b)
{
	return !action_equal(a, b) && a.kind <= b.kind;
}

/* Can both match one call? Also where it cannot be told. */
static bool overlap(const struct cond *a, const struct cond *b)
{
	autodiagram struct diagram *d = diagram_new();
	node_t both;

	if (!d || !a || !b)
		return true;
	both = diagram_and(d, diagram_cond(d, a), diagram_cond(d, b));
	return both != diagram_leaf(d, 0);
}

/* Takes from *cond what earlier rules have decided otherwise. */
static int cut_back(const struct group *g, size_t at, struct cond **cond)
{
	for (size_t i = 0; i < at; i++) {
		autocond struct cond *earlier = NULL;

		if (!outranks(g->entries[at]->action, g->entries[i]->action))
			continue;
		if (entry_cond(g->entries[i], &earlier))
			return -ENOMEM;
		if (!overlap(earlier, *cond))
			continue;
		*cond = cond_and(*cond, cond_not(take(earlier)));
		if (!*cond)
			return -ENOMEM;
	}
	return 0;
}

static int add_group(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		autocond struct cond *cond = NULL;
		int r = entry_cond(g->entries[i], &cond);

		if (!r && cond)
			r = cut_back(g, i, &cond);
		if (!r)
			r = add_rule(g, take(cond), g->entries[i]->action);
		if (r)
			return r;
	}
	return 0;
}

/* Numbers that stand for no call of the arch have no effect: pseudo numbers, x32's on x86_64. */
static bool is_of_arch(const struct arch *arch, int nr)
{
	return nr >= -1 && arch_by_token(arch->token, (uint32_t)nr) == arch;
}

static int add_block(const struct draft *d, const struct ruleset *ruleset, struct policy *p)
{
	struct block *block = policy_add_block(p, ruleset->arch);
	autofree struct entry **sorted = calloc(ruleset->entries.len + 1, sizeof(*sorted));
	size_t count;

	if (!block || !sorted)
		return -ENOMEM;
	for (size_t from = 0; from < ruleset->entries.len; from += count) {
		int nr = ruleset->entries.data[from]->nr;
		struct group g = { .entries = sorted, .block = block };
		int r;

		count = g.count = ruleset_group(ruleset, from);
		if (!is_of_arch(ruleset->arch, nr))
			continue;
		for (size_t i = 0; i < count; i++)
			sorted[i] = ruleset->entries.data[from + i];
		qsort(sorted, count, sizeof(struct entry *), order);
		if (d->attributes.optimize == 1)
			g.weight = ruleset_priority(ruleset, nr);
		r = add_group(&g);
		if (r)
			return r;
	}
	return 0;
}

int draft_meaning(const struct draft *d, struct policy **p)
{
	autopolicy struct policy *made = policy_new();

	if (!made)
		return -ENOMEM;
	made->fallback = action_from_ret(d->attributes.fallback);
	made->foreign_arch = action_from_ret(d->attributes.bad_arch);
	made->has_raw_errnos = true;
	vec_for(ruleset, &d->rulesets) {
		int r = add_block(d, ruleset, made);

		if (r)
			return r;
	}
	*p = take(made);
	return 0;
}
