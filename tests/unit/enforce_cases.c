/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about multiway diagrams and the orders of their operands (cases.c and order.c). */
#include "enforce/order.h"

#include "fuzz/source.h"
#include "tests/unit/unit.h"

#include <errno.h>

static struct test equal_to(uint8_t arg, uint8_t bits, uint64_t value)
{
	return (struct test){
		.arg = arg, .bits = bits, .op = OP_EQ, .mask = UINT64_MAX, .value = value
	};
}

/* A diagram over what the condition tests, in its i-th order; false when there is no such order. */
static bool diagram_for(const struct cond *cond, unsigned i, bool is_big_endian, struct cases *c)
{
	struct operands o = { .is_big_endian = is_big_endian };

	assert_int_equal(operands_add(&o, cond), 0);
	assert_false(o.has_overflown);
	*c = (struct cases){ .var_count = o.count, .is_big_endian = is_big_endian };
	return operands_order(&o, i, c->vars);
}

static uint32_t eval(const struct cases *c, uint32_t root, const uint64_t args[6])
{
	const struct case_node *n = &c->nodes.data[root];

	while (n->var != CASES_LEAF) {
		uint32_t value = operand_value(c->vars[n->var], args, c->is_big_endian), i = 0;

		while (i + 1 < n->count && c->cells.data[n->first + i + 1].low <= value)
			i++;
		n = &c->nodes.data[c->cells.data[n->first + i].to];
	}
	return n->value;
}

static void diagrams_mean_what_cond_eval_says_in_every_order(void **state)
{
	uint64_t seed = 1;
	uint8_t bytes[256];

	(void)state;
	for (int round = 0; round < 600; round++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		autocond struct cond *cond = source_cond(&s, 5);

		for (unsigned order = 0;; order++) {
			autocases struct cases c = { 0 };

			if (!diagram_for(cond, order, round & 1, &c))
				break;
			uint32_t root = cases_cond(&c, cond);
			assert_int_not_equal(root, NODE_NONE);
			for (int i = 0; i < 20; i++) {
				uint64_t args[6];

				seed = random_bytes(seed, bytes, 64);
				struct source t = { bytes, 64, 0 };
				for (int j = 0; j < 6; j++)
					args[j] = source_value(&t);
				assert_int_equal(eval(&c, root, args), cond_eval(cond, args));
			}
		}
	}
}

static void equal_functions_are_one_node(void **state)
{
	/* a == 1 || a == 2 && b == 3, and the same said otherwise */
	autocond struct cond *x =
		cond_or(cond_test(equal_to(0, 32, 1)),
			cond_and(cond_test(equal_to(0, 32, 2)), cond_test(equal_to(1, 32, 3))));
	autocond struct cond *y = cond_not(cond_and(
		cond_not(cond_and(cond_test(equal_to(1, 32, 3)), cond_test(equal_to(0, 32, 2)))),
		cond_not(cond_test(equal_to(0, 32, 1)))));
	autocases struct cases c = { 0 };

	(void)state;
	assert_true(diagram_for(x, 0, false, &c));
	assert_int_equal(cases_cond(&c, x), cases_cond(&c, y));
}

static void weights_follow_the_calls(void **state)
{
	autocond struct cond *cond =
		cond_or(cond_test(equal_to(0, 32, 1)), cond_test(equal_to(0, 32, 5)));
	autocases struct cases c = { 0 };
	uint64_t args[6] = { 5 };

	(void)state;
	assert_true(diagram_for(cond, 0, false, &c));
	uint32_t root = cases_cond(&c, cond);
	cases_weigh(&c, root, args, 0.75);
	args[0] = 7;
	cases_weigh(&c, root, args, 0.25);
	const struct case_node *n = &c.nodes.data[root];
	assert_int_equal(n->count, 5);
	assert_true(n->weight > 0.99);
	assert_true(c.cells.data[n->first + 3].weight > 0.74);
	assert_true(c.cells.data[n->first + 4].weight > 0.24);
	assert_true(c.cells.data[n->first + 1].weight < 0.01);
}

static void a_diagram_that_grows_too_large_gives_up(void **state)
{
	struct cond *cond = cond_bool(false);
	autocases struct cases c = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 200; i++)
		cond = cond_or(cond, cond_test(equal_to(0, 32, 3 * i)));
	assert_true(diagram_for(cond, 0, false, &c));
	c.max = 100;
	assert_int_equal(cases_cond(&c, cond), NODE_NONE);
	assert_int_equal(c.failed, -E2BIG);
	cond_free(cond);
}

static void orders_are_permutations_of_the_operands(void **state)
{
	autocond struct cond *cond =
		cond_and(cond_test(equal_to(0, 64, 1)),
			 cond_and(cond_test(equal_to(2, 64, 2)), cond_test(equal_to(5, 32, 3))));
	struct operands o = { 0 };
	struct operand vars[CASES_VARS];
	unsigned count = 0;

	(void)state;
	assert_int_equal(operands_add(&o, cond), 0);
	assert_int_equal(o.count, 5);
	for (; operands_order(&o, count, vars); count++) {
		for (uint32_t i = 0; i < o.count; i++) {
			uint32_t found = 0;

			for (uint32_t j = 0; j < o.count; j++)
				found += operand_equal(vars[j], o.all[i]);
			assert_int_equal(found, 1);
		}
	}
	assert_int_equal(count, 6 * 8); /* three arguments, four layouts, masks both ways */
}

static void the_same_operand_is_taken_once(void **state)
{
	autocond struct cond *cond =
		cond_or(cond_test(equal_to(3, 32, 1)), cond_not(cond_test(equal_to(3, 32, 9))));
	struct operands o = { 0 };

	(void)state;
	assert_int_equal(operands_add(&o, cond), 0);
	assert_int_equal(operands_add(&o, NULL), 0);
	assert_int_equal(o.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diagrams_mean_what_cond_eval_says_in_every_order),
		cmocka_unit_test(equal_functions_are_one_node),
		cmocka_unit_test(weights_follow_the_calls),
		cmocka_unit_test(a_diagram_that_grows_too_large_gives_up),
		cmocka_unit_test(orders_are_permutations_of_the_operands),
		cmocka_unit_test(the_same_operand_is_taken_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
