/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about compiled policies. policy_eval is the judge; fuzz/compile.c asks it more often. */
#include "enforce/limit.h"
#include "policy/text.h"

#include "fuzz/source.h"
#include "tests/unit/compiled.h"

#include <errno.h>
#include <string.h>

static struct action ask(const struct filter *f, const char *arch, uint32_t nr, uint64_t arg0)
{
	struct call call = { .nr = nr, .token = arch_by_name(arch)->token, .args = { arg0 } };
	struct err e = { 0 };
	uint32_t ret = 0;

	assert_int_equal(filter_simulate(f, &call, &ret, NULL, &e), 0);
	return action_from_ret(ret);
}

#define assert_says(f, arch, nr, arg0, wanted)                                                     \
	assert_int_equal(ask(f, arch, nr, arg0).kind, ACTION_##wanted)

static void the_strictest_matching_action_wins(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault kill_process\n"
					    "foreign-arch kill_process\n"
					    "arch x86_64 {\n"
					    "close\n"
					    "close: fd < 10 -> log\n"
					    "close: fd < 5 -> errno(EPERM)\n"
					    "close: fd == 3 -> kill_process\n"
					    "}\n");
	autofilter struct filter f = compile(p);

	(void)state;
	assert_says(&f, "x86_64", 3, 3, KILL_PROCESS);
	assert_says(&f, "x86_64", 3, 4, ERRNO);
	assert_says(&f, "x86_64", 3, 9, LOG);
	assert_says(&f, "x86_64", 3, 10, ALLOW);
	assert_says(&f, "x86_64", 4, 3, KILL_PROCESS);
}

static void arches_are_told_apart_before_numbers(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault errno(ENOSYS)\nforeign-arch "
					    "kill_process\narch x86_64 {\nread\n}\n"
					    "arch i386 {\nexit\n}\n");
	autofilter struct filter f = compile(p);

	(void)state;
	assert_says(&f, "x86_64", 0, 0, ALLOW);
	assert_says(&f, "x86_64", 1, 0, ERRNO);
	assert_says(&f, "i386", 1, 0, ALLOW);
	assert_says(&f, "i386", 0, 0, ERRNO);
	struct call call = { .nr = 0, .token = 0xc00000b7 };
	assert_int_equal(policy_eval(p, &call, NULL).kind, ACTION_KILL_PROCESS);
	uint32_t ret = 0;
	assert_int_equal(filter_simulate(&f, &call, &ret, NULL, NULL), 0);
	assert_int_equal(action_from_ret(ret).kind, ACTION_KILL_PROCESS);
}

static void bit_30_belongs_to_x32_and_minus_one_does_not(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault errno(ENOSYS)\nforeign-arch "
					    "kill_process\narch x86_64 {\nread\n}\n");
	autofilter struct filter f = compile(p);

	(void)state;
	assert_says(&f, "x86_64", 0x3fffffff, 0, ERRNO);
	assert_says(&f, "x86_64", 0x40000000, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 0x7fffffff, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 0x80000000, 0, ERRNO);
	assert_says(&f, "x86_64", 0xbfffffff, 0, ERRNO);
	assert_says(&f, "x86_64", 0xc0000000, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 0xfffffffe, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 0xffffffff, 0, ERRNO);
}

static void x32_alone_leaves_x86_64_foreign(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault errno(ENOSYS)\nforeign-arch "
					    "kill_process\narch x32 {\nread\n}\n");
	autofilter struct filter f = compile(p);

	(void)state;
	assert_says(&f, "x86_64", 0x40000000, 0, ALLOW);
	assert_says(&f, "x86_64", 0x40000001, 0, ERRNO);
	assert_says(&f, "x86_64", 0, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 0xffffffff, 0, KILL_PROCESS);
}

static void newer_covers_what_its_kernel_had_not(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault kill_process\nforeign-arch "
					    "kill_process\nnewer 5.10 errno(ENOSYS)\n"
					    "arch x86_64 {\nread\n#500: arg0 == 1\n}\n");
	autofilter struct filter f = compile(p);
	uint32_t last = arch_highest_nr(arch_by_name("x86_64"), LINUX(5, 10));

	(void)state;
	assert_says(&f, "x86_64", last, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", last + 1, 0, ERRNO);
	assert_says(&f, "x86_64", 1023, 0, ERRNO);
	assert_says(&f, "x86_64", 1024, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 500, 1, ALLOW);
	assert_says(&f, "x86_64", 500, 2, ERRNO);
}

