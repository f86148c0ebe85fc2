/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers of x86: a 64-bit tracer sees the 64-bit layout whatever the tracee's mode. */
#include "tracer/registers.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#if !defined(__x86_64__) || defined(__ILP32__)
#error "tracer/registers.c knows x86_64 alone"
#endif

static int poke(pid_t tid, size_t offset, uint64_t value)
{
	return ptrace(PTRACE_POKEUSER, tid, offset, value) ? -errno : 0;
}

int registers_answer(pid_t tid, unsigned error)
{
	int r = poke(tid, offsetof(struct user, regs.orig_rax), UINT64_MAX);

	return r ? r : poke(tid, offsetof(struct user, regs.rax), -(uint64_t)error);
}

int registers_set_first(pid_t tid, bool is_narrow, uint64_t value)
{
	return poke(tid,
		    is_narrow ? offsetof(struct user, regs.rbx) : offsetof(struct user, regs.rdi),
		    value);
}
