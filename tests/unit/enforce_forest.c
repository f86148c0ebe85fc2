/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the best trees over ranges (forest.c and tree.c). */
#include "enforce/forest.h"

#include "enforce/gauge.h"
#include "tests/unit/unit.h"

#include <linux/seccomp.h>

static const struct operand LOW = { 16, UINT32_MAX }; /* argument 0 */

static uint32_t verdict(const struct filter *f, uint64_t arg, size_t *length)
{
	struct call call = { .args = { arg } };
	struct steps path = { 0 };
	uint32_t ret = 0;

	assert_int_equal(filter_simulate(f, &call, &ret, &path, NULL), 0);
	*length = path.all.len;
	vec_fini(&path.all);
	return ret;
}

static uint32_t next(uint32_t *seed)
{
	return (*seed = *seed * 1103515245 + 12345) >> 8;
}

/* Cells of all shapes with weights of all sizes, at every thrift. */
static void every_value_goes_to_its_cell(void **state)
{
	static const double thrifts[] = { 0.0001, 0.1, 1, 1000 };
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct graph g = { 0 };
		struct forest forest = { .graph = &g,
					 .thrift = thrifts[round % 4],
					 .chain_max = round % 3 ? 6 : FOREST_CHAIN_MAX };
		autofilter struct filter f = { 0 };
		struct cells cells = { 0 }, verdicts = { 0 };
		uint32_t count = next(&seed) % (round % 5 ? 40 : 400);
		size_t length;

		cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 0));
		cells_set(&verdicts, 0, UINT32_MAX, 0);
		for (uint32_t i = 0; i < count; i++) {
			uint32_t low = next(&seed) % 1000, ret = next(&seed) % 4;
			uint32_t high = low + (next(&seed) % 3 ? 0 : next(&seed) % 20);

			cells_set(&cells, low, high, graph_leaf(&g, ret));
			cells_set(&verdicts, low, high, ret);
		}
		for (uint32_t i = 0; i < count; i++)
			cells_weigh(&cells, next(&seed) % 1000, 1.0 / (1 + next(&seed) % 100));
		assert_int_equal(graph_emit(&g, forest_tree(&forest, LOW, &cells), &f), 0);
		for (uint32_t x = 0; x < 1030; x++)
			assert_int_equal(verdict(&f, x, &length), cells_target(&verdicts, x));
		assert_int_equal(verdict(&f, UINT32_MAX, &length), 0);
		cells_fini(&cells);
		cells_fini(&verdicts);
		forest_fini(&forest);
		graph_fini(&g);
	}
}

/* The program over values 0..count-1 of alternating verdicts, weights given. */
static void alternate(struct filter *f, uint32_t count, const double *weights, double thrift)
{
	struct graph g = { 0 };
	struct forest forest = { .graph = &g, .thrift = thrift, .chain_max = 6 };
	struct cells cells = { 0 };

	cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 0));
	for (uint32_t i = 0; i < count; i++)
		cells_set(&cells, 10 * i, 10 * i + 4, graph_leaf(&g, 1 + i % 3));
	for (uint32_t i = 0; weights && i < count; i++)
		cells_weigh(&cells, 10 * i, weights[i]);
	assert_int_equal(graph_emit(&g, forest_tree(&forest, LOW, &cells), f), 0);
	cells_fini(&cells);
	forest_fini(&forest);
	graph_fini(&g);
}

static void heavy_cells_stand_near_the_root(void **state)
{
	double weights[32];
	size_t light, heavy;
	autofilter struct filter f = { 0 };

	(void)state;
	for (int i = 0; i < 32; i++)
		weights[i] = i == 19 ? 0.9 : 0.1 / 31;
	alternate(&f, 32, weights, 0.001);
	assert_int_equal(verdict(&f, 190, &heavy), 1 + 19 % 3);
	assert_int_equal(verdict(&f, 10, &light), 1 + 1 % 3);
	assert_true(heavy <= 4); /* load, two bounds, return */
	assert_true(light > heavy);
}

static void a_heavy_value_is_asked_for_first(void **state)
{
	struct graph g = { 0 };
	struct forest forest = { .graph = &g, .thrift = 0.001, .chain_max = 6 };
	autofilter struct filter f = { 0 };
	struct cells cells = { 0 };
	size_t length;

	(void)state;
	cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 0));
	for (uint32_t i = 0; i < 30; i++)
		cells_set(&cells, 3 * i, 3 * i, graph_leaf(&g, 1 + i % 5));
	for (uint32_t i = 0; i < 30; i++)
		cells_weigh(&cells, 3 * i, i == 17 ? 0.8 : 0.2 / 29);
	assert_int_equal(graph_emit(&g, forest_tree(&forest, LOW, &cells), &f), 0);
	assert_int_equal(verdict(&f, 51, &length), 1 + 17 % 5);
	assert_int_equal(length, 3);
	cells_fini(&cells);
	forest_fini(&forest);
	graph_fini(&g);
}

