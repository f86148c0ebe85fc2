/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes a child with CLONE_UNTRACED, which would leave a tracer behind, and looks whether parent
 * and child still have the flags in the register that they passed them in.
 */
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* clone(2) by hand: *flags is what its register holds afterwards. */
static long clone_by_hand(unsigned long *flags)
{
	register unsigned long tid_address __asm__("r10") = 0;
	register unsigned long tls __asm__("r8") = 0;
	long r = SYS_clone;

	__asm__ volatile("syscall"
			 : "+a"(r), "+D"(*flags)
			 : "S"(0), "d"(0), "r"(tid_address), "r"(tls)
			 : "rcx", "r11", "memory");
	return r;
}

int main(void)
{
	unsigned long flags = CLONE_UNTRACED | SIGCHLD;
	long child = clone_by_hand(&flags);
	int status = 0;

	if (child < 0)
		return 2;
	if (child == 0) {
		/* A number that nothing else here uses: the recording shows that we were seen. */
		long r = syscall(SYS_getpriority, 0, 0);

		_exit(flags == (CLONE_UNTRACED | SIGCHLD) && r > 0 ? 0 : 1);
	}
	waitpid((pid_t)child, &status, 0);
	printf("parent's flags %s, child %s\n",
	       flags == (CLONE_UNTRACED | SIGCHLD) ? "kept" : "changed",
	       status ? "failed" : "fine");
	return 0;
}
