/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about what a policy means, and about its actions. */
#include "policy/policy.h"

#include "tests/unit/unit.h"

#include <linux/seccomp.h>
#include <string.h>

static const struct action allow = { ACTION_ALLOW, 0 }, killing = { ACTION_KILL_PROCESS, 0 };

static const struct arch *arch_of(const char *name)
{
	const struct arch *arch = arch_by_name(name);

	assert_non_null(arch);
	return arch;
}

static struct cond *fd_is(uint64_t fd)
{
	return cond_test((struct test){
		.bits = 32, .is_signed = true, .op = OP_EQ, .mask = UINT64_MAX, .value = fd });
}

/* A policy with x86_64's read allowed and log for what is foreign. */
static struct policy *small_policy(void)
{
	struct policy *p = policy_new();

	assert_non_null(p);
	p->foreign_arch = (struct action){ ACTION_LOG, 0 };
	assert_non_null(block_add(policy_add_block(p, arch_of("x86_64")), 0, NULL, allow));
	return p;
}

static void assert_action(const struct policy *p, const char *arch, uint32_t nr, struct action want)
{
	struct call call = { .nr = nr, .token = arch_of(arch)->token };

	assert_int_equal(action_ret(policy_eval(p, &call, NULL)), action_ret(want));
}

static void kills_what_no_rule_names(void **state)
{
	autopolicy struct policy *p = small_policy();

	(void)state;
	assert_action(p, "x86_64", 0, allow);
	assert_action(p, "x86_64", 1, killing);
	assert_action(p, "x86_64", UINT32_MAX, killing);
}

static void hands_a_foreign_arch_to_its_action(void **state)
{
	autopolicy struct policy *p = small_policy();
	struct call unknown = { .token = 0x12345678 };

	(void)state;
	assert_action(p, "i386", 0, p->foreign_arch);
	assert_action(p, "x32", 0x40000000, p->foreign_arch);
	assert_int_equal(policy_eval(p, &unknown, NULL).kind, ACTION_LOG);
}

static void gives_bit_30_to_x32(void **state)
{
	autopolicy struct policy *p = small_policy();

	(void)state;
	assert_non_null(block_add(policy_add_block(p, arch_of("x32")), 0x40000001, NULL, allow));
	assert_action(p, "x86_64", 0x40000001, allow);
	assert_action(p, "x86_64", 0x40000000, killing);
	assert_action(p, "x86_64", UINT32_MAX, killing);
	assert_action(p, "x86_64", 0x7fffffff, killing);
}

static void answers_newer_calls_apart(void **state)
{
	autopolicy struct policy *p = small_policy();
	uint32_t highest = arch_highest_nr(arch_of("x86_64"), LINUX(6, 1));
	struct action enosys = { ACTION_ERRNO, 38 };

	(void)state;
	p->newer.version = LINUX(6, 1);
	p->newer.action = enosys;
	assert_action(p, "x86_64", highest, killing);
	assert_action(p, "x86_64", highest + 1, enosys);
	assert_action(p, "x86_64", 1023, enosys);
	assert_action(p, "x86_64", 1024, killing);
	assert_action(p, "x86_64", UINT32_MAX, killing);
	assert_action(p, "i386", 1023, p->foreign_arch);
	assert_non_null(block_add(policy_block(p, arch_of("x86_64")), highest + 1, NULL, allow));
	assert_action(p, "x86_64", highest + 1, allow);
	policy_add_block(p, arch_of("x32"));
	assert_action(p, "x86_64", 0x40000000 + 1023, enosys);
	assert_action(p, "x86_64", 0x40000000 + 1024, killing);
}

/* Every pair of actions in both orders: the kernel's rank decides (seccomp(2)). */
static void ranks_actions_as_the_kernel_does(void **state)
{
	(void)state;
	for (int i = ACTION_KILL_PROCESS; i <= ACTION_ALLOW; i++) {
		for (int j = ACTION_KILL_PROCESS; j <= ACTION_ALLOW; j++) {
			autopolicy struct policy *p = policy_new();
			struct block *b = policy_add_block(p, arch_of("x86_64"));
			struct action one = { (enum action_kind)i, 0 },
				      other = { (enum action_kind)j, 0 };
			bool one_wins = (int32_t)action_ret(one) <= (int32_t)action_ret(other);

			assert_non_null(block_add(b, 5, NULL, one));
			assert_non_null(block_add(b, 5, fd_is(0), other));
			assert_action(p, "x86_64", 5, one_wins ? one : other);
		}
	}
}

