/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_NAME_H
#define COMPAT_NAME_H

/* Calls by name and by libseccomp's numbers, which are negative where an arch has no such call. */

#include "arch/arch.h"
#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct pseudo {
	const char *name;
	int nr;
};

/* Sorted by name. Written by generate.awk. */
extern const struct pseudo pseudo_calls[];
extern const size_t pseudo_count;

/* The number of a name as seccomp_syscall_resolve_name_arch(3) gives it, or __NR_SCMP_ERROR. */
int name_number(const struct arch *arch, const char *name);

/* As name_number, but of the call that leads there, for those behind socketcall(2) or ipc(2). */
int name_entrance(const struct arch *arch, const char *name);

/* The name of a number, pseudo numbers included, or NULL. */
const char *number_name(const struct arch *arch, int nr);

/* The number that the native arch's nr has on arch: 0, or -EFAULT where either has no name for it.
 */
int number_translate(int nr, const struct arch *arch, int *translated) must_check;

/* A call that is reached through another one, its first argument saying which is meant. */
struct gate {
	int direct;   /* its own number; negative: it has none */
	int entrance; /* socketcall's or ipc's */
	uint64_t call;
};

/* Is nr such a call on this arch? */
bool number_gate(const struct arch *arch, int nr, struct gate *gate);

#endif
