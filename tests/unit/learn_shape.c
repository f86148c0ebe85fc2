/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about what becomes a condition, at every level. */
#include "learn/shape.h"

#include "tests/unit/learned.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

static void joins_flags_within_an_access_mode(void **state)
{
	autoobservations struct observations o = { 0 };

	(void)state;
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDONLY | O_CLOEXEC);
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDONLY);
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_WRONLY | O_CREAT | O_EXCL, 0600);
	check_rules(&o, LEARN_ARGS, "openat",
		    "openat: (flags & ~(O_DIRECTORY|O_CLOEXEC)) == O_RDONLY\n"
		    "openat: (flags & ~(O_EXCL|O_TRUNC)) == O_WRONLY|O_CREAT && "
		    "(mode & ~0666) == 0\n");
}

static void lets_a_clock_be_anyones(void **state)
{
	static const enum learn_level levels[] = { LEARN_ARGS, LEARN_EXACT };

	(void)state;
	for (size_t i = 0; i < countof(levels); i++) {
		autoobservations struct observations o = { 0 };
		autopolicy struct policy *p = NULL;

		see(&o, "clock_getres", CLOCK_MONOTONIC, ANY_POINTER);
		see(&o, "clock_getres", (uint64_t)-61218, ANY_POINTER); /* a thread's time */
		p = learn_at(&o, levels[i]);
		assert_true(admits(p, "clock_getres", CLOCK_MONOTONIC, ANY_POINTER));
		assert_true(admits(p, "clock_getres", (uint64_t)-34, ANY_POINTER));
		assert_true(admits(p, "clock_getres", (uint32_t)-2, ANY_POINTER));
		assert_false(admits(p, "clock_getres", (uint64_t)-5, ANY_POINTER));
		assert_false(admits(p, "clock_getres", 6, ANY_POINTER));
		assert_false(admits(p, "clock_getres", CLOCK_REALTIME, ANY_POINTER));
	}
}

static void leaves_the_mode_free_where_nothing_is_created(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDONLY, 0xdead);
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDWR | O_CREAT, 0644);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "openat", 9, 0, O_RDONLY, 07777));
	assert_true(admits(p, "openat", 9, 0, O_RDWR | O_CREAT, 0600));
	assert_false(admits(p, "openat", 9, 0, O_RDWR | O_CREAT, 04755));
	assert_false(admits(p, "openat", 9, 0, O_RDWR));
	assert_false(admits(p, "openat", 9, 0, O_RDONLY | O_CREAT, 0600));
}

static void keeps_socket_triples_together(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "socket", AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	see(&o, "socket", AF_INET, SOCK_STREAM, 6);
	see(&o, "socket", AF_INET6, SOCK_STREAM, 6);
	see(&o, "socket", AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 6);
	see(&o, "socket", AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 6);
	see(&o, "socket", AF_NETLINK, SOCK_RAW, 0);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "socket", AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 6));
	assert_false(admits(p, "socket", AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 6));
	assert_false(admits(p, "socket", AF_INET, SOCK_RAW, 6));
	assert_false(admits(p, "socket", AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 6));
	assert_false(admits(p, "socket", AF_NETLINK, SOCK_STREAM, 0));
	assert_false(admits(p, "socket", AF_INET, SOCK_STREAM, 0));
	check_rules(
		&o, LEARN_ARGS, "socket",
		"socket: domain == AF_UNIX && type == SOCK_STREAM|SOCK_CLOEXEC && protocol == 0\n"
		"socket: domain in {AF_INET, AF_INET6} && (type & ~SOCK_NONBLOCK) == SOCK_STREAM "
		"&& protocol == IPPROTO_TCP\n"
		"socket: domain == AF_NETLINK && type == SOCK_RAW && protocol == NETLINK_ROUTE\n");
}

static void equal_numbers_that_mean_different_things_stay_apart(void **state)
{
	autoobservations struct observations o = { 0 };

	(void)state;
	see(&o, "setsockopt", 3, SOL_TCP, TCP_NODELAY, ANY_POINTER, 4);
	see(&o, "setsockopt", 3, SOL_IP, IP_TOS, ANY_POINTER, 4);
	check_rules(&o, LEARN_ARGS, "setsockopt",
		    "setsockopt: level == SOL_IP && optname == IP_TOS\n"
		    "setsockopt: level == SOL_TCP && optname == TCP_NODELAY\n");
}

