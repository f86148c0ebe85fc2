/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libseccomp's names for architectures. */
#include "compat/abi.h"

#include "base/compiler.h"
#include "compat/seccomp.h"

#include <string.h>

static const struct {
	const char *name;
	uint32_t token;
} names[] = {
	{ "x86", SCMP_ARCH_X86 },
	{ "x86_64", SCMP_ARCH_X86_64 },
	{ "x32", SCMP_ARCH_X32 },
	{ "arm", SCMP_ARCH_ARM },
	{ "aarch64", SCMP_ARCH_AARCH64 },
	{ "loongarch64", SCMP_ARCH_LOONGARCH64 },
	{ "m68k", SCMP_ARCH_M68K },
	{ "mips", SCMP_ARCH_MIPS },
	{ "mipsel", SCMP_ARCH_MIPSEL },
	{ "mips64", SCMP_ARCH_MIPS64 },
	{ "mipsel64", SCMP_ARCH_MIPSEL64 },
	{ "mips64n32", SCMP_ARCH_MIPS64N32 },
	{ "mipsel64n32", SCMP_ARCH_MIPSEL64N32 },
	{ "parisc", SCMP_ARCH_PARISC },
	{ "parisc64", SCMP_ARCH_PARISC64 },
	{ "ppc", SCMP_ARCH_PPC },
	{ "ppc64", SCMP_ARCH_PPC64 },
	{ "ppc64le", SCMP_ARCH_PPC64LE },
	{ "s390", SCMP_ARCH_S390 },
	{ "s390x", SCMP_ARCH_S390X },
	{ "riscv64", SCMP_ARCH_RISCV64 },
	{ "sheb", SCMP_ARCH_SHEB },
	{ "sh", SCMP_ARCH_SH },
};

/* The bit in the numbers of x32, which has no token of its own in the kernel (asm/unistd.h). */
enum { X32_BIT = 0x40000000 };

const struct arch *abi_arch(uint32_t token)
{
	if (token == SCMP_ARCH_NATIVE)
		return arch_native();
	if (token == SCMP_ARCH_X32)
		return arch_by_token(SCMP_ARCH_X86_64, X32_BIT);
	return arch_by_token(token, 0);
}

uint32_t abi_token(const struct arch *arch)
{
	return arch->nr_base == X32_BIT ? (uint32_t)SCMP_ARCH_X32 : arch->token;
}

uint32_t abi_token_named(const char *name)
{
	for (size_t i = 0; i < countof(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].token;
	return 0;
}

bool abi_is_narrow(const struct arch *arch)
{
	uint32_t token = abi_token(arch);

	return !(token & __AUDIT_ARCH_64BIT) || token & __AUDIT_ARCH_CONVENTION_MIPS64_N32;
}
