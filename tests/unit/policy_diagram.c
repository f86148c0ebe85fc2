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

/* Six neighbouring bits that begin somewhere in the word nr and may reach into the next. */
enum { BITS = 6, ENTRIES = 1 << BITS };

struct table {
	uint32_t leaves[ENTRIES];
	unsigned first; /* of the bits of both words, 0 being the most significant of nr */
};

/* 1 in those entries whose bits under the mask are these. */
static node_t entries(struct diagram *d, const struct table *t, uint64_t mask, uint64_t bits)
{
	unsigned shift = 64 - BITS - t->first;

	mask <<= shift;
	bits <<= shift;
	return diagram_and(
		d, diagram_masked(d, WORD_NR, (uint32_t)(mask >> 32), (uint32_t)(bits >> 32)),
		diagram_masked(d, WORD_ARG0_HIGH, (uint32_t)mask, (uint32_t)bits));
}

/* Bit by bit, from the last on. */
static node_t by_halves(struct diagram *d, const struct table *t, unsigned at, unsigned half)
{
	node_t low, high;

	if (!half)
		return diagram_leaf(d, t->leaves[at]);
	low = by_halves(d, t, at, half / 2);
	high = by_halves(d, t, at + half, half / 2);
	return diagram_choose(d, entries(d, t, half, half), high, low);
}

/* Entry by entry, in some order. */
static node_t by_entries(struct diagram *d, const struct table *t, struct random *r)
{
	uint64_t start = random_next(r), step = 1 + 2 * random_below(r, ENTRIES / 2);
	node_t n = false;

	for (unsigned i = 0; i < ENTRIES; i++) {
		uint64_t at = (start + i * step) % ENTRIES;

		n = diagram_choose(d, entries(d, t, ENTRIES - 1, at),
				   diagram_leaf(d, t->leaves[at]), n);
	}
	return n;
}

static node_t in_one_descent(struct diagram *d, const struct table *t)
{
	const struct window w = { WORD_NR * 32 + t->first, BITS, 0, ENTRIES - 1 };
	struct piece pieces[ENTRIES];
	size_t count = 0;

	for (unsigned i = 0; i < ENTRIES; i++) {
		if (!i || t->leaves[i] != t->leaves[i - 1])
			pieces[count++] = (struct piece){ i, diagram_leaf(d, t->leaves[i]) };
	}
	return diagram_pieces(d, &w, pieces, count);
}

/* Rows of equal entries with strangers among them, which long and broken runs of bits come from. */
static struct table random_table(struct random *r)
{
	struct table t = { .first = (unsigned)random_below(r, 32) };
	unsigned row = 1 + (unsigned)random_below(r, ENTRIES);

	for (unsigned i = 0; i < ENTRIES; i++)
		t.leaves[i] = i % row && random_below(r, 8) ? t.leaves[i - 1]
							    : (uint32_t)random_below(r, 3);
	return t;
}

/* Puts one leaf into all entries that have some bits in common; n is the table's function. */
static node_t overlay(struct diagram *d, struct table *t, node_t n, struct random *r)
{
	uint64_t mask = random_below(r, ENTRIES), bits = random_next(r) & mask;
	uint32_t leaf = (uint32_t)random_below(r, 3);

	for (unsigned i = 0; i < ENTRIES; i++) {
		if ((i & mask) == bits)
			t->leaves[i] = leaf;
	}
	return diagram_choose(d, entries(d, t, mask, bits), diagram_leaf(d, leaf), n);
}

static void one_node_whatever_way_it_is_made(void **state)
{
	struct random r = { 0 };

	(void)state;
	for (int round = 0; round < 2000; round++) {
		autodiagram struct diagram *d = diagram_new();
		struct table t = random_table(&r);
		node_t n = by_halves(d, &t, 0, ENTRIES / 2);

		assert_int_equal(in_one_descent(d, &t), n);
		assert_int_equal(by_entries(d, &t, &r), n);
		assert_int_equal(diagram_choose(d, diagram_where(d, n, 2), diagram_leaf(d, 2), n),
				 n);
		for (int i = 0; i < 4; i++)
			n = overlay(d, &t, n, &r);
		assert_int_equal(by_halves(d, &t, 0, ENTRIES / 2), n);
	}
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
		cmocka_unit_test(one_node_whatever_way_it_is_made),
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