/* Random policies and their rules shuffled: the same bytes. */
static void the_order_of_rules_does_not_show(void **state)
{
	uint64_t seed = 1;
	uint8_t bytes[2048];

	(void)state;
	for (int i = 0; i < 200; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		autopolicy struct policy *p = source_policy(&s, &shape_full);
		autofilter struct filter a = compile(p);

		vec_for(block, &p->blocks) {
			for (size_t j = block->rules.len; j > 1; j--) {
				size_t k = (seed >> (j % 40)) % j;
				struct rule rule = block->rules.data[j - 1];

				block->rules.data[j - 1] = block->rules.data[k];
				block->rules.data[k] = rule;
			}
		}
		struct block first = p->blocks.data[0];
		p->blocks.data[0] = p->blocks.data[p->blocks.len - 1];
		p->blocks.data[p->blocks.len - 1] = first;
		autofilter struct filter b = compile(p);
		assert_int_equal(a.insns.len, b.insns.len);
		for (size_t j = 0; j < a.insns.len; j++)
			assert_memory_equal(&a.insns.data[j].code, &b.insns.data[j].code,
					    sizeof(struct sock_filter));
	}
}

static void the_pass_admits_exactly_its_calls(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault kill_process\nforeign-arch "
					    "kill_process\narch x86_64 {\nread\n}\n");
	struct pass pass = { .path = 0x7f1234561000,
			     .argv = 0x7fabcdef2000,
			     .envp = 0x55667788a000,
			     .messages = { { 0x7f0000001000, 40 } },
			     .message_count = 1 };
	struct compile_options options = { .pass = &pass };
	autofilter struct filter f = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(filter_compile(p, &options, &f, &e), 0);
	for (int i = 0; i < 64 * 3 + 1; i++) {
		struct call call = { .nr = 59, .token = arch_by_name("x86_64")->token };
		uint32_t ret = 0;

		call.args[0] = pass.path;
		call.args[1] = pass.argv;
		call.args[2] = pass.envp;
		if (i)
			call.args[(i - 1) / 64] ^= UINT64_C(1) << (i - 1) % 64;
		assert_int_equal(filter_simulate(&f, &call, &ret, NULL, &e), 0);
		assert_int_equal(action_from_ret(ret).kind, i ? ACTION_KILL_PROCESS : ACTION_ALLOW);
		assert_int_equal(pass_admits(&pass, &call), i == 0);
	}
	assert_says(&f, "x86_64", 231, 5, ALLOW);
	assert_says(&f, "x86_64", 1, 2, KILL_PROCESS);
	assert_says(&f, "x86_64", 0, 0, ALLOW);
	assert_says(&f, "i386", 0, 0, KILL_PROCESS);
}

static void the_pass_works_where_the_profile_is_for_another_arch(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault errno(ENOSYS)\nforeign-arch "
					    "kill_process\narch i386 {\nread\n}\n");
	struct pass pass = { .path = 1, .argv = 2, .envp = 3 };
	struct compile_options options = { .pass = &pass };
	autofilter struct filter f = { 0 };
	struct call call = { .nr = 59,
			     .token = arch_by_name("x86_64")->token,
			     .args = { 1, 2, 3 } };
	struct err e = { 0 };
	uint32_t ret = 0;

	(void)state;
	assert_int_equal(filter_compile(p, &options, &f, &e), 0);
	assert_int_equal(filter_simulate(&f, &call, &ret, NULL, &e), 0);
	assert_int_equal(action_from_ret(ret).kind, ACTION_ALLOW);
	assert_says(&f, "x86_64", 59, 0, KILL_PROCESS);
	assert_says(&f, "x86_64", 0, 0, KILL_PROCESS);
	assert_says(&f, "i386", 3, 0, ALLOW);
	assert_says(&f, "i386", 59, 0, ERRNO);
}

static void what_does_not_fit_is_refused_with_its_costliest_calls(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault kill_process\nforeign-arch "
					    "kill_process\narch x86_64 {\nread: fd == 1\n}\n");
	struct block *block = policy_block(p, arch_by_name("x86_64"));
	struct filter f = { 0 };
	struct err e = { 0 };

	(void)state;
	add_too_many_values(block);
	assert_int_equal(filter_compile(p, NULL, &f, &e), -E2BIG);
	assert_non_null(strstr(e.text, "ioctl on x86_64 ("));
	assert_non_null(strstr(e.text, "4096"));
	assert_null(f.insns.data);
}

