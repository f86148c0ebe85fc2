/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the launcher's pass admits. */
#include "enforce/filter.h"

#include <string.h>

static bool is_message(const struct pass *pass, const uint64_t args[SYSCALL_ARGS])
{
	for (unsigned i = 0; i < pass->message_count; i++) {
		if ((uint32_t)args[0] == 2 && args[1] == pass->messages[i].address &&
		    args[2] == pass->messages[i].length)
			return true;
	}
	return false;
}

bool pass_admits(const struct pass *pass, const struct call *call)
{
	const struct arch *native = arch_native();
	const struct syscall *known;

	if (!pass || arch_by_token(call->token, call->nr) != native)
		return false;
	known = arch_syscall(native, call->nr);
	if (!known)
		return false;
	if (strcmp(known->name, "execve") == 0)
		return call->args[0] == pass->path && call->args[1] == pass->argv &&
		       call->args[2] == pass->envp;
	if (strcmp(known->name, "write") == 0)
		return is_message(pass, call->args);
	return strcmp(known->name, "exit_group") == 0;
}
