/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about building and evaluating conditions. */
#include "policy/cond.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static struct test test_of(unsigned bits, bool is_signed, enum cond_op op, uint64_t value)
{
	return (struct test){
		.bits = (uint8_t)bits,
		.is_signed = is_signed,
		.op = op,
		.mask = UINT64_MAX,
		.value = value,
	};
}

static struct cond *equals(unsigned arg, uint64_t value)
{
	struct test t = test_of(64, false, OP_EQ, value);

	t.arg = (uint8_t)arg;
	return cond_test(t);
}

static bool holds(const struct test *t, uint64_t arg0)
{
	autocond struct cond *c = cond_test(*t);
	const uint64_t args[6] = { arg0 };

	assert_non_null(c);
	return cond_eval(c, args);
}

static void sees_only_the_low_word_of_a_32_bit_argument(void **state)
{
	struct test at_cwd = test_of(32, true, OP_EQ, (uint64_t)-100);
	struct test request = test_of(32, false, OP_EQ, 0x5412);

	(void)state;
	assert_true(holds(&at_cwd, 0x00000000ffffff9c));
	assert_true(holds(&at_cwd, 0xffffffffffffff9c));
	assert_true(holds(&at_cwd, 0xdeadbeefffffff9c));
	assert_false(holds(&at_cwd, 0xffffff9d));
	assert_true(holds(&request, 0xdead000000005412));
}

static void sees_every_bit_of_a_64_bit_argument(void **state)
{
	struct test t = test_of(64, false, OP_EQ, 5);

	(void)state;
	assert_true(holds(&t, 5));
	assert_false(holds(&t, 0x100000005));
}

static void compares_by_sign(void **state)
{
	struct test s = test_of(32, true, OP_LT, 0), u = test_of(32, false, OP_LT, 1);

	(void)state;
	assert_true(holds(&s, 0xffffffff));
	assert_false(holds(&s, 0));
	assert_false(holds(&u, 0xffffffff));
	assert_true(holds(&u, 0));
	s = test_of(64, true, OP_GE, (uint64_t)-5);
	assert_true(holds(&s, (uint64_t)-5));
	assert_true(holds(&s, 7));
	assert_false(holds(&s, (uint64_t)-6));
}

static void compares_what_is_masked_as_unsigned(void **state)
{
	struct test t = test_of(32, true, OP_GT, 1);

	(void)state;
	t.mask = (uint64_t)INT32_MIN;
	assert_true(holds(&t, 0x80000000));
	assert_false(holds(&t, 0x7fffffff));
}

/* Each operator against the same comparison in C, on values around every edge. */
static void agrees_with_c_on_every_operator(void **state)
{
	static const uint64_t edges[] = {
		0,	    1,	       2,	   INT32_MAX,  1ull << 31,   UINT32_MAX,
		1ull << 32, INT64_MAX, 1ull << 63, UINT64_MAX, (uint64_t)-2, (uint64_t)INT32_MIN,
	};

	(void)state;
	for (size_t i = 0; i < countof(edges); i++) {
		for (size_t j = 0; j < countof(edges); j++) {
			int64_t x = (int64_t)edges[i], y = (int64_t)edges[j];
			struct test t = test_of(64, true, OP_EQ, edges[j]);

			assert_int_equal(holds(&t, edges[i]), x == y);
			t.op = OP_NE;
			assert_int_equal(holds(&t, edges[i]), x != y);
			t.op = OP_LT;
			assert_int_equal(holds(&t, edges[i]), x < y);
			t.op = OP_LE;
			assert_int_equal(holds(&t, edges[i]), x <= y);
			t.op = OP_GT;
			assert_int_equal(holds(&t, edges[i]), x > y);
			t.op = OP_GE;
			assert_int_equal(holds(&t, edges[i]), x >= y);
			t.is_signed = false;
			assert_int_equal(holds(&t, edges[i]), edges[i] >= edges[j]);
			t.op = OP_LT;
			assert_int_equal(holds(&t, edges[i]), edges[i] < edges[j]);
		}
	}
}