/* Numbers with verdicts of their own take two instructions each, conditions make the sum odd. */
static struct policy *policy_of_size(unsigned numbers, unsigned conditions)
{
	struct policy *p = policy_new();
	struct block *block = p ? policy_add_block(p, arch_by_name("x86_64")) : NULL;

	assert_non_null(block);
	for (uint32_t i = 0; i < numbers; i++)
		assert_non_null(block_add(block, 1000 + i, NULL,
					  (struct action){ ACTION_TRACE, (uint16_t)(i + 1) }));
	for (uint32_t i = 0; i < conditions; i++) {
		struct test t = { .arg = 1, .bits = 64, .is_raw = true, .mask = UINT64_MAX };

		t.value = i + 1;
		assert_non_null(block_add(block, 9000 + i, cond_test(t),
					  (struct action){ ACTION_ALLOW, 0 }));
	}
	return p;
}

static void exactly_4096_instructions_fit(void **state)
{
	bool has_fitted = false;

	(void)state;
	for (unsigned numbers = 2035; !has_fitted && numbers < 2040; numbers++) {
		for (unsigned conditions = 0; conditions < 4; conditions++) {
			autopolicy struct policy *p = policy_of_size(numbers, conditions);
			autofilter struct filter f = { 0 };
			struct err e = { 0 };
			int r = filter_compile(p, NULL, &f, &e);

			assert_true(r == 0 || r == -E2BIG);
			has_fitted = has_fitted || f.insns.len == FILTER_MAX;
		}
	}
	assert_true(has_fitted);
}

static void one_instruction_more_does_not_fit(void **state)
{
	autofilter struct filter f = { 0 };
	struct insn insn = { .code = BPF_STMT(BPF_RET | BPF_K, 0),
			     .arch = arch_by_name("x86_64"),
			     .nr = 16,
			     .has_nr = true };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < FILTER_MAX; i++)
		assert_int_equal(vec_push(&f.insns, insn), 0);
	assert_int_equal(filter_limit(&f, &e), 0);
	assert_int_equal(vec_push(&f.insns, insn), 0);
	assert_int_equal(filter_limit(&f, &e), -E2BIG);
	assert_non_null(strstr(e.text, "needs 4097 instructions"));
	assert_non_null(strstr(e.text, "ioctl on x86_64 (4097)"));
}

static void one_filter_serves_one_byte_order(void **state)
{
	autopolicy struct policy *p = policy_new();
	const struct arch *const *other = arches;
	struct filter f = { 0 };
	struct err e = { 0 };

	(void)state;
	while (*other && (*other)->is_big_endian == arches[0]->is_big_endian)
		other++;
	if (!*other)
		return; /* the tables know one byte order only */
	policy_add_block(p, arches[0]);
	policy_add_block(p, *other);
	assert_int_equal(filter_compile(p, NULL, &f, &e), -EINVAL);
	assert_non_null(strstr(e.text, (*other)->name));
}

static void contradictions_are_refused(void **state)
{
	autopolicy struct policy *p = policy_new();
	struct block *block = policy_add_block(p, arches[0]);
	struct filter f = { 0 };
	struct err e = { 0 };

	(void)state;
	block_add(block, 0, NULL, (struct action){ ACTION_ERRNO, 1 });
	block_add(block, 0, NULL, (struct action){ ACTION_ERRNO, 2 });
	assert_int_equal(filter_compile(p, NULL, &f, &e), -EINVAL);
}

static void an_empty_policy_is_its_default(void **state)
{
	autopolicy struct policy *p = policy_new();
	autofilter struct filter f = compile(p);

	(void)state;
	assert_int_equal(f.insns.len, 1);
	assert_says(&f, "x86_64", 0, 0, KILL_PROCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_strictest_matching_action_wins),
		cmocka_unit_test(arches_are_told_apart_before_numbers),
		cmocka_unit_test(bit_30_belongs_to_x32_and_minus_one_does_not),
		cmocka_unit_test(x32_alone_leaves_x86_64_foreign),
		cmocka_unit_test(newer_covers_what_its_kernel_had_not),
		cmocka_unit_test(the_order_of_rules_does_not_show),
		cmocka_unit_test(the_pass_admits_exactly_its_calls),
		cmocka_unit_test(the_pass_works_where_the_profile_is_for_another_arch),
		cmocka_unit_test(what_does_not_fit_is_refused_with_its_costliest_calls),
		cmocka_unit_test(exactly_4096_instructions_fit),
		cmocka_unit_test(one_instruction_more_does_not_fit),
		cmocka_unit_test(one_filter_serves_one_byte_order),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(an_empty_policy_is_its_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
