/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about another action in the place of kills. */
#include "enforce/kills.h"

#include "policy/text.h"
#include "tests/unit/parsed.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/prctl.h>

static const struct action log_it = { ACTION_LOG, 0 };
static const struct action eperm = { ACTION_ERRNO, EPERM };

static const char text[] = "wont 1\n"
			   "default kill_process\n"
			   "foreign-arch kill_thread\n"
			   "newer 6.1 errno(ENOSYS)\n"
			   "arch x86_64 {\n"
			   "	read\n"
			   "	ioctl: request in {1, 2, 3} -> errno(ENOTTY)\n"
			   "	ioctl: request == 2 -> kill_process\n"
			   "	ioctl: request == 9\n"
			   "	fcntl: cmd == 1 -> kill_thread\n"
			   "	fcntl\n"
			   "	getpid: -> kill_process\n"
			   "	getpid: -> errno(EIO)\n"
			   "	clone3: -> errno(ENOSYS)\n"
			   "	execve: -> errno(EACCES)\n"
			   "}\n";

/* Every verdict of interest: each call of the text, with every value of the tested argument. */
static void for_calls(void (*check)(const struct policy *before, const struct policy *after,
				    const struct call *call),
		      const struct policy *before, const struct policy *after)
{
	const struct arch *arch = arch_by_name("x86_64");
	static const char *const names[] = { "read",   "ioctl",	 "fcntl",   "getpid",
					     "clone3", "execve", "getppid", "mount" };

	for (size_t n = 0; n < countof(names) + 2; n++) {
		for (uint64_t value = 0; value < 12; value++) {
			struct call call = { .token = arch->token, .args = { 0, value } };

			call.nr = n < countof(names) ? arch_syscall_named(arch, names[n])->nr : 900;
			if (n > countof(names))
				call.token = arch_by_name("i386")->token;
			check(before, after, &call);
		}
	}
}

static void kills_become_log(const struct policy *before, const struct policy *after,
			     const struct call *call)
{
	struct action was = policy_eval(before, call, NULL), is = policy_eval(after, call, NULL);

	assert_true(action_equal(is, action_is_kill(was) ? log_it : was));
}

static void kills_become_eperm(const struct policy *before, const struct policy *after,
			       const struct call *call)
{
	struct action was = policy_eval(before, call, NULL), is = policy_eval(after, call, NULL);

	assert_true(action_equal(is, action_is_kill(was) ? eperm : was));
}

static void a_tracer_decides_what_was_killed(const struct policy *before,
					     const struct policy *after, const struct call *call)
{
	const struct arch *native = arch_native();
	struct action was = policy_eval(before, call, NULL), is = policy_eval(after, call, NULL);
	bool is_execve = arch_by_token(call->token, call->nr) == native &&
			 call->nr == arch_syscall_named(native, "execve")->nr;

	if (action_is_kill(was) || is_execve)
		assert_true(action_equal(is, (struct action){ ACTION_TRACE, 7 }));
	else
		assert_true(action_equal(is, was));
}

static void replaces_kills_and_nothing_else(void **state)
{
	autopolicy struct policy *before = parse(text);
	autopolicy struct policy *logs = parse(text);
	autopolicy struct policy *refuses = parse(text);

	(void)state;
	assert_int_equal(kills_replace(logs, log_it, NULL), 0);
	assert_int_equal(policy_validate(logs, NULL), 0);
	for_calls(kills_become_log, before, logs);
	assert_int_equal(kills_replace(refuses, eperm, NULL), 0);
	assert_int_equal(policy_validate(refuses, NULL), 0);
	for_calls(kills_become_eperm, before, refuses);
}

static void killing_everything_keeps_the_rules(void **state)
{
	autopolicy struct policy *p = parse(text);
	size_t rules = p->blocks.data[0].rules.len;

	(void)state;
	assert_int_equal(kills_replace(p, (struct action){ ACTION_KILL_PROCESS, 0 }, NULL), 0);
	assert_int_equal(p->blocks.data[0].rules.len, rules);
	assert_int_equal(p->foreign_arch.kind, ACTION_KILL_PROCESS);
}

static void leaves_kills_and_execve_to_the_tracer(void **state)
{
	autopolicy struct policy *before = parse(text);
	autopolicy struct policy *after = parse(text);

	(void)state;
	assert_int_equal(kills_trace(after, 7, NULL), 0);
	for_calls(a_tracer_decides_what_was_killed, before, after);
}

