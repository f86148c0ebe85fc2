/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp_syscall_resolve_name(3) and its kin. */
#include "compat/abi.h"
#include "compat/name.h"
#include "compat/seccomp.h"

#include <string.h>

char *seccomp_syscall_resolve_num_arch(uint32_t arch_token, int num)
{
	const struct arch *arch = abi_arch(arch_token);
	const char *name = arch ? number_name(arch, num) : NULL;

	return name ? strdup(name) : NULL;
}

int seccomp_syscall_resolve_name_arch(uint32_t arch_token, const char *name)
{
	const struct arch *arch = abi_arch(arch_token);

	return arch && name ? name_number(arch, name) : __NR_SCMP_ERROR;
}

int seccomp_syscall_resolve_name_rewrite(uint32_t arch_token, const char *name)
{
	const struct arch *arch = abi_arch(arch_token);

	return arch && name ? name_entrance(arch, name) : __NR_SCMP_ERROR;
}

int seccomp_syscall_resolve_name(const char *name)
{
	return seccomp_syscall_resolve_name_arch(SCMP_ARCH_NATIVE, name);
}
