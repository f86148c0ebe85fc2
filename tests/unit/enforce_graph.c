/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about decision graphs and the programs that they become. */
#include "enforce/graph.h"

#include "tests/unit/unit.h"

#include <errno.h>

static const struct operand NR = { 0, UINT32_MAX };
static const struct operand TOKEN = { 4, UINT32_MAX };
static const struct operand LOW_NIBBLE = { 0, 0xf };

static uint32_t verdict(const struct filter *f, uint32_t nr, uint32_t token)
{
	struct call call = { .nr = nr, .token = token };
	struct err e = { 0 };
	uint32_t ret = 0;

	assert_int_equal(filter_simulate(f, &call, &ret, NULL, &e), 0);
	return ret;
}

static size_t count_code(const struct filter *f, uint16_t code)
{
	size_t count = 0;

	vec_for(insn, &f->insns)
		count += insn->code.code == code;
	return count;
}

static void makes_equal_nodes_once(void **state)
{
	autograph struct graph g = { 0 };
	uint32_t a = graph_leaf(&g, 1), b = graph_leaf(&g, 2);

	(void)state;
	assert_int_equal(graph_leaf(&g, 1), a);
	assert_int_equal(graph_equal(&g, NR, 5, a, b), graph_equal(&g, NR, 5, a, b));
	assert_int_not_equal(graph_equal(&g, NR, 5, a, b), graph_equal(&g, NR, 5, b, a));
}

static void makes_no_test_that_cannot_tell(void **state)
{
	autograph struct graph g = { 0 };
	uint32_t a = graph_leaf(&g, 1), b = graph_leaf(&g, 2);

	(void)state;
	assert_int_equal(graph_equal(&g, NR, 5, a, a), a);
	assert_int_equal(graph_equal(&g, LOW_NIBBLE, 0x10, a, b), b);
	assert_int_equal(graph_equal(&g, (struct operand){ 0, 0 }, 0, a, b), a);
	assert_int_equal(graph_at_least(&g, NR, 0, a, b), a);
	assert_int_equal(graph_at_least(&g, LOW_NIBBLE, 0x10, a, b), b);
}

/* All tests of all small masks and constants, on all small words. */
static void programs_do_what_nodes_say(void **state)
{
	(void)state;
	for (uint32_t mask = 0; mask < 16; mask++) {
		for (uint32_t k = 0; k < 17; k++) {
			autograph struct graph g = { 0 };
			autofilter struct filter f = { 0 };
			struct operand o = { 0, mask };
			uint32_t a = graph_leaf(&g, 1), b = graph_leaf(&g, 2);
			uint32_t c = graph_leaf(&g, 3), root;

			root = graph_equal(&g, o, k, graph_equal(&g, TOKEN, 9, a, c),
					   graph_at_least(&g, o, k, b, c));
			assert_int_equal(graph_emit(&g, root, &f), 0);
			for (uint32_t x = 0; x < 16; x++) {
				uint32_t v = x & mask;

				assert_int_equal(verdict(&f, x, 9), v == k ? 1 : v >= k ? 2 : 3);
				assert_int_equal(verdict(&f, x, 8), v == k ? 3 : v >= k ? 2 : 3);
			}
		}
	}
}

static void loads_a_word_once_on_a_way(void **state)
{
	autograph struct graph g = { 0 };
	autofilter struct filter f = { 0 };
	uint32_t a = graph_leaf(&g, 1), b = graph_leaf(&g, 2), root = b;

	(void)state;
	for (uint32_t k = 3; k < 90; k += 3)
		root = graph_equal(&g, NR, k, a, root);
	assert_int_equal(graph_emit(&g, root, &f), 0);
	assert_int_equal(count_code(&f, BPF_LD | BPF_W | BPF_ABS), 1);
	assert_int_equal(count_code(&f, BPF_RET | BPF_K), 2);
}

/* A node that is reached both with and without its word is entered at two places. */
static void enters_behind_the_load_where_it_can(void **state)
{
	autograph struct graph g = { 0 };
	autofilter struct filter f = { 0 };
	uint32_t a = graph_leaf(&g, 1), b = graph_leaf(&g, 2);
	uint32_t shared = graph_equal(&g, NR, 7, a, b);
	uint32_t with = graph_equal(&g, NR, 8, a, shared);
	uint32_t without = graph_equal(&g, TOKEN, 9, shared, with);
	struct steps path = { 0 };
	struct err e = { 0 };
	uint32_t ret;

	(void)state;
	assert_int_equal(graph_emit(&g, without, &f), 0);
	assert_int_equal(verdict(&f, 7, 9), 1);
	assert_int_equal(verdict(&f, 7, 1), 1);
	assert_int_equal(verdict(&f, 8, 9), 2);
	assert_int_equal(verdict(&f, 8, 1), 1);
	assert_int_equal(filter_simulate(&f, &(struct call){ .nr = 7 }, &ret, &path, &e), 0);
	assert_int_equal(path.all.len, 6); /* two loads, three tests, a return */
	vec_fini(&path.all);
}

static void survives_chains_longer_than_the_stack_is_deep(void **state)
{
	autograph struct graph g = { 0 };
	autofilter struct filter f = { 0 };
	uint32_t a = graph_leaf(&g, 1), root = graph_leaf(&g, 2);

	(void)state;
	for (uint32_t k = 0; k < 200000; k++)
		root = graph_equal(&g, NR, 2 * k + 2, a, root);
	assert_int_equal(graph_emit(&g, root, &f), 0);
	assert_true(f.insns.len > 200000);
}

static void remembers_only_what_all_users_share(void **state)
{
	autograph struct graph g = { 0 };
	struct rule one = { 0 }, two = { 0 };
	const struct arch *arch = arch_native();
	uint32_t leaf;

	(void)state;
	g.purpose = (struct purpose){ arch, &one, 5, true };
	leaf = graph_leaf(&g, 1);
	assert_ptr_equal(g.nodes.data[leaf].purpose.rule, &one);
	g.purpose = (struct purpose){ arch, &two, 5, true };
	assert_int_equal(graph_leaf(&g, 1), leaf);
	assert_null(g.nodes.data[leaf].purpose.rule);
	assert_true(g.nodes.data[leaf].purpose.has_nr);
	g.purpose = (struct purpose){ arch, &two, 6, true };
	assert_int_equal(graph_leaf(&g, 1), leaf);
	assert_false(g.nodes.data[leaf].purpose.has_nr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_equal_nodes_once),
		cmocka_unit_test(makes_no_test_that_cannot_tell),
		cmocka_unit_test(programs_do_what_nodes_say),
		cmocka_unit_test(loads_a_word_once_on_a_way),
		cmocka_unit_test(enters_behind_the_load_where_it_can),
		cmocka_unit_test(survives_chains_longer_than_the_stack_is_deep),
		cmocka_unit_test(remembers_only_what_all_users_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