static void a_tracee_of_another_arch_can_be_started(void **state)
{
	autopolicy struct policy *p = parse("wont 1\ndefault kill_process\n"
					    "foreign-arch errno(EPERM)\narch i386 {\n\tread\n}\n");
	const struct arch *native = arch_native();
	struct call call = { .token = native->token,
			     .nr = arch_syscall_named(native, "execve")->nr };

	(void)state;
	assert_int_equal(kills_trace(p, 7, NULL), 0);
	assert_int_equal(policy_eval(p, &call, NULL).kind, ACTION_TRACE);
}

/* What a policy and what kills_trace makes of it say of a call with this first argument. */
static void expect_traced(const char *profile, const char *arch_name, const char *name,
			  uint64_t first, bool is_traced)
{
	const struct arch *arch = arch_by_name(arch_name);
	autopolicy struct policy *before = parse(profile);
	autopolicy struct policy *after = parse(profile);
	const struct call call = { .token = arch->token,
				   .nr = arch_syscall_named(arch, name)->nr,
				   .args = { first } };

	assert_int_equal(kills_trace(after, 7, NULL), 0);
	assert_int_equal(policy_validate(after, NULL), 0);
	assert_true(action_equal(policy_eval(after, &call, NULL),
				 is_traced ? (struct action){ ACTION_TRACE, 7 }
					   : policy_eval(before, &call, NULL)));
}

static void a_tracer_hears_of_filters_that_may_be_installed(void **state)
{
	static const char some[] = "wont 1\ndefault errno(ENOSYS)\nforeign-arch trap\n"
				   "arch x86_64 {\n\tseccomp: operation in {1, 2} -> log\n"
				   "\tseccomp: operation == 2 -> errno(EPERM)\n\tprctl\n}\n";
	static const char all[] = "wont 1\ndefault allow\nforeign-arch allow\n"
				  "arch x86_64 {\n\tprctl: option == 22 -> trap\n}\n";

	(void)state;
	expect_traced(some, "x86_64", "seccomp", 1, true);
	expect_traced(some, "x86_64", "seccomp", 2, false);
	expect_traced(some, "x86_64", "seccomp", 3, false);
	expect_traced(some, "x86_64", "prctl", PR_SET_SECCOMP | 1ull << 32, true);
	expect_traced(some, "x86_64", "prctl", PR_SET_NAME, false);
	expect_traced(some, "i386", "seccomp", 1, false);
	expect_traced(all, "x86_64", "seccomp", 1, true);
	expect_traced(all, "x86_64", "prctl", PR_SET_SECCOMP, false);
	expect_traced(all, "x86_64", "prctl", PR_SET_NAME, false);
	expect_traced(all, "i386", "seccomp", 1, true);
}

static void leaves_kills_to_the_listener(void **state)
{
	static const char kills[] = "wont 1\ndefault kill_process\nforeign-arch kill_thread\n"
				    "newer 6.1 kill_process\narch x86_64 {\n\tread\n"
				    "\tsocket: domain == AF_UNIX\n\tsocket: -> kill_thread\n"
				    "\tsetsid: -> errno(EPERM)\n}\n";
	static const struct {
		uint32_t token, nr;
		enum action_kind kind;
	} cases[] = {
		{ AUDIT_ARCH_X86_64, 0, ACTION_ALLOW },	   { AUDIT_ARCH_X86_64, 1, ACTION_NOTIFY },
		{ AUDIT_ARCH_X86_64, 41, ACTION_NOTIFY },  { AUDIT_ARCH_X86_64, 112, ACTION_ERRNO },
		{ AUDIT_ARCH_X86_64, 463, ACTION_NOTIFY }, { AUDIT_ARCH_I386, 1, ACTION_NOTIFY },
	};
	autopolicy struct policy *p = parse(kills);

	(void)state;
	assert_int_equal(kills_notify(p, NULL), 0);
	for (size_t i = 0; i < countof(cases); i++) {
		struct call call = { .token = cases[i].token, .nr = cases[i].nr, .args = { 1 } };

		assert_int_equal(policy_eval(p, &call, NULL).kind, cases[i].kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_kills_and_nothing_else),
		cmocka_unit_test(killing_everything_keeps_the_rules),
		cmocka_unit_test(leaves_kills_and_execve_to_the_tracer),
		cmocka_unit_test(a_tracer_hears_of_filters_that_may_be_installed),
		cmocka_unit_test(leaves_kills_to_the_listener),
		cmocka_unit_test(a_tracee_of_another_arch_can_be_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
