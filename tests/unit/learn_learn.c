/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about learned policies: what the text is, what they admit, and what not. */
#include "learn/learn.h"

#include "learn/check.h"
#include "policy/text.h"
#include "tests/unit/sighting.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { ANY_POINTER = 0x7000 };

static struct policy *learn_at(const struct observations *o, enum learn_level level)
{
	const struct learn_options options = { .level = level };
	struct policy *p = NULL;
	struct err e = { 0 };
	int r = learn_policy(o, &options, &p, &e);

	if (r)
		fail_msg("%s", e.text);
	return p;
}

/* The rules on a call as text, each on its line, without provenance. */
static char *rules_on(const struct policy *p, const struct arch *arch, const char *name)
{
	const struct syscall *call = arch_syscall_named(arch, name);
	struct str s = { 0 };

	vec_for(rule, &policy_block(p, arch)->rules) {
		if (rule->nr != call->nr)
			continue;
		str_put(&s, name);
		if (rule->cond) {
			str_put(&s, ": ");
			cond_print(&s, rule->cond, arch, call);
		}
		if (rule->action.kind != ACTION_ALLOW) {
			str_put(&s, " -> ");
			action_print(&s, rule->action, arch);
		}
		str_putc(&s, '\n');
	}
	return str_take(&s);
}

static void check_rules(const struct observations *o, enum learn_level level, const char *name,
			const char *want)
{
	autopolicy struct policy *p = learn_at(o, level);
	char *got = rules_on(p, arch_native(), name);

	assert_string_equal(got, want);
	free(got);
}

static bool admits(const struct policy *p, const char *name, const uint64_t args[SYSCALL_ARGS])
{
	struct call call = { .nr = arch_syscall_named(arch_native(), name)->nr,
			     .token = arch_native()->token };

	memcpy(call.args, args, sizeof(call.args));
	return policy_eval(p, &call, NULL).kind == ACTION_ALLOW;
}
#define admits(p, name, ...) admits(p, name, (const uint64_t[6]){ __VA_ARGS__ })

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
	assert_false(admits(p, "kill", -1, SIGTERM) || admits(p, "kill", 0, SIGTERM));
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

static void whoever_looks_after_children_may_wait_for_them(void **state)
{
	autoobservations struct observations blocking = { 0 }, o = { 0 };

	(void)state;
	see(&blocking, "wait4", -1, 0, 0, 0);
	check_rules(&blocking, LEARN_ARGS, "rt_sigsuspend", "");
	see(&o, "wait4", -1, 0, WNOHANG, 0);
	check_rules(&o, LEARN_ARGS, "rt_sigsuspend", "rt_sigsuspend\n");
	check_rules(&o, LEARN_EXACT, "rt_sigsuspend", "");
}

static void threads_bring_what_libc_does_when_they_collide(void **state)
{
	autoobservations struct observations alone = { 0 }, o = { 0 };

	(void)state;
	see(&alone, "clone", CLONE_VFORK | CLONE_VM | SIGCHLD);
	check_rules(&alone, LEARN_ARGS, "madvise", "");
	check_rules(&alone, LEARN_ARGS, "futex", "");

	see(&o, "clone", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD);
	see(&o, "munmap", ANY_POINTER, 4096);
	check_rules(&o, LEARN_ARGS, "madvise", "madvise: advice == MADV_DONTNEED\n");
	check_rules(&o, LEARN_ARGS, "munmap", "munmap\n");
	check_rules(&o, LEARN_EXACT, "madvise", "");
	autopolicy struct policy *p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "futex", ANY_POINTER, FUTEX_WAIT | FUTEX_PRIVATE_FLAG));
	assert_true(admits(p, "futex", ANY_POINTER, FUTEX_WAKE | FUTEX_PRIVATE_FLAG));
	assert_false(admits(p, "futex", ANY_POINTER, FUTEX_LOCK_PI));
	assert_false(admits(p, "futex", ANY_POINTER, FUTEX_CMP_REQUEUE_PI));
	assert_false(admits(p, "mprotect", ANY_POINTER, 4096, PROT_READ | PROT_EXEC));
}

static void pairs_are_learned_whole(void **state)
{
	autoobservations struct observations o = { 0 };

	(void)state;
	see(&o, "epoll_ctl", 3, EPOLL_CTL_ADD, 4, ANY_POINTER);
	check_rules(&o, LEARN_ARGS, "epoll_ctl",
		    "epoll_ctl: op == EPOLL_CTL_ADD\n"
		    "epoll_ctl: op in {EPOLL_CTL_DEL, EPOLL_CTL_MOD}\n");
	check_rules(&o, LEARN_EXACT, "epoll_create1", "");
}

static void who_does_not_block_may_wait(void **state)
{
	autoobservations struct observations blocking = { 0 }, o = { 0 };

	(void)state;
	see(&blocking, "fcntl", 1, F_SETFL, O_APPEND);
	see(&blocking, "fcntl", 1, F_SETFD, FD_CLOEXEC);
	check_rules(&blocking, LEARN_ARGS, "poll", "");
	see(&o, "fcntl", 1, F_SETFL, O_NONBLOCK | O_APPEND);
	check_rules(&o, LEARN_ARGS, "poll", "poll\n");
	check_rules(&o, LEARN_EXACT, "poll", "");
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
		cmocka_unit_test(joins_flags_within_an_access_mode),
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
		cmocka_unit_test(the_floor_is_in_every_block),
		cmocka_unit_test(pairs_are_learned_whole),
		cmocka_unit_test(who_does_not_block_may_wait),
		cmocka_unit_test(whoever_looks_after_children_may_wait_for_them),
		cmocka_unit_test(threads_bring_what_libc_does_when_they_collide),
		cmocka_unit_test(clone3_is_kept_on_request_where_it_was_seen),
		cmocka_unit_test(provenance_is_that_of_the_rule),
		cmocka_unit_test(says_so_where_values_are_too_many),
		cmocka_unit_test(a_capped_selector_is_free_and_swallows_the_others),
		cmocka_unit_test(the_order_of_observations_does_not_show),
		cmocka_unit_test(the_check_finds_what_is_missing),
		cmocka_unit_test(header_says_what_it_was_learned_from),
		cmocka_unit_test(a_base_is_joined_in),
		cmocka_unit_test(levels_are_ordered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
