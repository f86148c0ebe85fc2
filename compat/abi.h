/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_ABI_H
#define COMPAT_ABI_H

/* libseccomp's names for architectures. */

#include "arch/arch.h"

#include <stdbool.h>
#include <stdint.h>

/* The arch of a SCMP_ARCH_* token (0: the native one), or NULL. */
const struct arch *abi_arch(uint32_t token);

/* The SCMP_ARCH_* token of an arch. */
uint32_t abi_token(const struct arch *arch);

/* The token of a name as seccomp_arch_resolve_name(3) knows it; 0: unknown. */
uint32_t abi_token_named(const char *name);

/*
 * Are arguments and values cut to 32 bits before they are compared? So libseccomp does wherever a
 * C long has 32 bits, x32 and mips n32 included, though the kernel shows 64 there.
 */
bool abi_is_narrow(const struct arch *arch);

#endif