static void sorts_and_joins_a_set(void **state)
{
	struct range ranges[] = { { 9, 9 }, { 1, 3 }, { 4, 5 }, { 2, 2 }, { 20, 30 }, { 8, 7 } };
	struct test t = test_of(64, false, OP_IN, 0);

	(void)state;
	t.ranges = ranges;
	t.range_count = countof(ranges);
	autocond struct cond *c = cond_test(t);
	assert_int_equal(c->test.range_count, 3);
	assert_int_equal(c->test.ranges[0].low, 1);
	assert_int_equal(c->test.ranges[0].high, 5);
	assert_int_equal(c->test.ranges[1].low, 9);
	assert_int_equal(c->test.ranges[1].high, 9);
	assert_int_equal(c->test.ranges[2].high, 30);
	assert_int_equal(ranges[0].low, 9);
}

static void sorts_a_signed_set_through_zero(void **state)
{
	struct range ranges[] = { { 0, 2 }, { (uint64_t)-3, (uint64_t)-1 }, { 5, INT64_MAX } };
	struct test t = test_of(64, true, OP_IN, 0);

	(void)state;
	t.ranges = ranges;
	t.range_count = countof(ranges);
	autocond struct cond *c = cond_test(t);
	assert_int_equal(c->test.range_count, 2);
	assert_int_equal(c->test.ranges[0].low, (uint64_t)-3);
	assert_int_equal(c->test.ranges[0].high, 2);
	assert_int_equal(c->test.ranges[1].low, 5);
}

static void keeps_ranges_at_the_ends_apart(void **state)
{
	struct range ranges[] = { { 0, 0 }, { UINT64_MAX, UINT64_MAX } };
	struct test t = test_of(64, false, OP_IN, 0);

	(void)state;
	t.ranges = ranges;
	t.range_count = countof(ranges);
	autocond struct cond *c = cond_test(t);
	assert_int_equal(c->test.range_count, 2);
}

static void turns_a_set_of_one_value_into_a_comparison(void **state)
{
	struct range one = { 7, 7 };
	struct test t = test_of(64, false, OP_IN, 0);

	(void)state;
	t.ranges = &one;
	t.range_count = 1;
	autocond struct cond *c = cond_test(t);
	assert_int_equal(c->test.op, OP_EQ);
	assert_int_equal(c->test.value, 7);
	t.range_count = 0;
	autocond struct cond *none = cond_test(t);
	assert_int_equal(none->kind, COND_FALSE);
}

static void drops_masks_that_say_nothing(void **state)
{
	struct test t = test_of(32, false, OP_EQ, 1);

	(void)state;
	t.mask = UINT32_MAX;
	autocond struct cond *all = cond_test(t);
	assert_int_equal(all->test.mask, UINT64_MAX);
	t.mask = 0;
	autocond struct cond *never = cond_test(t);
	assert_int_equal(never->kind, COND_FALSE);
	t.value = 0;
	autocond struct cond *always = cond_test(t);
	assert_int_equal(always->kind, COND_TRUE);
}

static void flattens_and_and_or(void **state)
{
	(void)state;
	autocond struct cond *left =
		cond_or(cond_or(equals(0, 1), equals(0, 2)), cond_or(equals(0, 3), equals(0, 4)));
	autocond struct cond *right =
		cond_or(equals(0, 1), cond_or(equals(0, 2), cond_or(equals(0, 3), equals(0, 4))));

	assert_int_equal(left->kind, COND_OR);
	assert_int_equal(left->count, 4);
	assert_true(cond_same(left, right));
	autocond struct cond *mixed = cond_and(cond_clone(left), equals(1, 1));
	assert_int_equal(mixed->count, 2);
	assert_false(cond_same(left, mixed));
}

