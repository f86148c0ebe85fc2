/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A total order of rules. */
#include "enforce/rank.h"

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_ranges(const struct test *a, const struct test *b)
{
	int c = compare(a->range_count, b->range_count);

	for (size_t i = 0; !c && i < a->range_count; i++) {
		c = compare(a->ranges[i].low, b->ranges[i].low);
		c = c ? c : compare(a->ranges[i].high, b->ranges[i].high);
	}
	return c;
}

static int compare_tests(const struct test *a, const struct test *b)
{
	int c = compare(a->arg, b->arg);

	c = c ? c : compare(a->bits, b->bits);
	c = c ? c : compare(a->is_signed, b->is_signed);
	c = c ? c : compare(a->op, b->op);
	c = c ? c : compare(a->mask, b->mask);
	c = c ? c : compare(a->value, b->value);
	return c ? c : compare_ranges(a, b);
}

static int compare_conds(const struct cond *a, const struct cond *b)
{
	int c = compare(a->kind, b->kind);

	c = c ? c : compare(a->count, b->count);
	if (!c && a->kind == COND_TEST)
		return compare_tests(&a->test, &b->test);
	for (size_t i = 0; !c && i < a->count; i++)
		c = compare_conds(a->children[i], b->children[i]);
	return c;
}

int rule_compare_meaning(const struct rule *a, const struct rule *b)
{
	int c = compare(a->action.kind, b->action.kind);

	c = c ? c : compare(a->action.data, b->action.data);
	if (!c && (!a->cond || !b->cond))
		return compare(!!a->cond, !!b->cond);
	return c ? c : compare_conds(a->cond, b->cond);
}

int rule_compare(const struct rule *a, const struct rule *b)
{
	int c = compare(a->nr, b->nr);

	return c ? c : rule_compare_meaning(a, b);
}
