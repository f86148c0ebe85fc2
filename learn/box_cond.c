/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A box as a condition. A set's numbers stand in the form of the signature that held for the calls;
 * a test compares in the form of the call's own signature, whose names are written.
 */
#include "learn/box.h"

#include <errno.h>

/* The bits of a register that an argument of this width has. */
static uint64_t width(unsigned bits)
{
	return bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
}

/* Adds a range in the test's form, in which it may begin anew where the sign changes. */
static int add_in_form(struct set *out, const struct test *t, struct range range, unsigned bits)
{
	uint64_t low = range.low & width(bits), high = range.high & width(bits);
	uint64_t top = width(bits) / 2;

	if (low <= top && high > top)
		return set_add(out, test_extend(t, low), test_extend(t, top))
			       ? -ENOMEM
			       : set_add(out, test_extend(t, top + 1), test_extend(t, high));
	return set_add(out, test_extend(t, low), test_extend(t, high));
}

/* "One of the values." */
static struct cond *set_cond(struct test test, const struct set *s)
{
	test.op = OP_IN;
	test.ranges = s->ranges.data;
	test.range_count = s->ranges.len;
	return cond_test(test);
}

/* `!=` and "none of" for sets that lack only a few values, which are easier to read so. */
enum { LACK_MAX = 64 };

/* Every bit is selected: the values as they are, or those that are missing. */
static struct cond *whole_cond(const struct cell *c, struct test test)
{
	struct set chosen = { 0 }, said = { 0 };
	struct cond *cond = NULL;
	bool is_lack;

	if (set_copy(&chosen, &c->values) || set_invert(&chosen))
		goto out;
	is_lack = set_size(&chosen) <= LACK_MAX;
	if (!is_lack && set_copy(&chosen, &c->values))
		goto out;
	vec_for(range, &chosen.ranges) {
		if (add_in_form(&said, &test, *range, c->bits))
			goto out;
	}
	cond = set_cond(test, &said);
	if (is_lack && cond && cond->kind == COND_TEST && cond->test.op == OP_EQ)
		cond->test.op = OP_NE;
	else if (is_lack)
		cond = cond_not(cond);
out:
	set_fini(&chosen);
	set_fini(&said);
	return cond;
}

/* Only some bits are selected (few enough to count through): each value together with the bits that
 * must be set. */
static struct cond *masked_cond(const struct cell *c, struct test test)
{
	struct set said = { 0 };
	struct cond *cond = NULL;

	vec_for(range, &c->values.ranges) {
		uint64_t value = range->low;

		do {
			uint64_t full = (value | c->every) & width(c->bits);

			full = test_extend(&test, full) & test.mask;
			if (set_add(&said, full, full))
				goto out;
		} while (value++ != range->high);
	}
	cond = set_cond(test, &said);
out:
	set_fini(&said);
	return cond;
}

static struct cond *cell_cond(const struct cell *c, unsigned arg, const struct arg *declared)
{
	/* Where a selector makes an argument of another width than its name has, the name cannot
	 * say it: the raw register can. */
	bool is_raw = declared->bits != c->bits;
	uint64_t free_bits = c->some & ~c->every;
	struct test test = { .arg = (uint8_t)arg,
			     .bits = is_raw ? 64 : declared->bits,
			     .is_signed = !is_raw && declared->is_signed,
			     .is_raw = is_raw,
			     .mask = UINT64_MAX };

	if (free_bits || (is_raw && c->bits < 64))
		test.mask = test_extend(&test, ~free_bits & width(c->bits));
	if (!test.mask)
		return cond_bool(true);
	return c->select == UINT64_MAX ? whole_cond(c, test) : masked_cond(c, test);
}

int box_cond(const struct box *b, const struct signature *signature, struct cond **cond)
{
	struct cond *all = cond_bool(true);

	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (b->cells[i].has_condition)
			all = cond_and(all, cell_cond(&b->cells[i], i, &signature->args[i]));
	if (!all)
		return -ENOMEM;
	if (all->kind == COND_TRUE) {
		cond_free(all);
		all = NULL;
	}
	*cond = all;
	return 0;
}