static void never_joins_protections(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "mmap", 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	see(&o, "mmap", 0x7f0000000000, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, 3, 0);
	see(&o, "mmap", 0, 4096, PROT_READ, MAP_SHARED, 3, 0);
	see(&o, "mprotect", 0x7f0000000000, 4096, PROT_READ);
	see(&o, "mprotect", 0x7f0000000000, 4096, PROT_READ | PROT_WRITE);
	see(&o, "mprotect", 0x7f0000000000, 4096, PROT_NONE);
	p = learn_at(&o, LEARN_ARGS);
	assert_false(admits(p, "mmap", 0, 1, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS));
	assert_false(admits(p, "mmap", 0, 1, PROT_READ | PROT_EXEC, MAP_SHARED));
	assert_false(admits(p, "mmap", 0, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS));
	assert_true(admits(p, "mmap", 1, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS));
	check_rules(&o, LEARN_ARGS, "mprotect",
		    "mprotect: prot in {PROT_NONE, PROT_READ, PROT_READ|PROT_WRITE}\n");
}

static void keeps_few_clone_flags_whole(void **state)
{
	const uint64_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
				CLONE_CHILD_CLEARTID;
	const uint64_t fork = CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD;
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "clone", thread, ANY_POINTER, ANY_POINTER, ANY_POINTER, ANY_POINTER);
	see(&o, "clone", fork, 0, 0, ANY_POINTER, 0);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "clone", thread, 1, 2, 3, 4));
	assert_true(admits(p, "clone", fork));
	assert_false(admits(p, "clone", CLONE_VM | fork));
	assert_false(admits(p, "clone", fork | CLONE_NEWUSER));
}

static void joins_many_clone_flags_but_not_the_signal(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	for (uint64_t i = 0; i < 16; i++)
		see(&o, "clone",
		    SIGCHLD | (i & 1 ? CLONE_VM : 0) | (i & 2 ? CLONE_FS : 0) |
			    (i & 4 ? CLONE_FILES : 0) | (i & 8 ? CLONE_IO : 0));
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "clone", SIGCHLD | CLONE_VM | CLONE_IO));
	assert_false(admits(p, "clone", CLONE_VM | CLONE_IO));
	assert_false(admits(p, "clone", SIGCHLD | CLONE_NEWUSER));
	assert_false(admits(p, "clone", SIGCHLD | CLONE_SIGHAND));
}

static void requests_are_32_bits_wide(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "ioctl", 1, TCGETS, ANY_POINTER);
	see(&o, "ioctl", 1, TIOCGWINSZ, ANY_POINTER);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "ioctl", 5, 0xdead00000000 | TCGETS));
	assert_false(admits(p, "ioctl", 5, 0xdead00000000 | TIOCSTI));
	check_rules(&o, LEARN_ARGS, "ioctl", "ioctl: request in {TCGETS, TIOCGWINSZ}\n");
}

static void what_a_command_chooses_stays_with_it(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "fcntl", 3, F_GETFL);
	see(&o, "fcntl", 3, F_GETFD);
	see(&o, "fcntl", 3, F_SETFD, FD_CLOEXEC);
	see(&o, "fcntl", 3, F_SETFL, O_RDWR | O_NONBLOCK);
	see(&o, "fcntl", 3, F_DUPFD_CLOEXEC, 10);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "fcntl", 9, F_GETFL, 0x5555555555));
	assert_true(admits(p, "fcntl", 9, F_DUPFD_CLOEXEC, 77));
	assert_false(admits(p, "fcntl", 9, F_DUPFD, 10));
	assert_false(admits(p, "fcntl", 9, F_SETFD, 0));
	assert_false(admits(p, "fcntl", 9, F_SETFL, O_RDWR | O_APPEND));
}

static void a_null_that_excuses_a_selector_stays(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "rt_sigprocmask", SIG_BLOCK, 0, ANY_POINTER, 8);
	see(&o, "rt_sigprocmask", SIG_SETMASK, ANY_POINTER, 0, 8);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "rt_sigprocmask", 77, 0, 1, 8));
	assert_true(admits(p, "rt_sigprocmask", SIG_SETMASK, 1, 1, 8));
	assert_false(admits(p, "rt_sigprocmask", SIG_BLOCK, 1, 1, 8));
}

static void what_varies_is_free(void **state)
{
	autoobservations struct observations o = { 0 };

	(void)state;
	see(&o, "read", 3, ANY_POINTER, 100);
	see(&o, "lseek", 3, 77, SEEK_SET);
	see(&o, "kill", 4242, SIGTERM);
	see(&o, "umask", 022);
	check_rules(&o, LEARN_ARGS, "read", "read\n");
	check_rules(&o, LEARN_ARGS, "lseek", "lseek: whence == SEEK_SET\n");
	check_rules(&o, LEARN_ARGS, "kill", "kill: sig == SIGTERM\n");
	check_rules(&o, LEARN_ARGS, "umask", "umask\n");
}

