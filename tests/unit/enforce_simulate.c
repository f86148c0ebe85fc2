/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the simulated machine. fuzz/simulate.c and the live kernel_machine test ask more. */
#include "enforce/filter.h"

#include "tests/unit/unit.h"

#include <errno.h>

static const struct call CALL = {
	.nr = 0x11111111,
	.token = 0x22222222,
	.ip = 0x3333333344444444,
	.args = { 0x5000000060000000, 1, 2, 3, 4, 0x7000000080000000 },
};

/* The verdict of one load (or what else is given) and RET A. */
static uint32_t load(uint32_t offset, bool is_big_endian)
{
	struct filter f = { .is_big_endian = is_big_endian };
	struct sock_filter codes[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset),
				       BPF_STMT(BPF_RET | BPF_A, 0) };
	uint32_t ret = 0;

	for (size_t i = 0; i < countof(codes); i++)
		assert_int_equal(vec_push(&f.insns, (struct insn){ .code = codes[i] }), 0);
	assert_int_equal(filter_simulate(&f, &CALL, &ret, NULL, NULL), 0);
	filter_fini(&f);
	return ret;
}

static void loads_every_word_of_the_call(void **state)
{
	(void)state;
	assert_int_equal(load(0, false), 0x11111111);
	assert_int_equal(load(4, false), 0x22222222);
	assert_int_equal(load(8, false), 0x44444444);
	assert_int_equal(load(12, false), 0x33333333);
	assert_int_equal(load(16, false), 0x60000000);
	assert_int_equal(load(20, false), 0x50000000);
	assert_int_equal(load(60, false), 0x70000000);
}

static void byte_order_swaps_halves_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(load(0, true), 0x11111111);
	assert_int_equal(load(4, true), 0x22222222);
	assert_int_equal(load(8, true), 0x33333333);
	assert_int_equal(load(16, true), 0x50000000);
	assert_int_equal(load(20, true), 0x60000000);
	assert_int_equal(load(60, true), 0x80000000);
}

static void tells_the_path(void **state)
{
	autofilter struct filter f = { 0 };
	struct sock_filter codes[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x11111111, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 2),
	};
	struct steps path = { 0 };
	uint32_t ret = 0;

	(void)state;
	for (size_t i = 0; i < countof(codes); i++)
		assert_int_equal(vec_push(&f.insns, (struct insn){ .code = codes[i] }), 0);
	assert_int_equal(filter_simulate(&f, &CALL, &ret, &path, NULL), 0);
	assert_int_equal(ret, 2);
	assert_int_equal(path.all.len, 3);
	assert_int_equal(path.all.data[0].pc, 0);
	assert_int_equal(path.all.data[1].pc, 1);
	assert_int_equal(path.all.data[2].pc, 3);
	vec_fini(&path.all);
}

static void refuses_what_the_kernel_refuses(void **state)
{
	autofilter struct filter f = { 0 };
	uint32_t ret = 77;

	(void)state;
	assert_int_equal(filter_simulate(&f, &CALL, &ret, NULL, NULL), -EINVAL);
	assert_int_equal(vec_push(&f.insns, (struct insn){ .code = BPF_STMT(BPF_LD, 1) }), 0);
	assert_int_equal(filter_simulate(&f, &CALL, &ret, NULL, NULL), -EINVAL);
	assert_int_equal(ret, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_every_word_of_the_call),
		cmocka_unit_test(byte_order_swaps_halves_and_nothing_else),
		cmocka_unit_test(tells_the_path),
		cmocka_unit_test(refuses_what_the_kernel_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
