/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about writing programs backwards. */
#include "enforce/emit.h"

#include "tests/unit/unit.h"

#include <errno.h>

static uint32_t placed_ret(struct emit *e, uint32_t k)
{
	uint32_t label = emit_label(e);

	emit_ret(e, k);
	emit_place(e, label);
	return label;
}

static uint32_t verdict(const struct filter *f, uint32_t nr)
{
	struct call call = { .nr = nr };
	struct err e = { 0 };
	uint32_t ret = 0;

	assert_int_equal(filter_simulate(f, &call, &ret, NULL, &e), 0);
	return ret;
}

static void turns_the_program_round(void **state)
{
	struct emit e = { 0 };
	autofilter struct filter f = { 0 };
	uint32_t yes = placed_ret(&e, 1), no = placed_ret(&e, 2);

	(void)state;
	emit_jump(&e, BPF_JEQ, 7, yes, no);
	emit_load(&e, 0);
	assert_int_equal(emit_finish(&e, &f), 0);
	assert_int_equal(f.insns.len, 4);
	assert_int_equal(verdict(&f, 7), 1);
	assert_int_equal(verdict(&f, 8), 2);
}

/* A program whose jump has `between` instructions between itself and its yes target. */
static void far_jump(struct filter *f, uint32_t between, bool is_return)
{
	struct emit e = { 0 };
	uint32_t far = placed_ret(&e, 1);

	if (!is_return) {
		emit_and(&e, 0);
		emit_place(&e, far);
	}
	for (uint32_t i = 0; i < between; i++)
		emit_ret(&e, 3);
	emit_jump(&e, BPF_JEQ, 7, far, placed_ret(&e, 2));
	emit_load(&e, 0);
	assert_int_equal(emit_finish(&e, f), 0);
}

static void reaches_255_without_help(void **state)
{
	autofilter struct filter f = { 0 };

	(void)state;
	far_jump(&f, 254, false);
	assert_int_equal(f.insns.len, 2 + 1 + 254 + 2);
	assert_int_equal(f.insns.data[1].code.jt, 255);
	assert_int_equal(verdict(&f, 7), 1);
}

static void bridges_what_is_farther(void **state)
{
	autofilter struct filter f = { 0 };

	(void)state;
	far_jump(&f, 255, false);
	assert_int_equal(f.insns.len, 2 + 1 + 255 + 2 + 1);
	assert_int_equal(f.insns.data[2].code.code, BPF_JMP | BPF_JA);
	assert_int_equal(verdict(&f, 7), 1);
	assert_int_equal(verdict(&f, 8), 2);
}

static void copies_returns_instead_of_bridging(void **state)
{
	autofilter struct filter f = { 0 };

	(void)state;
	far_jump(&f, 1000, true);
	assert_int_equal(f.insns.data[2].code.code, BPF_RET | BPF_K);
	assert_int_equal(verdict(&f, 7), 1);
	assert_int_equal(verdict(&f, 8), 2);
}

static void keeps_both_targets_in_reach(void **state)
{
	struct emit e = { 0 };
	autofilter struct filter f = { 0 };
	uint32_t yes = placed_ret(&e, 1), no;

	(void)state;
	emit_and(&e, UINT32_MAX);
	emit_place(&e, yes);
	no = placed_ret(&e, 2);
	emit_and(&e, UINT32_MAX);
	emit_place(&e, no);
	/* yes is just out of reach, no just in it: bridging yes pushes no out. */
	for (int i = 0; i < 254; i++)
		emit_ret(&e, 3);
	emit_jump(&e, BPF_JEQ, 7, yes, no);
	emit_load(&e, 0);
	assert_int_equal(emit_finish(&e, &f), 0);
	assert_int_equal(verdict(&f, 7), 1);
	assert_int_equal(verdict(&f, 8), 2);
}

static void remembers_what_instructions_are_for(void **state)
{
	struct rule rule = { .nr = 5 };
	struct emit e = { .purpose = { .nr = 5, .has_nr = true, .rule = &rule } };
	autofilter struct filter f = { 0 };

	(void)state;
	emit_ret(&e, 0);
	assert_int_equal(emit_finish(&e, &f), 0);
	assert_ptr_equal(f.insns.data[0].rule, &rule);
	assert_int_equal(f.insns.data[0].nr, 5);
	assert_true(f.insns.data[0].has_nr);
}

static void gives_up_on_endless_programs(void **state)
{
	struct emit e = { 0 };
	autofilter struct filter f = { 0 };

	(void)state;
	for (int i = 0; i <= EMIT_MAX; i++)
		emit_ret(&e, 0);
	assert_int_equal(emit_finish(&e, &f), -E2BIG);
	assert_int_equal(f.insns.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_the_program_round),
		cmocka_unit_test(reaches_255_without_help),
		cmocka_unit_test(bridges_what_is_farther),
		cmocka_unit_test(copies_returns_instead_of_bridging),
		cmocka_unit_test(keeps_both_targets_in_reach),
		cmocka_unit_test(remembers_what_instructions_are_for),
		cmocka_unit_test(gives_up_on_endless_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
