/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The values of a test as ranges that can be sliced. */
#include "policy/slice.h"

#include <stdlib.h>

/* What one value may stand for, and how many values a set may have, when a mask is refined. */
enum { MAX_EXTRA_BITS = 6, MAX_FEW = 32 };

void slices_fini(struct slices *s)
{
	vec_fini(&s->whole);
	vec_fini(&s->partial);
}

/* The bits of the argument that a test looks at. */
static uint64_t width(const struct test *t)
{
	return t->bits == 64 ? UINT64_MAX : UINT32_MAX;
}

bool test_is_alike(const struct test *a, const struct test *b)
{
	return a->arg == b->arg && a->bits == b->bits && a->is_signed == b->is_signed;
}

/* From here on values are as test_order() puts them: unsigned comparisons do for all. */
static struct range domain(const struct test *t)
{
	if (!test_is_signed(t))
		return (struct range){ 0, t->is_signed ? t->mask : t->mask & width(t) };
	return (struct range){ test_order(t, test_extend(t, (width(t) >> 1) + 1)),
			       test_order(t, width(t) >> 1) };
}

static int add_range(struct slices *s, uint64_t low, uint64_t high, struct range within)
{
	struct range r = { low > within.low ? low : within.low,
			   high < within.high ? high : within.high };

	return r.low > r.high ? 0 : vec_push(&s->partial, r);
}

/* The values that satisfy the test become partial slices. */
int slices_of_test(const struct test *t, struct slices *s)
{
	const uint64_t v = test_order(t, t->value);
	const struct range all = domain(t);
	int r = 0;

	switch (t->op) {
	case OP_EQ:
		return add_range(s, v, v, all);
	case OP_NE:
		if (v > 0)
			r = add_range(s, 0, v - 1, all);
		return r == 0 && v < UINT64_MAX ? add_range(s, v + 1, UINT64_MAX, all) : r;
	case OP_LT:
		return v > 0 ? add_range(s, 0, v - 1, all) : 0;
	case OP_LE:
		return add_range(s, 0, v, all);
	case OP_GT:
		return v < UINT64_MAX ? add_range(s, v + 1, UINT64_MAX, all) : 0;
	case OP_GE:
		return add_range(s, v, UINT64_MAX, all);
	case OP_IN:
		for (size_t i = 0; r == 0 && i < t->range_count; i++)
			r = add_range(s, test_order(t, t->ranges[i].low),
				      test_order(t, t->ranges[i].high), all);
		return r;
	}
	return 0;
}

/* Slices each partial range in two where the other begins at `at`. */
int slices_cut(struct slices *s, uint64_t at)
{
	size_t count = s->partial.len;

	for (size_t i = 0; i < count; i++) {
		struct range *r = &s->partial.data[i], upper = { at, r->high };

		if (at <= r->low || at > r->high)
			continue;
		r->high = at - 1;
		return vec_push(&s->partial, upper);
	}
	return 0;
}

/* A test like t for the ranges, which come back to the test's own form; NULL: out of memory. */
struct cond *slices_cond(const struct test *t, const struct range *ranges, size_t count)
{
	struct test set = *t;
	struct cond *c = NULL;

	set.op = OP_IN;
	set.ranges = calloc(count, sizeof(*set.ranges));
	set.range_count = count;
	for (size_t i = 0; set.ranges && i < count; i++)
		set.ranges[i] = (struct range){ test_order(t, ranges[i].low),
						test_order(t, ranges[i].high) };
	if (set.ranges)
		c = cond_test(set);
	free(set.ranges);
	return c;
}

/* Spreads the bits of `index` over the bits that are set in mask. */
static uint64_t spread(uint64_t index, uint64_t mask)
{
	uint64_t out = 0;

	for (; mask; mask &= mask - 1, index >>= 1)
		out |= index & 1 ? mask & -mask : 0;
	return out;
}

/* Is the test a set of few values, none of which its mask rules out? */
static bool is_few(const struct test *t)
{
	size_t count = t->op == OP_IN ? t->range_count : 1;

	if ((t->op != OP_IN && t->op != OP_EQ) || count > MAX_FEW)
		return false;
	for (size_t i = 0; t->op == OP_IN && i < count; i++) {
		if (t->ranges[i].low != t->ranges[i].high || (t->ranges[i].low & ~t->mask))
			return false;
	}
	return t->op == OP_IN || !(t->value & ~t->mask);
}

/*
 * The test with more bits in its mask: each value becomes all those that it stands for. NULL where
 * that is no set of few values, or memory is out.
 */
struct cond *test_refine(const struct test *t, uint64_t bits)
{
	const uint64_t extra = bits & ~t->mask & width(t);
	const int open = __builtin_popcountll(extra);
	size_t values = t->op == OP_IN ? t->range_count : 1;
	struct test fine = *t;
	struct cond *c = NULL;

	if (!extra || !values || open > MAX_EXTRA_BITS || !is_few(t))
		return NULL;
	fine.op = OP_IN;
	fine.mask = (~(t->mask | bits) & width(t)) ? test_extend(t, t->mask | bits) : UINT64_MAX;
	fine.range_count = values << open;
	fine.ranges = calloc(fine.range_count, sizeof(*fine.ranges));
	for (size_t i = 0; fine.ranges && i < fine.range_count; i++) {
		uint64_t v = t->op == OP_IN ? t->ranges[i >> open].low : t->value;

		v = test_extend(t, v | spread(i, extra));
		fine.ranges[i] = (struct range){ v, v };
	}
	if (fine.ranges)
		c = cond_test(fine);
	free(fine.ranges);
	return c;
}
