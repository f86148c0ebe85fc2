/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about decision diagrams, with cond_eval and policy_eval as the oracles. */
#include "policy/diagram.h"

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

static void gives_equal_functions_one_node(void **state)
{
	autodiagram struct diagram *d = diagram_new();
	node_t low = diagram_range(d, WORD_NR, 0, 0x7fffffff);
	node_t high = diagram_range(d, WORD_NR, 0x80000000, UINT32_MAX);

	(void)state;
	assert_int_equal(diagram_not(d, low), high);
	assert_int_equal(diagram_or(d, low, high), true);
	assert_int_equal(diagram_and(d, low, high), false);
	assert_int_equal(diagram_bit(d, WORD_NR, 31), high);
	assert_int_equal(diagram_masked(d, WORD_NR, 0x80000000, 0), low);
	assert_int_equal(diagram_masked(d, WORD_NR, 1, 2), false);
	assert_int_equal(diagram_range(d, WORD_NR, 0, UINT32_MAX), true);
	assert_int_equal(diagram_range(d, WORD_NR, 2, 1), false);
	assert_int_equal(diagram_any(d, NULL, 0), false);
	assert_int_equal(diagram_all(d, NULL, 0), true);
}

static void ranges_and_masks_are_what_they_say(void **state)
{
	autodiagram struct diagram *d = diagram_new();
	struct random r = { 0 };

	(void)state;
	for (int round = 0; round < 2000; round++) {
		random_refill(&r);
		uint32_t low = (uint32_t)random_value(&r), high = (uint32_t)random_value(&r);
		uint32_t mask = (uint32_t)random_value(&r), value = (uint32_t)random_value(&r);
		node_t range = diagram_range(d, WORD_ARG0_LOW, low, high);
		node_t masked = diagram_masked(d, WORD_ARG0_HIGH, mask, value & mask);

		for (int i = 0; i < 100; i++) {
			struct call call = { .args = { random_value(&r) } };
			uint32_t l = (uint32_t)call.args[0];
			uint32_t h = (uint32_t)(call.args[0] >> 32);

			assert_int_equal(diagram_eval(d, range, &call), low <= l && l <= high);
			assert_int_equal(diagram_eval(d, masked, &call),
					 (h & mask) == (value & mask));
		}
	}
}

static void chooses_compares_and_finds_leaves(void **state)
{
	autodiagram struct diagram *d = diagram_new();
	node_t c = diagram_range(d, WORD_NR, 5, 9), other = diagram_range(d, WORD_ARG0_LOW, 0, 3);
	node_t f = diagram_choose(d, c, diagram_leaf(d, 7), diagram_leaf(d, 1 << 23));
	node_t g = diagram_choose(d, other, diagram_leaf(d, 7), diagram_leaf(d, 8));
	struct call call = { 0 };

	(void)state;
	assert_int_equal(diagram_where(d, f, 7), c);
	assert_int_equal(diagram_where(d, f, 1 << 23), diagram_not(d, c));
	assert_int_equal(diagram_where(d, f, 3), false);
	assert_int_equal(diagram_equal(d, f, g), diagram_and(d, c, other));
	assert_true(diagram_witness(d, diagram_and(d, c, diagram_not(d, other)), &call));
	assert_int_equal(call.nr, 5);
	assert_int_equal(call.args[0], 4);
	assert_false(diagram_witness(d, false, &call));
}

static void a_condition_and_its_diagram_agree(void **state)
{
	struct random r = { 0 };

	(void)state;
	for (int round = 0; round < 10000; round++) {
		autodiagram struct diagram *d = diagram_new();

		random_refill(&r);
		autocond struct cond *c = random_cond(&r, 1 + round % 3, 3);
		node_t node = diagram_cond(d, c);
		for (int i = 0; i < 60; i++) {
			struct call call = { 0 };

			random_args(&r, call.args);
			assert_int_equal(diagram_eval(d, node, &call), cond_eval(c, call.args));
		}
	}
}

static void a_policy_and_its_diagram_agree(void **state)
{
	struct random r = { .state = 3 };

	(void)state;
	for (int round = 0; round < 1500; round++) {
		autodiagram struct diagram *d = diagram_new();
		autopolicy struct policy *p = random_policy(&r);
		node_t node = diagram_policy(d, p);

		for (int i = 0; i < 200; i++) {
			struct call call = random_call(&r, p);
			struct action action = policy_eval(p, &call, NULL);

			assert_int_equal(diagram_eval(d, node, &call), diagram_action(action));
			assert_true(
				action_equal(diagram_action_of(diagram_action(action)), action));
		}
	}
}

static void a_witness_satisfies_the_condition(void **state)
{
	struct random r = { .state = 1 };
	int found = 0;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		autodiagram struct diagram *d = diagram_new();
		struct call call;

		random_refill(&r);
		autocond struct cond *c = random_cond(&r, 2, 3);
		if (diagram_witness(d, diagram_cond(d, c), &call)) {
			assert_true(cond_eval(c, call.args));
			found++;
		}
		if (diagram_witness(d, diagram_not(d, diagram_cond(d, c)), &call))
			assert_false(cond_eval(c, call.args));
	}
	assert_true(found > 1000);
}

static void the_largest_set_takes_one_descent(void **state)
{
	enum { COUNT = 65536 };
	autodiagram struct diagram *d = diagram_new();
	struct range *ranges = calloc(COUNT, sizeof(*ranges));
	struct random r = { .state = 2 };

	(void)state;
	for (uint64_t i = 0; i < COUNT; i++)
		ranges[i].low = ranges[i].high = i << 40 | random_below(&r, (uint64_t)1 << 40);
	autocond struct cond *c = cond_test((struct test){ .arg = 5,
							   .bits = 64,
							   .op = OP_IN,
							   .mask = UINT64_MAX,
							   .ranges = ranges,
							   .range_count = COUNT });
	node_t node = diagram_cond(d, c);
	for (int i = 0; i < 1000; i++) {
		struct call call = { .args[5] = ranges[random_below(&r, COUNT)].low };

		assert_int_equal(diagram_eval(d, node, &call), true);
		call.args[5] ^= 1;
		assert_int_equal(diagram_eval(d, node, &call), cond_eval(c, call.args));
	}
	assert_true(diagram_size(d) < (size_t)COUNT * 50);
	free(ranges);
}

/* Comparing two arguments bit by bit has no small diagram in this order of bits. */
static void gives_up_instead_of_growing_without_end(void **state)
{
	autodiagram struct diagram *d = diagram_new();
	node_t equal = true;

	(void)state;
	diagram_limit(d, 1 << 18);
	for (unsigned bit = 0; bit < 32; bit++) {
		node_t a = diagram_bit(d, WORD_ARG0_LOW, bit);
		node_t b = diagram_bit(d, WORD_ARG0_LOW + 2, bit);

		equal = diagram_and(d, equal, diagram_equal(d, a, b));
	}
	assert_int_equal(equal, NODE_FAILED);
	assert_true(diagram_is_full(d));
	assert_int_equal(diagram_and(d, equal, true), NODE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_equal_functions_one_node),
		cmocka_unit_test(ranges_and_masks_are_what_they_say),
		cmocka_unit_test(chooses_compares_and_finds_leaves),
		cmocka_unit_test(a_condition_and_its_diagram_agree),
		cmocka_unit_test(a_policy_and_its_diagram_agree),
		cmocka_unit_test(a_witness_satisfies_the_condition),
		cmocka_unit_test(the_largest_set_takes_one_descent),
		cmocka_unit_test(gives_up_instead_of_growing_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
