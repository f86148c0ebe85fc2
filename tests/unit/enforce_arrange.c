/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about choosing graphs, what they are gauged by, and the traffic they are chosen for. */
#include "enforce/arrange.h"
#include "enforce/gauge.h"
#include "enforce/lower.h"
#include "enforce/traffic.h"
#include "policy/text.h"

#include "base/cleanup.h"
#include "fuzz/source.h"
#include "tests/unit/compiled.h"

#include <string.h>

#define HEAD "wont 1\ndefault kill_process\nforeign-arch kill_process\narch x86_64 {\n"

static size_t count_loads(const struct filter *f, uint32_t offset)
{
	size_t count = 0;

	vec_for(insn, &f->insns)
		count += insn->code.code == (BPF_LD | BPF_W | BPF_ABS) && insn->code.k == offset;
	return count;
}

/* What calls have in common stands at their ends: one check of the high half serves all. */
static void calls_share_their_ends(void **state)
{
	autopolicy struct policy *p =
		parse(HEAD "read: arg0 == 1\nwrite: arg0 == 2\nopen: arg0 == 3\nclose: arg0 == 4\n"
			   "lseek: arg0 in 5..6\nmmap: arg0 in {7, 99}\n}\n");
	autofilter struct filter f = compile(p);

	(void)state;
	assert_int_equal(count_loads(&f, 20), 1);
}

static void the_order_of_words_follows_the_size(void **state)
{
	/* By arg1 first it takes two sets; by arg0 first five times the same question. */
	autopolicy struct policy *p = parse(
		HEAD "ioctl: (arg1 & 0xffffffff) == 1 && (arg0 & 0xffffffff) in {3, 8, 12, 40} || "
		     "(arg1 & 0xffffffff) == 2 && (arg0 & 0xffffffff) in {3, 8, 12, 40, 77}\n}\n");
	autofilter struct filter f = compile(p);

	(void)state;
	assert_int_equal(f.insns.data[4].code.k, 24);
}

static void walks_are_as_long_as_simulated_paths(void **state)
{
	uint64_t seed = 1;
	uint8_t bytes[512];

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct graph g = { 0 };
		autofilter struct filter f = { 0 };
		uint32_t ret;

		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		autocond struct cond *cond = source_cond(&s, 6);
		uint32_t root = lower_cond(&g, cond, graph_leaf(&g, 1), graph_leaf(&g, 2));
		assert_int_equal(graph_emit(&g, root, &f), 0);
		for (int j = 0; j < 20; j++) {
			struct steps path = { 0 };
			struct call call = { 0 };

			for (int k = 0; k < SYSCALL_ARGS; k++)
				call.args[k] = source_value(&s);
			assert_int_equal(filter_simulate(&f, &call, &ret, &path, NULL), 0);
			/* A bridge on the way is the only thing that a graph does not know of. */
			if (f.insns.len < 250)
				assert_int_equal(graph_walk(&g, root,
							    (struct operand){ 0, UINT32_MAX },
							    call.args),
						 path.all.len);
			vec_fini(&path.all);
		}
		graph_fini(&g);
	}
}

static void prices_are_instructions(void **state)
{
	uint64_t seed = 5;
	uint8_t bytes[512];

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct graph g = { 0 };
		autofilter struct filter f = { 0 };

		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		autocond struct cond *cond = source_cond(&s, 6);
		uint32_t root = lower_cond(&g, cond, graph_leaf(&g, 1), graph_leaf(&g, 2));
		size_t count = g.nodes.len;
		autofree uint32_t *stack = calloc(count, sizeof(*stack));
		autofree uint32_t *users = calloc(count, sizeof(*users));
		autofree uint8_t *marks = calloc(count, sizeof(*marks));
		autofree double *prices = calloc(count, sizeof(*prices));
		struct gauge_room room = { stack, marks };
		struct gauge_tally tally = { users, prices };
		struct operand nr = { 0, UINT32_MAX };

		for (size_t j = 0; j < count; j++)
			prices[j] = 1;
		assert_int_equal(graph_emit(&g, root, &f), 0);
		if (f.insns.len < 250)
			assert_int_equal((size_t)graph_price(&g, root, nr, prices, &room),
					 f.insns.len);
		graph_use(&g, &root, 1, 1, &tally, &room);
		assert_int_equal((size_t)graph_price(&g, root, nr, prices, &room), 0);
		graph_use(&g, &root, 1, -1, &tally, &room);
		assert_true(graph_price(&g, root, nr, prices, &room) > 0.5);
		graph_fini(&g);
	}
}

