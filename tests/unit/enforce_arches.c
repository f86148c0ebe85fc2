/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about filters of every architecture, in both byte orders: random policies, judged by
 * policy_eval. */
#include "enforce/filter.h"

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

enum { POLICIES = 12, CALLS = 150 };

static struct action simulated(const struct filter *f, const struct call *call)
{
	uint32_t ret;

	assert_int_equal(filter_simulate(f, call, &ret, NULL, NULL), 0);
	return action_from_ret(ret);
}

/* A random policy of which this arch is a part. */
static struct policy *policy_with(struct random *r, const struct arch *arch)
{
	struct policy *p = random_policy_of(r, arch->is_big_endian);

	if (!policy_block(p, arch))
		random_block(r, p, arch);
	return p;
}

/* A call of exactly this arch, most of the time one that the policy has rules about. */
static struct call call_of(struct random *r, const struct policy *p, const struct arch *arch)
{
	struct call call = { .token = arch->token, .nr = random_nr(r, policy_block(p, arch)) };

	random_args(r, call.args);
	return call;
}

static void every_architecture_is_compiled_proved_and_simulated(void **state)
{
	struct random r = { .state = 22 };
	unsigned denied = 0, allowed = 0;

	(void)state;
	for (const struct arch *const *a = arches; *a; a++)
		for (int i = 0; i < POLICIES; i++) {
			autopolicy struct policy *p = policy_with(&r, *a);
			autofilter struct filter f = { 0 };
			struct err e = { 0 };

			if (filter_compile(p, NULL, &f, &e))
				fail_msg("%s: %s", (*a)->name, e.text);
			assert_int_equal(f.is_big_endian, (*a)->is_big_endian);
			if (filter_prove(&f, p, NULL, NULL, &e))
				fail_msg("%s: %s", (*a)->name, e.text);
			for (int n = 0; n < CALLS; n++) {
				struct call call = n % 3 ? call_of(&r, p, *a) : random_call(&r, p);
				struct action action = policy_eval(p, &call, NULL);

				assert_true(action_equal(simulated(&f, &call), action));
				*(action.kind == ACTION_ALLOW ? &allowed : &denied) += 1;
			}
		}
	assert_true(allowed > 1000 && denied > 1000);
}

/* A policy with one condition on 64 bits, whose halves' places are the point. */
static struct policy *tall_policy(const struct arch *arch)
{
	struct policy *p = policy_new();
	struct block *block = policy_add_block(p, arch);
	struct cond *cond = cond_test((struct test){ .arg = 2,
						     .bits = 64,
						     .is_raw = true,
						     .op = OP_EQ,
						     .mask = UINT64_MAX,
						     .value = 0x100000002 });

	assert_non_null(cond);
	assert_non_null(
		block_add(block, arch->syscalls[0].nr, cond, (struct action){ ACTION_ALLOW, 0 }));
	return p;
}

/* Which offsets within the third argument are compared with what. */
static void halves_lie_where_the_byte_order_puts_them(void **state)
{
	static const uint32_t at = offsetof(struct seccomp_data, args[2]);

	(void)state;
	for (const struct arch *const *a = arches; *a; a++) {
		autopolicy struct policy *p = tall_policy(*a);
		autofilter struct filter f = { 0 };
		uint32_t offset = 0;
		unsigned seen = 0;

		assert_int_equal(filter_compile(p, NULL, &f, NULL), 0);
		vec_for(insn, &f.insns) {
			bool is_high = offset == at + ((*a)->is_big_endian ? 0 : 4);

			if (insn->code.code == (BPF_LD | BPF_W | BPF_ABS))
				offset = insn->code.k;
			else if (insn->code.code == (BPF_JMP | BPF_JEQ | BPF_K) && offset >= at) {
				assert_int_equal(insn->code.k, is_high ? 1 : 2);
				seen++;
			}
		}
		assert_int_equal(seen, 2);
	}
}

/* The same program means something else in the other byte order, and the proof sees it. */
static void a_filter_of_the_other_byte_order_is_refuted(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++) {
		autopolicy struct policy *p = tall_policy(*a);
		autofilter struct filter f = { 0 };
		struct counterexample ce;

		assert_int_equal(filter_compile(p, NULL, &f, NULL), 0);
		f.is_big_endian = !f.is_big_endian;
		assert_int_equal(filter_prove(&f, p, NULL, &ce, NULL), -EPROTO);
		assert_false(action_equal(simulated(&f, &ce.call), policy_eval(p, &ce.call, NULL)));
	}
}

static void errors_above_the_blocks_are_meant_by_name(void **state)
{
	unsigned enosys;

	(void)state;
	assert_true(arch_errno(arch_native(), "ENOSYS", &enosys));
	for (const struct arch *const *a = arches; *a; a++) {
		autopolicy struct policy *p = policy_new();
		struct call call = { .token = (*a)->token, .nr = (*a)->nr_base + 1000 };
		autofilter struct filter f = { 0 };
		unsigned own;

		p->newer = (struct newer){ arch_newest_linux, { ACTION_ERRNO, (uint16_t)enosys } };
		policy_add_block(p, *a);
		assert_true(arch_errno(*a, "ENOSYS", &own));
		assert_int_equal(policy_eval(p, &call, NULL).data, own);
		assert_int_equal(filter_compile(p, NULL, &f, NULL), 0);
		assert_int_equal(filter_prove(&f, p, NULL, NULL, NULL), 0);
		assert_int_equal(simulated(&f, &call).data, own);
		p->has_raw_errnos = true;
		assert_int_equal(policy_eval(p, &call, NULL).data, enosys);
	}
}

static void one_byte_order_of_a_profile_is_kept(void **state)
{
	autopolicy struct policy *p = policy_new();

	(void)state;
	policy_add_block(p, arch_by_name("aarch64"));
	policy_add_block(p, arch_by_name("s390x"));
	policy_add_block(p, arch_by_name("ppc64le"));
	assert_true(policy_has_order(p, true) && policy_has_order(p, false));
	policy_keep_order(p, false);
	assert_int_equal(p->blocks.len, 2);
	assert_null(policy_block(p, arch_by_name("s390x")));
	policy_keep_order(p, true); /* nothing would be left */
	assert_int_equal(p->blocks.len, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_architecture_is_compiled_proved_and_simulated),
		cmocka_unit_test(halves_lie_where_the_byte_order_puts_them),
		cmocka_unit_test(a_filter_of_the_other_byte_order_is_refuted),
		cmocka_unit_test(errors_above_the_blocks_are_meant_by_name),
		cmocka_unit_test(one_byte_order_of_a_profile_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
