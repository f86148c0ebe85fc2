/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about what chance may bring. */
#include "learn/chance.h"

#include "tests/unit/learned.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>

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
	check_rules(&o, LEARN_ARGS, "nanosleep", "nanosleep\n");
	check_rules(&o, LEARN_ARGS, "clock_nanosleep",
		    "clock_nanosleep: clockid == CLOCK_REALTIME && flags == 0\n");
	check_rules(&o, LEARN_EXACT, "madvise", "");
	autopolicy struct policy *p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "futex", ANY_POINTER, FUTEX_WAIT | FUTEX_PRIVATE_FLAG));
	assert_true(admits(p, "futex", ANY_POINTER, FUTEX_WAKE | FUTEX_PRIVATE_FLAG));
	assert_false(admits(p, "futex", ANY_POINTER, FUTEX_LOCK_PI));
	assert_false(admits(p, "futex", ANY_POINTER, FUTEX_CMP_REQUEUE_PI));
	assert_false(admits(p, "mprotect", ANY_POINTER, 4096, PROT_READ | PROT_EXEC));
}

static void who_minds_the_urgent_signal_may_interrupt_its_threads(void **state)
{
	autoobservations struct observations alone = { 0 }, others = { 0 }, o = { 0 };

	(void)state;
	see(&alone, "rt_sigaction", SIGURG, ANY_POINTER, 0, 8);
	check_rules(&alone, LEARN_ARGS, "tgkill", "");
	see(&others, "rt_sigaction", SIGTERM, ANY_POINTER, 0, 8);
	see(&others, "clone", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD);
	check_rules(&others, LEARN_ARGS, "tgkill", "");

	see(&o, "rt_sigaction", SIGURG, ANY_POINTER, 0, 8);
	see(&o, "clone", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD);
	see(&o, "madvise", ANY_POINTER, 4096, MADV_HUGEPAGE);
	check_rules(&o, LEARN_ARGS, "tgkill", "tgkill: sig == SIGURG\n");
	check_rules(&o, LEARN_ARGS, "getpid", "getpid\n");
	check_rules(&o, LEARN_EXACT, "getpid", "");
	autopolicy struct policy *p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "madvise", ANY_POINTER, 4096, MADV_NOHUGEPAGE));
	assert_false(admits(p, "madvise", ANY_POINTER, 4096, MADV_MERGEABLE));
}

static void shared_memory_brings_the_locks_of_processes(void **state)
{
	autoobservations struct observations read_only = { 0 }, o = { 0 };

	(void)state;
	see(&read_only, "mmap", 0, 4096, PROT_READ, MAP_SHARED, 3);
	check_rules(&read_only, LEARN_ARGS, "futex", "");

	see(&o, "mmap", 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	check_rules(&o, LEARN_EXACT, "futex", "");
	check_rules(&o, LEARN_ARGS, "madvise", "");
	autopolicy struct policy *p = learn_at(&o, LEARN_ARGS);
	assert_true(admits(p, "futex", ANY_POINTER, FUTEX_WAKE));
	assert_true(admits(p, "futex", ANY_POINTER, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME));
	assert_false(admits(p, "futex", ANY_POINTER, FUTEX_LOCK_PI));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_looks_after_children_may_wait_for_them),
		cmocka_unit_test(threads_bring_what_libc_does_when_they_collide),
		cmocka_unit_test(who_minds_the_urgent_signal_may_interrupt_its_threads),
		cmocka_unit_test(shared_memory_brings_the_locks_of_processes),
		cmocka_unit_test(pairs_are_learned_whole),
		cmocka_unit_test(who_does_not_block_may_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