static void calls_level_knows_numbers_only(void **state)
{
	autoobservations struct observations o = { 0 };

	(void)state;
	see(&o, "socket", AF_UNIX, SOCK_STREAM, 0);
	see(&o, "socket", AF_INET, SOCK_DGRAM, 17);
	check_rules(&o, LEARN_CALLS, "socket", "socket\n");
}

static void exact_level_keeps_every_tuple(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "write", 1, ANY_POINTER, 10);
	see(&o, "write", 1, ANY_POINTER, 4000);
	see(&o, "write", 7, ANY_POINTER, 0);
	see(&o, "openat", AT_FDCWD, ANY_POINTER, O_RDONLY);
	see(&o, "kill", 100, SIGTERM); /* the caller's own */
	p = learn_at(&o, LEARN_EXACT);
	assert_true(admits(p, "write", 1, 1, 10) && admits(p, "write", 1, 1, 77));
	assert_false(admits(p, "write", 1, 1, 9) || admits(p, "write", 1, 1, 4001));
	assert_false(admits(p, "write", 1, 0, 10) || admits(p, "write", 2, 1, 10));
	assert_true(admits(p, "write", 900, 1, 0));
	assert_false(admits(p, "write", 900, 1, 1) || admits(p, "write", 0, 1, 0));
	/* 32 bits of a descriptor, whatever the upper half */
	assert_true(admits(p, "openat", (uint32_t)AT_FDCWD, 1, O_RDONLY));
	assert_false(admits(p, "openat", 3, 1, O_RDONLY));
	assert_true(admits(p, "kill", 4711, SIGTERM));
	assert_false(admits(p, "kill", (uint64_t)-1, SIGTERM) || admits(p, "kill", 0, SIGTERM));
}

static void ranges_may_be_negative(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;

	(void)state;
	see(&o, "lseek", 3, -100, SEEK_CUR);
	see(&o, "lseek", 3, 50, SEEK_CUR);
	p = learn_at(&o, LEARN_EXACT);
	assert_true(admits(p, "lseek", 3, -100, SEEK_CUR) && admits(p, "lseek", 3, 1, SEEK_CUR));
	assert_false(admits(p, "lseek", 3, 51, SEEK_CUR) || admits(p, "lseek", 3, -101, SEEK_CUR));
}

static void says_so_where_values_are_too_many(void **state)
{
	autoobservations struct observations o = { 0 };
	autopolicy struct policy *p = NULL;
	const struct syscall *call = arch_syscall_named(arch_native(), "ioctl");

	(void)state;
	for (uint64_t i = 0; i < 300; i++)
		see(&o, "ioctl", 1, 0x1000 + 3 * i, ANY_POINTER);
	p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "ioctl", 1, TIOCSTI));
	vec_for(rule, &policy_block(p, arch_native())->rules) {
		if (rule->nr == call->nr) {
			assert_non_null(rule->comment);
			assert_non_null(strstr(rule->comment, "# request: too many"));
		}
	}
}

static void a_capped_selector_is_free_and_swallows_the_others(void **state)
{
	autoobservations struct observations o = { 0 };

	(void)state;
	see(&o, "ioctl", 1, TCGETS, ANY_POINTER);
	see(&o, "ioctl", 1, TIOCGWINSZ, ANY_POINTER);
	o.all.data[1].args[1].kind = FOLD_MANY;
	o.all.data[1].is_capped = true;
	check_rules(&o, LEARN_ARGS, "ioctl", "ioctl\n");
	check_rules(&o, LEARN_EXACT, "ioctl", "ioctl: fd == 1 && arg != NULL\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_flags_within_an_access_mode),
		cmocka_unit_test(lets_a_clock_be_anyones),
		cmocka_unit_test(leaves_the_mode_free_where_nothing_is_created),
		cmocka_unit_test(keeps_socket_triples_together),
		cmocka_unit_test(equal_numbers_that_mean_different_things_stay_apart),
		cmocka_unit_test(never_joins_protections),
		cmocka_unit_test(keeps_few_clone_flags_whole),
		cmocka_unit_test(joins_many_clone_flags_but_not_the_signal),
		cmocka_unit_test(requests_are_32_bits_wide),
		cmocka_unit_test(what_a_command_chooses_stays_with_it),
		cmocka_unit_test(a_null_that_excuses_a_selector_stays),
		cmocka_unit_test(what_varies_is_free),
		cmocka_unit_test(calls_level_knows_numbers_only),
		cmocka_unit_test(exact_level_keeps_every_tuple),
		cmocka_unit_test(ranges_may_be_negative),
		cmocka_unit_test(says_so_where_values_are_too_many),
		cmocka_unit_test(a_capped_selector_is_free_and_swallows_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
