/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about trees over ranges. */
#include "enforce/dispatch.h"

#include "tests/unit/unit.h"

static const struct operand NR = { 0, UINT32_MAX };

static uint32_t verdict(const struct filter *f, uint32_t nr)
{
	struct call call = { .nr = nr };
	struct err e = { 0 };
	uint32_t ret = 0;

	assert_int_equal(filter_simulate(f, &call, &ret, NULL, &e), 0);
	return ret;
}

static void later_ranges_cover_earlier_ones(void **state)
{
	autocells struct cells c = { 0 };

	(void)state;
	cells_set(&c, 0, UINT32_MAX, 1);
	cells_set(&c, 10, 20, 2);
	cells_set(&c, 15, 30, 3);
	cells_set(&c, 5, 12, 4);
	assert_int_equal(cells_target(&c, 0), 1);
	assert_int_equal(cells_target(&c, 4), 1);
	assert_int_equal(cells_target(&c, 5), 4);
	assert_int_equal(cells_target(&c, 12), 4);
	assert_int_equal(cells_target(&c, 13), 2);
	assert_int_equal(cells_target(&c, 14), 2);
	assert_int_equal(cells_target(&c, 15), 3);
	assert_int_equal(cells_target(&c, 30), 3);
	assert_int_equal(cells_target(&c, 31), 1);
	assert_int_equal(cells_target(&c, UINT32_MAX), 1);
}

static void ranges_may_end_at_either_end(void **state)
{
	autocells struct cells c = { 0 };

	(void)state;
	cells_set(&c, 0, UINT32_MAX, 1);
	cells_set(&c, 0, 0, 2);
	cells_set(&c, UINT32_MAX, UINT32_MAX, 3);
	assert_int_equal(cells_target(&c, 0), 2);
	assert_int_equal(cells_target(&c, 1), 1);
	assert_int_equal(cells_target(&c, UINT32_MAX - 1), 1);
	assert_int_equal(cells_target(&c, UINT32_MAX), 3);
}

/* Many little cells of few targets, as syscall numbers and argument sets have them. */
static void every_value_goes_to_its_cell(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		autograph struct graph g = { 0 };
		autofilter struct filter f = { 0 };
		autocells struct cells c = { 0 };
		struct cells verdicts = { 0 };

		cells_set(&c, 0, UINT32_MAX, graph_leaf(&g, 0));
		cells_set(&verdicts, 0, UINT32_MAX, 0);
		for (int i = 0; i < round; i++) {
			uint32_t low = (seed = seed * 1103515245 + 12345) >> 8 & 0xff;
			uint32_t high = low + ((seed >> 20) % (round % 3 ? 2 : 20));
			uint32_t ret = seed >> 27 & 3;

			cells_set(&c, low, high, graph_leaf(&g, ret));
			cells_set(&verdicts, low, high, ret);
		}
		assert_int_equal(graph_emit(&g, dispatch(&g, NR, &c), &f), 0);
		for (uint32_t x = 0; x < 300; x++)
			assert_int_equal(verdict(&f, x), cells_target(&verdicts, x));
		assert_int_equal(verdict(&f, UINT32_MAX), cells_target(&verdicts, UINT32_MAX));
		cells_fini(&verdicts);
	}
}

static void one_value_takes_one_test(void **state)
{
	autograph struct graph g = { 0 };
	autofilter struct filter f = { 0 };
	autocells struct cells c = { 0 };

	(void)state;
	cells_set(&c, 0, UINT32_MAX, graph_leaf(&g, 0));
	cells_set(&c, 7, 7, graph_leaf(&g, 1));
	assert_int_equal(graph_emit(&g, dispatch(&g, NR, &c), &f), 0);
	assert_int_equal(f.insns.len, 4);
}

static void neighbours_with_one_target_are_one(void **state)
{
	autograph struct graph g = { 0 };
	autofilter struct filter f = { 0 };
	autocells struct cells c = { 0 };

	(void)state;
	cells_set(&c, 0, UINT32_MAX, graph_leaf(&g, 0));
	for (uint32_t i = 5; i < 105; i++)
		cells_set(&c, i, i, graph_leaf(&g, 1));
	assert_int_equal(graph_emit(&g, dispatch(&g, NR, &c), &f), 0);
	assert_int_equal(f.insns.len, 5); /* load, two bounds, two returns */
}

static void values_that_a_mask_rules_out_cost_nothing(void **state)
{
	autograph struct graph g = { 0 };
	autocells struct cells c = { 0 };
	uint32_t zero = graph_leaf(&g, 0);

	(void)state;
	cells_set(&c, 0, UINT32_MAX, zero);
	cells_set(&c, 16, UINT32_MAX, graph_leaf(&g, 1));
	assert_int_equal(dispatch(&g, (struct operand){ 0, 0xf }, &c), zero);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(later_ranges_cover_earlier_ones),
		cmocka_unit_test(ranges_may_end_at_either_end),
		cmocka_unit_test(every_value_goes_to_its_cell),
		cmocka_unit_test(one_value_takes_one_test),
		cmocka_unit_test(neighbours_with_one_target_are_one),
		cmocka_unit_test(values_that_a_mask_rules_out_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
