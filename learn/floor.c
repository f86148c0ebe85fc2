/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The floor: calls that every profile needs, whether they were seen or not. */
#include "learn/learn.h"

#include <errno.h>

/*
 * The end of every process; the returns from signal handlers and interrupted sleeps, which no
 * program calls by itself; and what the vDSO falls back to when the clock source cannot be read
 * from user space, which depends on the machine and not on the program (vdso(7)).
 */
static const char *const floor_calls[] = {
	"exit",		 "exit_group",	 "rt_sigreturn", "sigreturn", "restart_syscall",
	"clock_gettime", "gettimeofday", "time",	 "getcpu",    "clock_gettime64",
};

static int add(struct block *block, const char *name, struct action action)
{
	const struct syscall *call = arch_syscall_named(block->arch, name);
	struct rule *rule;

	if (!call)
		return 0;
	rule = block_add(block, call->nr, NULL, action);
	if (!rule)
		return -ENOMEM;
	rule->from.is_floor = true;
	return 0;
}

int learn_floor(struct policy *p, const struct arch *arch, bool keep_clone3, struct err *e)
{
	struct block *block = policy_add_block(p, arch);
	unsigned enosys = ENOSYS;
	int r = block ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < countof(floor_calls); i++)
		r = add(block, floor_calls[i], (struct action){ ACTION_ALLOW, 0 });
	if (!r && !keep_clone3) {
		arch_errno(arch, "ENOSYS", &enosys);
		r = add(block, "clone3", (struct action){ ACTION_ERRNO, (uint16_t)enosys });
	}
	return r ? err_set(e, r, "out of memory") : 0;
}
