/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about lowering conditions to tests of words: cond_eval is the judge. */
#include "enforce/lower.h"

#include "fuzz/source.h"
#include "tests/unit/unit.h"

#include <inttypes.h>

static const uint64_t EDGES[] = {
	0,
	1,
	2,
	0x7f,
	0x7fffffff,
	0x80000000,
	0x80000001,
	0xfffffffe,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x7fffffffffffffff,
	0x8000000000000000,
	0x8000000000000001,
	0xffffffff00000000,
	0xffffffff7fffffff,
	0xffffffff80000000,
	0xfffffffffffffffe,
	UINT64_MAX,
};

/* Compiles the condition and asks program and cond_eval about every edge. */
static void check(struct cond *c, bool is_big_endian)
{
	struct graph g = { .is_big_endian = is_big_endian };
	struct filter f = { .is_big_endian = is_big_endian };
	struct err e = { 0 };
	uint32_t yes = graph_leaf(&g, 1), no = graph_leaf(&g, 2), ret;

	assert_non_null(c);
	assert_int_equal(graph_emit(&g, lower_cond(&g, c, yes, no), &f), 0);
	for (size_t i = 0; i < countof(EDGES); i++) {
		struct call call = { .args = { 0, 0, EDGES[i] } };

		assert_int_equal(filter_simulate(&f, &call, &ret, NULL, &e), 0);
		if ((ret == 1) != cond_eval(c, call.args))
			fail_msg("argument 0x%" PRIx64 " is judged %u", EDGES[i], ret);
	}
	filter_fini(&f);
	graph_fini(&g);
	cond_free(c);
}

/* Every operator, width, sign and mask with every edge as its value, in both byte orders. */
static void every_test_means_what_cond_eval_says(void **state)
{
	static const uint64_t masks[] = { UINT64_MAX,	      1,	  0xff00,
					  0x80000000,	      0xffff0000, 0x100000000,
					  0xffffffff00000001, 0 };

	(void)state;
	for (unsigned i = 0; i < countof(masks) * countof(EDGES) * 8; i++) {
		struct test t = { .arg = 2, .bits = i & 1 ? 32 : 64, .is_signed = i & 2 };

		t.mask = masks[i / 8 % countof(masks)];
		t.mask = t.mask == UINT64_MAX ? t.mask : test_extend(&t, t.mask);
		t.value = test_extend(&t, EDGES[i / 8 / countof(masks)]);
		for (t.op = OP_EQ; t.op < OP_IN; t.op++)
			check(cond_test(t), i & 4);
	}
}

static void sets_mean_their_ranges(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8 * countof(EDGES) * countof(EDGES); i++) {
		struct test t = { .arg = 2, .bits = i & 1 ? 32 : 64, .is_signed = i & 2 };
		uint64_t a = test_extend(&t, EDGES[i / 8 % countof(EDGES)]);
		uint64_t b = test_extend(&t, EDGES[i / 8 / countof(EDGES)]);
		struct range ranges[] = { { a, b }, { b, b }, { test_extend(&t, 5), 9 } };

		t.op = OP_IN;
		t.mask = UINT64_MAX;
		t.ranges = ranges;
		t.range_count = countof(ranges);
		check(cond_test(t), i & 4);
	}
}

static void trees_mean_what_cond_eval_says(void **state)
{
	uint64_t seed = 1;
	uint8_t bytes[256];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		struct cond *c = source_cond(&s, 6);

		assert_non_null(c);
		check(c, i & 1);
	}
}

static void a_narrow_test_looks_at_the_low_word_alone(void **state)
{
	autograph struct graph g = { 0 };
	struct test t = {
		.arg = 1, .bits = 32, .is_signed = true, .op = OP_GE, .mask = UINT64_MAX
	};
	autocond struct cond *c = cond_test(t);
	uint32_t low = offset_arg(1, false, false);

	(void)state;
	lower_cond(&g, c, graph_leaf(&g, 1), graph_leaf(&g, 2));
	vec_for(node, &g.nodes) {
		if (node->op != BPF_RET)
			assert_int_equal(node->operand.offset, low);
	}
}

static void byte_order_chooses_the_words(void **state)
{
	(void)state;
	assert_int_equal(offset_arg(0, false, false), 16);
	assert_int_equal(offset_arg(0, true, false), 20);
	assert_int_equal(offset_arg(0, true, true), 16);
	assert_int_equal(offset_arg(5, false, true), 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_test_means_what_cond_eval_says),
		cmocka_unit_test(sets_mean_their_ranges),
		cmocka_unit_test(trees_mean_what_cond_eval_says),
		cmocka_unit_test(a_narrow_test_looks_at_the_low_word_alone),
		cmocka_unit_test(byte_order_chooses_the_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
