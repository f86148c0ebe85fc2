/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Actions: the kernel's words for them and ours. */
#include "policy/policy.h"

#include <linux/seccomp.h>

/* Newer than some kernel headers; include/uapi/linux/seccomp.h. */
#ifndef SECCOMP_RET_USER_NOTIF
#define SECCOMP_RET_USER_NOTIF 0x7fc00000u
#endif

/* kernel/seccomp.c: what an errno is cut to (MAX_ERRNO of include/linux/err.h). */
enum { ERRNO_MAX = 4095 };

static const struct {
	const char *name;
	uint32_t ret;
	bool has_data;
} actions[] = {
	[ACTION_KILL_PROCESS] = { "kill_process", SECCOMP_RET_KILL_PROCESS, false },
	[ACTION_KILL_THREAD] = { "kill_thread", SECCOMP_RET_KILL_THREAD, false },
	[ACTION_TRAP] = { "trap", SECCOMP_RET_TRAP, true },
	[ACTION_ERRNO] = { "errno", SECCOMP_RET_ERRNO, true },
	[ACTION_NOTIFY] = { "notify", SECCOMP_RET_USER_NOTIF, false },
	[ACTION_TRACE] = { "trace", SECCOMP_RET_TRACE, true },
	[ACTION_LOG] = { "log", SECCOMP_RET_LOG, false },
	[ACTION_ALLOW] = { "allow", SECCOMP_RET_ALLOW, false },
};

uint32_t action_ret(struct action action)
{
	uint32_t ret = actions[action.kind].ret;

	return actions[action.kind].has_data ? ret | action.data : ret;
}

struct action action_from_ret(uint32_t ret)
{
	struct action action = { ACTION_KILL_PROCESS, 0 };
	uint16_t data = (uint16_t)(ret & SECCOMP_RET_DATA);

	for (size_t i = 0; i < countof(actions); i++) {
		if (actions[i].ret == (ret & SECCOMP_RET_ACTION_FULL))
			action.kind = (enum action_kind)i;
	}
	if (actions[action.kind].has_data)
		action.data = action.kind == ACTION_ERRNO && data > ERRNO_MAX ? ERRNO_MAX : data;
	return action;
}

bool action_equal(struct action a, struct action b)
{
	return action_ret(a) == action_ret(b);
}

void action_print(struct str *out, struct action action, const struct arch *arch)
{
	const char *name = action.kind == ACTION_ERRNO ? arch_errno_name(arch, action.data) : NULL;

	str_put(out, actions[action.kind].name);
	if (name)
		str_putf(out, "(%s)", name);
	else if (action.kind == ACTION_ERRNO || (actions[action.kind].has_data && action.data))
		str_putf(out, "(%u)", action.data);
}
