/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about sets of numbers. */
#include "learn/set.h"

#include "tests/unit/unit.h"

static void joins_what_overlaps_or_touches(void **state)
{
	struct set s = { 0 };

	(void)state;
	assert_int_equal(set_add(&s, 5, 6), 0);
	assert_int_equal(set_add(&s, 1, 2), 0);
	assert_int_equal(set_add(&s, 9, 9), 0);
	assert_int_equal(s.ranges.len, 3);
	assert_int_equal(set_add(&s, 3, 5), 0);
	assert_int_equal(s.ranges.len, 2);
	assert_int_equal(s.ranges.data[0].low, 1);
	assert_int_equal(s.ranges.data[0].high, 6);
	assert_int_equal(set_size(&s), 7);
	set_fini(&s);
}

static void wraps_a_range_that_crosses_zero(void **state)
{
	struct set s = { 0 };

	(void)state;
	assert_int_equal(set_add(&s, (uint64_t)-2, 1), 0);
	assert_int_equal(s.ranges.len, 2);
	assert_true(set_has(&s, 0) && set_has(&s, 1) && set_has(&s, UINT64_MAX));
	assert_false(set_has(&s, 2) || set_has(&s, (uint64_t)-3));
	assert_int_equal(set_add(&s, 5, 4), 0);
	assert_int_equal(set_size(&s), UINT64_MAX);
	set_fini(&s);
}

static void inversion_holds_exactly_the_rest(void **state)
{
	struct set s = { 0 };

	(void)state;
	assert_int_equal(set_invert(&s), 0);
	assert_int_equal(set_size(&s), UINT64_MAX);
	assert_int_equal(set_invert(&s), 0);
	assert_int_equal(set_size(&s), 0);
	assert_int_equal(set_add(&s, 0, 2) | set_add(&s, UINT64_MAX, UINT64_MAX), 0);
	assert_int_equal(set_invert(&s), 0);
	assert_false(set_has(&s, 2) || set_has(&s, UINT64_MAX));
	assert_true(set_has(&s, 3) && set_has(&s, UINT64_MAX - 1));
	assert_int_equal(set_invert(&s), 0);
	assert_int_equal(set_size(&s), 4);
	set_fini(&s);
}

static void tells_inside_from_outside(void **state)
{
	struct set inner = { 0 }, outer = { 0 };

	(void)state;
	assert_int_equal(set_add(&outer, 1, 9) | set_add(&outer, 20, 30), 0);
	assert_int_equal(set_add(&inner, 2, 3) | set_add(&inner, 25, 30), 0);
	assert_true(set_is_within(&inner, &outer));
	assert_false(set_is_within(&outer, &inner));
	assert_int_equal(set_add(&inner, 9, 10), 0);
	assert_false(set_is_within(&inner, &outer));
	set_fini(&inner);
	set_fini(&outer);
}

/* Every subset of 0..7 by its bits, joined with every other. */
static void join_is_union(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			struct set x = { 0 }, y = { 0 };

			for (unsigned i = 0; i < 8; i++) {
				if (a >> i & 1)
					assert_int_equal(set_add(&x, i, i), 0);
				if (b >> i & 1)
					assert_int_equal(set_add(&y, i, i), 0);
			}
			assert_int_equal(set_compare(&x, &y) == 0, a == b);
			assert_int_equal(set_is_within(&x, &y), (a & ~b) == 0);
			assert_int_equal(set_join(&x, &y), 0);
			assert_int_equal(set_size(&x), __builtin_popcount(a | b));
			for (unsigned i = 0; i < 8; i++)
				assert_int_equal(set_has(&x, i), (a | b) >> i & 1);
			set_fini(&x);
			set_fini(&y);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_what_overlaps_or_touches),
		cmocka_unit_test(wraps_a_range_that_crosses_zero),
		cmocka_unit_test(inversion_holds_exactly_the_rest),
		cmocka_unit_test(tells_inside_from_outside),
		cmocka_unit_test(join_is_union),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
