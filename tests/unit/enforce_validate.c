/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the kernel's acceptance check. The live kernel_machine test asks the kernel. */
#include "enforce/validate.h"

#include "tests/unit/unit.h"

#include <errno.h>

#define PROGRAM(...)                                                                               \
	(struct sock_filter[]){ __VA_ARGS__ },                                                     \
		sizeof((struct sock_filter[]){ __VA_ARGS__ }) / sizeof(struct sock_filter)

static int judge(const struct sock_filter *codes, size_t count)
{
	autofilter struct filter f = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < count; i++)
		assert_int_equal(vec_push(&f.insns, (struct insn){ .code = codes[i] }), 0);
	return filter_validate(&f, &e);
}

#define RETURN BPF_STMT(BPF_RET | BPF_K, 0)

static void takes_every_instruction_of_seccomp(void **state)
{
	static const uint16_t codes[] = {
		BPF_LD | BPF_W | BPF_ABS,
		BPF_LD | BPF_W | BPF_LEN,
		BPF_LDX | BPF_W | BPF_LEN,
		BPF_LD | BPF_IMM,
		BPF_LDX | BPF_IMM,
		BPF_ST,
		BPF_STX,
		BPF_MISC | BPF_TAX,
		BPF_MISC | BPF_TXA,
		BPF_ALU | BPF_ADD | BPF_K,
		BPF_ALU | BPF_SUB | BPF_X,
		BPF_ALU | BPF_MUL | BPF_K,
		BPF_ALU | BPF_DIV | BPF_X,
		BPF_ALU | BPF_OR | BPF_K,
		BPF_ALU | BPF_AND | BPF_X,
		BPF_ALU | BPF_XOR | BPF_K,
		BPF_ALU | BPF_LSH | BPF_X,
		BPF_ALU | BPF_RSH | BPF_K,
		BPF_ALU | BPF_NEG,
		BPF_JMP | BPF_JA,
		BPF_JMP | BPF_JEQ | BPF_X,
		BPF_JMP | BPF_JGT | BPF_K,
		BPF_JMP | BPF_JGE | BPF_X,
		BPF_JMP | BPF_JSET | BPF_K,
	};

	(void)state;
	for (size_t i = 0; i < countof(codes); i++)
		assert_int_equal(judge(PROGRAM({ codes[i], 0, 0, 0 }, RETURN)), 0);
}

static void refuses_instructions_of_other_filters(void **state)
{
	static const uint16_t codes[] = {
		BPF_LD | BPF_H | BPF_ABS,  BPF_LD | BPF_B | BPF_ABS,  BPF_LD | BPF_W | BPF_IND,
		BPF_LDX | BPF_B | BPF_MSH, BPF_ALU | BPF_MOD | BPF_K, BPF_JMP | 0x50,
		BPF_MISC | 0x40,	   BPF_RET | BPF_X,	      0x100 | BPF_RET,
		BPF_LDX | BPF_W | BPF_ABS, BPF_ALU | BPF_NEG | BPF_X,
	};

	(void)state;
	for (size_t i = 0; i < countof(codes); i++)
		assert_int_equal(judge(PROGRAM({ codes[i], 0, 0, 4 }, RETURN)), -EINVAL);
}

static void refuses_loads_outside_the_call(void **state)
{
	const uint16_t load = BPF_LD | BPF_W | BPF_ABS;

	(void)state;
	assert_int_equal(judge(PROGRAM(BPF_STMT(load, 60), RETURN)), 0);
	assert_int_equal(judge(PROGRAM(BPF_STMT(load, 64), RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(load, 2), RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(load, 0xfffff000), RETURN)), -EINVAL);
}

static void refuses_jumps_out_of_the_program(void **state)
{
	const uint16_t jump = BPF_JMP | BPF_JEQ | BPF_K, ja = BPF_JMP | BPF_JA;

	(void)state;
	assert_int_equal(judge(PROGRAM(BPF_JUMP(jump, 0, 1, 0), RETURN, RETURN)), 0);
	assert_int_equal(judge(PROGRAM(BPF_JUMP(jump, 0, 2, 0), RETURN, RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_JUMP(jump, 0, 0, 2), RETURN, RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(ja, 0), RETURN)), 0);
	assert_int_equal(judge(PROGRAM(BPF_STMT(ja, 1), RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(ja, UINT32_MAX), RETURN)), -EINVAL);
}

static void refuses_programs_without_an_end(void **state)
{
	(void)state;
	assert_int_equal(judge(NULL, 0), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(BPF_LD | BPF_IMM, 1))), -EINVAL);
	assert_int_equal(judge(PROGRAM(RETURN)), 0);
}

static void refuses_impossible_arithmetic(void **state)
{
	const uint16_t div = BPF_ALU | BPF_DIV | BPF_K, shift = BPF_ALU | BPF_LSH | BPF_K;

	(void)state;
	assert_int_equal(judge(PROGRAM(BPF_STMT(div, 0), RETURN)), 0 - EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(div, 1), RETURN)), 0);
	assert_int_equal(judge(PROGRAM(BPF_STMT(shift, 31), RETURN)), 0);
	assert_int_equal(judge(PROGRAM(BPF_STMT(shift, 32), RETURN)), -EINVAL);
}

static void refuses_memory_that_one_way_leaves_unwritten(void **state)
{
	const uint16_t jump = BPF_JMP | BPF_JEQ | BPF_K, read = BPF_LD | BPF_MEM;

	(void)state;
	assert_int_equal(judge(PROGRAM(BPF_STMT(read, 0), RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(BPF_ST, 3), BPF_STMT(read, 3), RETURN)), 0);
	assert_int_equal(judge(PROGRAM(BPF_STMT(BPF_ST, 3), BPF_STMT(read, 4), RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_STMT(BPF_ST, 16), RETURN)), -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_JUMP(jump, 0, 1, 0), BPF_STMT(BPF_ST, 0),
				       BPF_STMT(read, 0), RETURN)),
			 -EINVAL);
	assert_int_equal(judge(PROGRAM(BPF_JUMP(jump, 0, 2, 0), BPF_STMT(BPF_ST, 0),
				       BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_STX, 0),
				       BPF_STMT(read, 0), RETURN)),
			 0);
}

static void takes_4096_instructions_and_no_more(void **state)
{
	static struct sock_filter codes[FILTER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < countof(codes); i++)
		codes[i] = (struct sock_filter)RETURN;
	assert_int_equal(judge(codes, FILTER_MAX), 0);
	assert_int_equal(judge(codes, FILTER_MAX + 1), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_every_instruction_of_seccomp),
		cmocka_unit_test(refuses_instructions_of_other_filters),
		cmocka_unit_test(refuses_loads_outside_the_call),
		cmocka_unit_test(refuses_jumps_out_of_the_program),
		cmocka_unit_test(refuses_programs_without_an_end),
		cmocka_unit_test(refuses_impossible_arithmetic),
		cmocka_unit_test(refuses_memory_that_one_way_leaves_unwritten),
		cmocka_unit_test(takes_4096_instructions_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