static void joins_rules_of_one_action_by_or(void **state)
{
	autopolicy struct policy *p = policy_new();
	struct block *b = policy_add_block(p, arch_of("x86_64"));
	struct call call = { .nr = 3, .token = arch_of("x86_64")->token };
	const struct rule *by;

	(void)state;
	block_add(b, 3, fd_is(1), allow);
	block_add(b, 3, fd_is(2), allow);
	for (uint64_t fd = 0; fd < 4; fd++) {
		call.args[0] = fd;
		assert_int_equal(policy_eval(p, &call, &by).kind == ACTION_ALLOW,
				 fd == 1 || fd == 2);
		assert_int_equal(by != NULL, fd == 1 || fd == 2);
	}
	call.args[0] = 2;
	policy_eval(p, &call, &by);
	assert_ptr_equal(by, &b->rules.data[1]);
}

static void a_new_policy_kills_everything(void **state)
{
	autopolicy struct policy *p = policy_new();

	(void)state;
	for (size_t i = 0; arches[i]; i++)
		assert_action(p, arches[i]->name, 0, killing);
}

static void actions_survive_the_kernels_word(void **state)
{
	(void)state;
	for (int kind = ACTION_KILL_PROCESS; kind <= ACTION_ALLOW; kind++) {
		struct action a = { (enum action_kind)kind, 7 };
		struct action back = action_from_ret(action_ret(a));

		assert_int_equal(back.kind, kind);
		assert_true(action_equal(a, back));
	}
	assert_int_equal(action_ret((struct action){ ACTION_ERRNO, 1 }), SECCOMP_RET_ERRNO | 1);
	assert_int_equal(action_ret(allow), 0x7fff0000);
	assert_int_equal(action_ret((struct action){ ACTION_KILL_THREAD, 7 }), 0);
	assert_int_equal(action_ret((struct action){ ACTION_NOTIFY, 7 }), 0x7fc00000);
	assert_int_equal(action_ret((struct action){ ACTION_LOG, 7 }), 0x7ffc0000);
	assert_int_equal(action_from_ret(SECCOMP_RET_ERRNO | 0xffff).data, 4095);
}

static void an_unknown_word_kills(void **state)
{
	(void)state;
	assert_int_equal(action_from_ret(0x7fff0000u + 0x10000).kind, ACTION_KILL_PROCESS);
	assert_int_equal(action_from_ret(0x12340000).kind, ACTION_KILL_PROCESS);
	assert_int_equal(action_from_ret(SECCOMP_RET_ALLOW | 5).kind, ACTION_ALLOW);
}

static void a_copy_owns_itself(void **state)
{
	struct policy *p = small_policy();
	struct rule *rule = block_add(p->blocks.data, 1, fd_is(1), allow);
	char *exe = strdup("/bin/x");

	(void)state;
	rule->comment = strdup("# why");
	rule->from.weight = 9;
	assert_int_equal(vec_push(&rule->from.exes, exe), 0);
	p->app = strdup("a");
	p->header[HEADER_APP].remark = strdup("# b");
	autopolicy struct policy *copy = policy_clone(p);
	policy_free(p);
	rule = &copy->blocks.data[0].rules.data[1];
	assert_string_equal(rule->from.exes.data[0], "/bin/x");
	assert_string_equal(rule->comment, "# why");
	assert_string_equal(copy->app, "a");
	assert_string_equal(copy->header[HEADER_APP].remark, "# b");
	assert_int_equal(rule->from.weight, 9);
	assert_action(copy, "x86_64", 0, allow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kills_what_no_rule_names),
		cmocka_unit_test(hands_a_foreign_arch_to_its_action),
		cmocka_unit_test(gives_bit_30_to_x32),
		cmocka_unit_test(answers_newer_calls_apart),
		cmocka_unit_test(ranks_actions_as_the_kernel_does),
		cmocka_unit_test(joins_rules_of_one_action_by_or),
		cmocka_unit_test(a_new_policy_kills_everything),
		cmocka_unit_test(actions_survive_the_kernels_word),
		cmocka_unit_test(an_unknown_word_kills),
		cmocka_unit_test(a_copy_owns_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
