/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about learned policies as a whole. */
#include "learn/learn.h"

#include "learn/check.h"
#include "tests/unit/learned.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void the_floor_is_in_every_block(void **state)
{
	static const char *const names[] = { "exit",	      "exit_group",
					     "rt_sigreturn",  "restart_syscall",
					     "clock_gettime", "gettimeofday",
					     "time",	      "getcpu" };
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;
	const struct arch *i386 = arch_by_name("i386");

	(void)state;
	see_in(&o, 0, "/bin/old", i386, "getpid", (const uint64_t[6]){ 0 }, 3);
	see(&o, "exit_group", 3);
	see(&o, "clone3", ANY_POINTER, 88);
	p = learn_at(&o, LEARN_ARGS);
	for (size_t i = 0; i < countof(names); i++) {
		char *native = rules_on(p, arch_native(), names[i]);
		char *other = rules_on(p, i386, names[i]);
		char want[40];

		snprintf(want, sizeof(want), "%s\n", names[i]);
		assert_string_equal(native, want);
		assert_string_equal(other, want);
		free(native);
		free(other);
	}
	check_rules(&o, LEARN_ARGS, "clone3", "clone3 -> errno(ENOSYS)\n");
	assert_int_equal(p->blocks.len, 2);
}

static void clone3_is_kept_on_request_where_it_was_seen(void **state)
{
	const struct learn_options options = { .level = LEARN_ARGS, .keep_clone3 = true };
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *without = NULL, *with = NULL;

	(void)state;
	see(&o, "getpid");
	assert_int_equal(learn_policy(&o, &options, &without, NULL), 0);
	assert_false(admits(without, "clone3", 1, 88));
	see(&o, "clone3", ANY_POINTER, 88);
	assert_int_equal(learn_policy(&o, &options, &with, NULL), 0);
	assert_true(admits(with, "clone3", 1, 88));
}

static void provenance_is_that_of_the_rule(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;
	const struct arch *native = arch_native();
	const struct syscall *call = arch_syscall_named(native, "ioctl");
	unsigned rules = 0;

	(void)state;
	see_in(&o, 0, "/bin/b", native, "ioctl", (const uint64_t[6]){ 1, TCGETS }, 5);
	see_in(&o, 1, "/bin/b", native, "ioctl", (const uint64_t[6]){ 1, TCGETS }, 2);
	see_in(&o, 1, "/bin/a", native, "ioctl", (const uint64_t[6]){ 1, TIOCGWINSZ }, 1);
	p = learn_at(&o, LEARN_ARGS);
	vec_for(rule, &policy_block(p, native)->rules) {
		if (rule->nr != call->nr)
			continue;
		assert_int_equal(rule->from.exes.len, 1);
		if (strcmp(rule->from.exes.data[0], "/bin/b") == 0) {
			assert_int_equal(rule->from.weight, 7);
			assert_int_equal(rule->from.runs, 2);
			assert_int_equal(rule->cond->test.value, TCGETS);
		}
		rules++;
	}
	assert_int_equal(rules, 2);
}

static void the_order_of_observations_does_not_show(void **state)
{
	static const uint64_t domains[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
	char *first = NULL;

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		autoobservations struct observations o = { 0 };
		autopolicy struct policy *p = NULL;

		for (unsigned i = 0; i < 40; i++) {
			unsigned k = (i * 7 + round * 11) % 40;

			see_in(&o, k % 3, k % 5 ? "/bin/a" : "/bin/b", arch_native(), "socket",
			       (const uint64_t[6]){ domains[k % 4], 1 + k % 2, k % 3 }, 1 + k);
		}
		p = learn_at(&o, LEARN_ARGS);
		autostr struct str s = { 0 };
		policy_print(p, &s);
		if (!first)
			first = strdup(str_text(&s));
		assert_string_equal(str_text(&s), first);
	}
	free(first);
}

static void the_check_finds_what_is_missing(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;
	struct err e = { 0 };

	(void)state;
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDONLY);
	see(&o, "lseek", 3, 5, SEEK_SET);
	p = learn_at(&o, LEARN_EXACT);
	assert_int_equal(check_admitted(p, &o, &e), 0);
	see(&o, "lseek", 3, 6, SEEK_SET); /* the range grows at its high end */
	assert_int_equal(check_admitted(p, &o, &e), -EPROTO);
	assert_non_null(strstr(e.text, "lseek"));
}