/* How long the program is that tells these values from all others. */
static size_t set_size(const uint32_t *values, size_t count)
{
	struct graph g = { 0 };
	struct forest forest = { .graph = &g, .thrift = 0.1, .chain_max = 6 };
	struct cells cells = { 0 };
	autofilter struct filter f = { 0 };
	size_t length;

	cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 0));
	for (size_t i = 0; i < count; i++)
		cells_set(&cells, values[i], values[i], graph_leaf(&g, 1));
	for (size_t i = 0; i < count; i++)
		cells_weigh(&cells, values[i], 1.0 / (double)count);
	assert_int_equal(graph_emit(&g, forest_tree(&forest, LOW, &cells), &f), 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(verdict(&f, values[i], &length), 1);
		assert_int_equal(verdict(&f, values[i] ^ 0x40000000, &length), 0);
	}
	cells_fini(&cells);
	forest_fini(&forest);
	graph_fini(&g);
	return f.insns.len;
}

static void sets_that_a_mask_describes_take_a_mask(void **state)
{
	static const uint32_t flags[] = { 0, 0x800, 0x80000, 0x80800 };
	static const uint32_t with_base[] = { 0x2, 0x802, 0x80002, 0x80802 };
	static const uint32_t none[] = { 1, 6, 17, 23 };

	(void)state;
	assert_int_equal(set_size(flags, 4), 2 + 2);	 /* load, bit test, returns */
	assert_int_equal(set_size(with_base, 4), 3 + 2); /* load, and, test, returns */
	assert_int_equal(set_size(none, 4), 5 + 2);
}

/* Even values below ten and odd ones are told apart by their last bit: that ten is even, too, is
 * no matter once it is known to go elsewhere. */
static void a_mask_need_not_know_what_is_told_apart_before(void **state)
{
	struct graph g = { 0 };
	struct forest forest = { .graph = &g, .thrift = 0.1, .chain_max = 6 };
	autofilter struct filter f = { 0 };
	struct cells cells = { 0 };
	size_t length;

	(void)state;
	cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 2));
	for (uint32_t x = 0; x < 10; x++)
		cells_set(&cells, x, x, graph_leaf(&g, x % 2));
	assert_int_equal(graph_emit(&g, forest_tree(&forest, LOW, &cells), &f), 0);
	assert_int_equal(f.insns.len, 3 + 3); /* load, order, bit test, returns */
	for (uint32_t x = 0; x < 12; x++)
		assert_int_equal(verdict(&f, x, &length), x < 10 ? x % 2 : 2);
	cells_fini(&cells);
	forest_fini(&forest);
	graph_fini(&g);
}

static void thrift_makes_programs_smaller(void **state)
{
	autofilter struct filter fast = { 0 }, small = { 0 };
	double weights[60];

	(void)state;
	for (int i = 0; i < 60; i++)
		weights[i] = 1.0 / 60;
	alternate(&fast, 60, weights, 0.00001);
	alternate(&small, 60, weights, 1000);
	assert_true(small.insns.len <= fast.insns.len);
}

static void the_same_question_is_answered_once(void **state)
{
	struct graph g = { 0 };
	struct forest forest = { .graph = &g, .thrift = 0.1, .chain_max = 6 };
	struct cells cells = { 0 };
	uint64_t work;
	uint32_t node;

	(void)state;
	cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 0));
	for (uint32_t i = 0; i < 50; i++)
		cells_set(&cells, 7 * i, 7 * i + 2, graph_leaf(&g, 1 + i % 4));
	node = forest_tree(&forest, LOW, &cells);
	work = forest.work;
	assert_true(work > 0);
	assert_int_equal(forest_tree(&forest, LOW, &cells), node);
	assert_int_equal(forest.work, work);
	cells_fini(&cells);
	forest_fini(&forest);
	graph_fini(&g);
}

static void thousands_of_cells_take_bounded_work(void **state)
{
	struct graph g = { 0 };
	struct forest forest = { .graph = &g, .thrift = 0.1, .chain_max = 6 };
	struct cells cells = { 0 };
	size_t length, worst = 0;

	(void)state;
	cells_set(&cells, 0, UINT32_MAX, graph_leaf(&g, 0));
	for (uint32_t i = 0; i < 20000; i++)
		cells_set(&cells, 7 * i, 7 * i + 2, graph_leaf(&g, 1 + i % 4));
	uint32_t root = forest_tree(&forest, LOW, &cells);
	assert_true(forest.work < (1 << 24));
	for (uint32_t i = 0; i < 20000; i += 37) {
		uint64_t args[6] = { 7 * i };

		length = graph_walk(&g, root, (struct operand){ 0, 0 }, args);
		worst = length > worst ? length : worst;
	}
	assert_true(worst < 30);
	cells_fini(&cells);
	forest_fini(&forest);
	graph_fini(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_goes_to_its_cell),
		cmocka_unit_test(heavy_cells_stand_near_the_root),
		cmocka_unit_test(a_heavy_value_is_asked_for_first),
		cmocka_unit_test(sets_that_a_mask_describes_take_a_mask),
		cmocka_unit_test(a_mask_need_not_know_what_is_told_apart_before),
		cmocka_unit_test(thrift_makes_programs_smaller),
		cmocka_unit_test(the_same_question_is_answered_once),
		cmocka_unit_test(thousands_of_cells_take_bounded_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