static void traffic_is_shares_of_what_reaches_the_filter(void **state)
{
	autopolicy struct policy *p =
		parse(HEAD "read weight 1000000\nwrite: fd == 1 weight 90\nclose: fd == 1 weight "
			   "10\nopen: -> errno(EPERM) weight 100\n}\n");
	autotraffic struct traffic t = { 0 };
	const struct arch *arch = arch_by_name("x86_64");
	double all = 0;
	size_t count;

	(void)state;
	assert_int_equal(traffic_init(&t, p, NULL), 0);
	vec_for(s, &t.samples.all)
		all += s->weight;
	assert_true(all > 0.999 && all < 1.001);
	traffic_of(&t, arch, 0, &count);
	assert_int_equal(count, 0);
	const struct sample *write = traffic_of(&t, arch, 1, &count);
	assert_int_equal(count, 1);
	assert_true(write->weight > 0.43 && write->weight < 0.46);
	assert_true(traffic_even_share(&t) < 0.1);
}

static void without_traffic_everything_is_alike(void **state)
{
	autopolicy struct policy *p = parse(HEAD "read weight 5\nwrite\n}\n");
	autotraffic struct traffic t = { 0 };

	(void)state;
	assert_int_equal(traffic_init(&t, p, NULL), 0);
	assert_int_equal(t.samples.all.len, 0);
	assert_true(traffic_even_share(&t) > 0.99);
}

static void hot_calls_are_decided_first(void **state)
{
	autopolicy struct policy *p = parse(
		HEAD "read: fd == 1 weight 1\nwrite: fd == 2 weight 1\nioctl: fd == 3 weight 1\n"
		     "fcntl: fd == 4 weight 1\nflock: fd == 5 weight 1\nfsync: fd == 6 weight 1\n"
		     "futex: futex_op == 129 weight 1000000\nlisten: sockfd == 8 weight 1\n}\n");
	autofilter struct filter f = compile(p);
	struct call call = { .nr = 202,
			     .token = arch_by_name("x86_64")->token,
			     .args = { 0, 129 } };
	struct steps path = { 0 };
	uint32_t ret;

	(void)state;
	assert_int_equal(filter_simulate(&f, &call, &ret, &path, NULL), 0);
	assert_int_equal(path.all.len, 4 + 2 + 1); /* arch, number, argument, return */
	vec_fini(&path.all);
}

static void instructions_know_their_call_and_lone_rule(void **state)
{
	autopolicy struct policy *p = parse(HEAD "read: fd == 1\nwrite: fd == 2\nwrite: fd == 5 -> "
						 "errno(EPERM)\n}\n");
	autofilter struct filter f = compile(p);
	size_t reads = 0, writes = 0;

	(void)state;
	vec_for(insn, &f.insns) {
		if (!insn->has_nr)
			continue;
		assert_string_equal(insn->arch->name, "x86_64");
		reads += insn->nr == 0;
		writes += insn->nr == 1;
		assert_true((insn->nr == 0) == (insn->rule != NULL));
	}
	assert_true(reads >= 2 && writes >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_share_their_ends),
		cmocka_unit_test(the_order_of_words_follows_the_size),
		cmocka_unit_test(walks_are_as_long_as_simulated_paths),
		cmocka_unit_test(prices_are_instructions),
		cmocka_unit_test(traffic_is_shares_of_what_reaches_the_filter),
		cmocka_unit_test(without_traffic_everything_is_alike),
		cmocka_unit_test(hot_calls_are_decided_first),
		cmocka_unit_test(instructions_know_their_call_and_lone_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