static void header_says_what_it_was_learned_from(void **state)
{
	const struct learn_options options = { .level = LEARN_ARGS,
					       .app = "redis",
					       .release = "7.0",
					       .evidence = { true, 3, 77, 0 },
					       .kernel = LINUX(6, 18) };
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;
	autostr struct str s = { 0 };

	(void)state;
	see(&o, "getpid");
	assert_int_equal(learn_policy(&o, &options, &p, NULL), 0);
	policy_print(p, &s);
	assert_non_null(strstr(str_text(&s), "app redis\n"));
	assert_non_null(strstr(str_text(&s), "release 7.0\n"));
	assert_non_null(strstr(str_text(&s), "evidence runs 3 calls 77 lost 0\n"));
	assert_int_equal(p->newer.version, LINUX(6, 18));
	assert_true(action_equal(p->newer.action, (struct action){ ACTION_ERRNO, ENOSYS }));
	assert_int_equal(p->fallback.kind, ACTION_KILL_PROCESS);
	assert_int_equal(p->foreign_arch.kind, ACTION_KILL_PROCESS);
}

static void a_base_is_joined_in(void **state)
{
	static const char text[] = "wont 1\narch x86_64 {\n\tsocket: domain == AF_INET\n}\n";
	struct learn_options options = { .level = LEARN_ARGS };
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *base = NULL, *p = NULL;

	(void)state;
	assert_int_equal(policy_parse(text, sizeof(text) - 1, "base", &base, NULL), 0);
	options.base = base;
	see(&o, "socket", AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(learn_policy(&o, &options, &p, NULL), 0);
	assert_true(admits(p, "socket", AF_INET, 77, 77));
	assert_true(admits(p, "socket", AF_UNIX, SOCK_STREAM, 0));
	assert_false(admits(p, "socket", AF_UNIX, SOCK_DGRAM, 0));
}

/*
 * Random calls of random arguments: what was seen is admitted at every level, each level admits
 * what the next finer one does, and the printed profile means the same.
 */
static void levels_are_ordered(void **state)
{
	static const char *const names[] = { "openat",	 "socket", "mmap",	 "fcntl", "prctl",
					     "clone",	 "futex",  "setsockopt", "lseek", "kill",
					     "fchmodat", "mknod",  "epoll_ctl",	 "ioctl", "wait4" };
	unsigned seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		autoobservations struct observations o = { 0 };
		autopolicy struct policy *calls = NULL, *args = NULL, *exact = NULL, *again = NULL;
		autostr struct str s = { 0 };
		struct err e = { 0 };

		for (unsigned i = 0; i < 30; i++) {
			uint64_t a[6];

			for (unsigned k = 0; k < 6; k++) {
				a[k] = (uint64_t)(rand_r(&seed) % 4 ? rand_r(&seed) % 8
								    : rand_r(&seed));
				if (rand_r(&seed) % 8 == 0)
					a[k] = ~a[k];
			}
			see_in(&o, i % 3, "/bin/x", arch_native(),
			       names[(unsigned)rand_r(&seed) % countof(names)], a, 1);
		}
		calls = learn_at(&o, LEARN_CALLS);
		args = learn_at(&o, LEARN_ARGS);
		exact = learn_at(&o, LEARN_EXACT);
		policy_print(args, &s);
		if (policy_parse(str_text(&s), s.len, "printed", &again, &e))
			fail_msg("%s\n%s", e.text, str_text(&s));
		for (unsigned i = 0; i < 300; i++) {
			const struct observation *seen = &o.all.data[i % o.all.len];
			struct call call = { .nr = seen->nr, .token = seen->arch->token };

			for (unsigned k = 0; k < 6; k++)
				call.args[k] = rand_r(&seed) % 3 ? seen->args[k].low
								 : (uint64_t)rand_r(&seed) % 8;
			bool in_exact = policy_eval(exact, &call, NULL).kind == ACTION_ALLOW;
			bool in_args = policy_eval(args, &call, NULL).kind == ACTION_ALLOW;
			bool in_calls = policy_eval(calls, &call, NULL).kind == ACTION_ALLOW;
			bool in_again = policy_eval(again, &call, NULL).kind == ACTION_ALLOW;

			assert_true(in_exact <= in_args && in_args <= in_calls);
			assert_int_equal(in_args, in_again);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_floor_is_in_every_block),
		cmocka_unit_test(clone3_is_kept_on_request_where_it_was_seen),
		cmocka_unit_test(provenance_is_that_of_the_rule),
		cmocka_unit_test(the_order_of_observations_does_not_show),
		cmocka_unit_test(the_check_finds_what_is_missing),
		cmocka_unit_test(header_says_what_it_was_learned_from),
		cmocka_unit_test(a_base_is_joined_in),
		cmocka_unit_test(levels_are_ordered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