static void keeps_many_children_in_order(void **state)
{
	struct cond *c = equals(0, 0);

	(void)state;
	for (uint64_t i = 1; i < 1000; i++)
		c = cond_and(c, equals(0, i));
	assert_int_equal(c->count, 1000);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(c->children[i]->test.value, i);
	cond_free(c);
}

static void folds_constants_and_double_negation(void **state)
{
	autocond struct cond *x = equals(0, 1);

	(void)state;
	autocond struct cond *a = cond_and(cond_bool(true), cond_clone(x));
	autocond struct cond *b = cond_or(cond_clone(x), cond_bool(true));
	autocond struct cond *c = cond_not(cond_not(cond_clone(x)));
	autocond struct cond *d = cond_not(cond_bool(true));
	autocond struct cond *e = cond_and(cond_clone(x), cond_bool(false));
	assert_true(cond_same(a, x));
	assert_int_equal(b->kind, COND_TRUE);
	assert_true(cond_same(c, x));
	assert_int_equal(d->kind, COND_FALSE);
	assert_int_equal(e->kind, COND_FALSE);
}

static void passes_missing_memory_through(void **state)
{
	(void)state;
	assert_null(cond_and(equals(0, 1), NULL));
	assert_null(cond_or(NULL, equals(0, 1)));
	assert_null(cond_not(NULL));
}

/* A random condition over three arguments with small values, so that every branch is met. */
static struct cond *random_cond(int depth)
{
	struct test t = test_of(rand() % 2 ? 32 : 64, rand() % 2, (enum cond_op)(rand() % 6),
				(uint64_t)(rand() % 8));

	t.arg = (uint8_t)(rand() % 3);
	if (depth == 0)
		return cond_test(t);
	switch (rand() % 3) {
	case 0:
		return cond_not(random_cond(depth - 1));
	case 1:
		return cond_and(random_cond(depth - 1), random_cond(depth - 1));
	default:
		return cond_or(random_cond(depth - 1), random_cond(depth - 1));
	}
}

static void joins_mean_what_they_say(void **state)
{
	(void)state;
	srand(7);
	for (int i = 0; i < 2000; i++) {
		struct cond *a = random_cond(3), *b = random_cond(3);
		autocond struct cond *and = cond_and(cond_clone(a), cond_clone(b));
		autocond struct cond * or = cond_or(cond_clone(a), cond_clone(b));
		autocond struct cond *not = cond_not(cond_clone(a));

		for (int j = 0; j < 20; j++) {
			uint64_t args[6] = { (uint64_t)(rand() % 9), (uint64_t)(rand() % 9),
					     (uint64_t)(rand() % 9) };
			bool x = cond_eval(a, args), y = cond_eval(b, args);

			assert_int_equal(cond_eval(and, args), x && y);
			assert_int_equal(cond_eval(or, args), x || y);
			assert_int_equal(cond_eval(not, args), !x);
		}
		cond_free(a);
		cond_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_only_the_low_word_of_a_32_bit_argument),
		cmocka_unit_test(sees_every_bit_of_a_64_bit_argument),
		cmocka_unit_test(compares_by_sign),
		cmocka_unit_test(compares_what_is_masked_as_unsigned),
		cmocka_unit_test(agrees_with_c_on_every_operator),
		cmocka_unit_test(sorts_and_joins_a_set),
		cmocka_unit_test(sorts_a_signed_set_through_zero),
		cmocka_unit_test(keeps_ranges_at_the_ends_apart),
		cmocka_unit_test(turns_a_set_of_one_value_into_a_comparison),
		cmocka_unit_test(drops_masks_that_say_nothing),
		cmocka_unit_test(flattens_and_and_or),
		cmocka_unit_test(keeps_many_children_in_order),
		cmocka_unit_test(folds_constants_and_double_negation),
		cmocka_unit_test(passes_missing_memory_through),
		cmocka_unit_test(joins_mean_what_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
