/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about policies in several filters. */
#include "enforce/stack.h"

#include "fuzz/source.h"
#include "tests/unit/compiled.h"

#include <errno.h>
#include <string.h>

/* Conditions on so many numbers, each with a value of its own: about six instructions a number. */
static struct policy *wide_policy(uint32_t numbers)
{
	struct policy *p = policy_new();
	struct block *block = p ? policy_add_block(p, arch_by_name("x86_64")) : NULL;

	assert_non_null(block);
	p->newer.version = LINUX(6, 1);
	p->newer.action = (struct action){ ACTION_ERRNO, 38 };
	for (uint32_t i = 0; i < numbers; i++) {
		struct test t = { .bits = 64, .is_raw = true, .mask = UINT64_MAX };

		t.arg = (uint8_t)(i % 6);
		t.value = i * 0x9e3779b97f4a7c15u;
		assert_non_null(block_add(block, i, i % 7 ? cond_test(t) : NULL,
					  (struct action){ i % 5 ? ACTION_ALLOW : ACTION_LOG, 0 }));
	}
	return p;
}

static struct stack stack_of(const struct policy *p)
{
	struct stack s = { 0 };
	struct err e = { 0 };

	if (stack_compile(p, NULL, &s, &e))
		fail_msg("%s", e.text);
	return s;
}

/* What the kernel does: the strictest of all verdicts. */
static struct action strictest(const struct stack *s, const struct call *call)
{
	struct action out = { ACTION_ALLOW, 0 };

	vec_for(f, &s->all) {
		struct action one = action_from_ret(filter_run(f, call, NULL));

		if (one.kind < out.kind)
			out = one;
	}
	return out;
}

static void what_fits_is_one_filter(void **state)
{
	autopolicy struct policy *p = wide_policy(100);
	autostack struct stack s = stack_of(p);
	autofilter struct filter f = { 0 };

	(void)state;
	assert_int_equal(s.all.len, 1);
	assert_int_equal(filter_compile(p, NULL, &f, NULL), 0);
	assert_int_equal(f.insns.len, s.all.data[0].insns.len);
	assert_int_equal(stack_prove(&s, p, NULL, NULL, NULL), 0);
}

static void what_does_not_fit_becomes_several_that_say_the_same(void **state)
{
	autopolicy struct policy *p = wide_policy(1100);
	autostack struct stack s = stack_of(p);
	uint64_t seed = 5;
	uint8_t bytes[96];

	(void)state;
	assert_true(s.all.len > 1);
	assert_int_equal(stack_prove(&s, p, NULL, NULL, NULL), 0);
	for (int i = 0; i < 3000; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source source = { bytes, sizeof(bytes), 0 };
		struct call call = source_call(&source, p);

		assert_true(action_equal(strictest(&s, &call), policy_eval(p, &call, NULL)));
	}
}

static void a_filter_that_is_missing_or_there_twice_is_noticed(void **state)
{
	autopolicy struct policy *p = wide_policy(1100);
	autostack struct stack s = stack_of(p);
	struct filter last = s.all.data[s.all.len - 1];

	(void)state;
	s.all.len--;
	assert_int_equal(stack_prove(&s, p, NULL, NULL, NULL), -EPROTO);
	s.all.data[s.all.len++] = s.all.data[0];
	assert_int_equal(stack_prove(&s, p, NULL, NULL, NULL), -EPROTO);
	s.all.data[s.all.len - 1] = last;
	assert_int_equal(stack_prove(&s, p, NULL, NULL, NULL), 0);
}

static void filters_that_come_first_let_the_others_be_loaded(void **state)
{
	autopolicy struct policy *p = wide_policy(1100);
	autostack struct stack s = stack_of(p);
	struct call call = { .nr = arch_syscall_named(arch_native(), "seccomp")->nr,
			     .token = arch_native()->token,
			     .args = { 1, 0, 0x1234 } };
	uint32_t ret;

	(void)state;
	for (size_t i = 0; i + 1 < s.all.len; i++) {
		assert_int_equal(filter_simulate(&s.all.data[i], &call, &ret, NULL, NULL), 0);
		assert_int_equal(action_from_ret(ret).kind, ACTION_ALLOW);
	}
}

static void one_call_that_is_too_large_is_refused(void **state)
{
	autopolicy struct policy *p = wide_policy(1);
	struct block *block = policy_block(p, arch_by_name("x86_64"));
	struct stack s = { 0 };
	struct err e = { 0 };

	(void)state;
	add_too_many_values(block);
	assert_int_equal(stack_compile(p, NULL, &s, &e), -E2BIG);
	assert_non_null(strstr(e.text, "ioctl on x86_64"));
	assert_int_equal(s.all.len, 0);
}

static uint32_t length_of(struct sock_filter code, int count)
{
	autofilter struct filter f = { 0 };

	for (int i = 0; i < count; i++)
		assert_int_equal(vec_push(&f.insns, (struct insn){ .code = code }), 0);
	return filter_kernel_length(&f);
}

/* As it was found by loading: three filters of 4096 returns fit, and no fourth. */
static void the_kernel_counts_what_it_translates(void **state)
{
	struct sock_filter ret = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_filter far_both = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 2);
	struct sock_filter next_yes = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 1, 0, 2);
	struct sock_filter next_bit = BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 2);
	struct sock_filter signed_no = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x80000000, 1, 0);

	(void)state;
	assert_int_equal(length_of(ret, 4096), 3 + 2 * 4096);
	assert_int_equal(length_of(far_both, 1), 3 + 2);
	assert_int_equal(length_of(next_yes, 1), 3 + 1);
	assert_int_equal(length_of(next_bit, 1), 3 + 2);
	assert_int_equal(length_of(signed_no, 1), 3 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_one_filter),
		cmocka_unit_test(what_does_not_fit_becomes_several_that_say_the_same),
		cmocka_unit_test(a_filter_that_is_missing_or_there_twice_is_noticed),
		cmocka_unit_test(filters_that_come_first_let_the_others_be_loaded),
		cmocka_unit_test(one_call_that_is_too_large_is_refused),
		cmocka_unit_test(the_kernel_counts_what_it_translates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
