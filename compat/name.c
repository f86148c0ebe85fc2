/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls by name and by libseccomp's numbers. */
#include "compat/name.h"

#include "compat/seccomp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Pseudo numbers that say by themselves which call of the multiplexer is meant (linux/net.h,
 * linux/ipc.h). */
enum { SOCKETCALL_BASE = -100, IPC_BASE = -200, IPC_LAST = -299 };
/* Pseudo numbers of our own, which stand for names on every arch. */
enum { OWN_FIRST = -20000, OWN_LAST = -20999 };

static int compare(const void *name, const void *pseudo)
{
	return strcmp(name, ((const struct pseudo *)pseudo)->name);
}

static const struct pseudo *pseudo_named(const char *name)
{
	return bsearch(name, pseudo_calls, pseudo_count, sizeof(*pseudo_calls), compare);
}

/* The multiplexer that leads to a pseudo number, where the arch has it. */
static const struct syscall *entrance_of(const struct arch *arch, int pseudo)
{
	if (pseudo >= SOCKETCALL_BASE || pseudo < IPC_LAST)
		return NULL;
	return arch_syscall_named(arch, pseudo > IPC_BASE ? "socketcall" : "ipc");
}

/* mips has names like reserved221 for numbers that no call has; libseccomp has none. */
static bool is_call(const struct syscall *call)
{
	return call && strncmp(call->name, "reserved", 8) != 0 &&
	       strncmp(call->name, "unused", 6) != 0;
}

int name_number(const struct arch *arch, const char *name)
{
	const struct pseudo *p = pseudo_named(name);
	const struct syscall *call = arch_syscall_named(arch, name);

	if (p && entrance_of(arch, p->nr))
		return p->nr;
	if (is_call(call))
		return (int)call->nr;
	return p ? p->nr : __NR_SCMP_ERROR;
}

int name_entrance(const struct arch *arch, const char *name)
{
	int nr = name_number(arch, name);
	const struct syscall *entrance = nr < 0 ? entrance_of(arch, nr) : NULL;

	return entrance ? (int)entrance->nr : nr;
}

const char *number_name(const struct arch *arch, int nr)
{
	const struct syscall *call;

	if (nr >= 0) {
		call = arch_syscall(arch, (uint32_t)nr);
		/* The number without its base is understood, too. */
		if (!call && (uint32_t)nr < arch->nr_base)
			call = arch_syscall(arch, (uint32_t)nr + arch->nr_base);
		return is_call(call) ? call->name : NULL;
	}
	for (const struct pseudo *p = pseudo_calls; p < pseudo_calls + pseudo_count; p++)
		if (p->nr == nr && name_number(arch, p->name) == nr)
			return p->name;
	return NULL;
}

/* The name of one of our own pseudo numbers, which holds also where the arch has the call. */
static const char *own_name(int nr)
{
	if (nr > OWN_FIRST || nr < OWN_LAST)
		return NULL;
	for (const struct pseudo *p = pseudo_calls; p < pseudo_calls + pseudo_count; p++)
		if (p->nr == nr)
			return p->name;
	return NULL;
}

int number_translate(int nr, const struct arch *arch, int *translated)
{
	const char *name = own_name(nr);
	int number;

	if (!name && (arch == arch_native() || nr == -1)) {
		*translated = nr;
		return 0;
	}
	if (!name)
		name = number_name(arch_native(), nr);
	number = name ? name_number(arch, name) : __NR_SCMP_ERROR;
	if (number == __NR_SCMP_ERROR)
		return -EFAULT;
	*translated = number;
	return 0;
}

bool number_gate(const struct arch *arch, int nr, struct gate *gate)
{
	const char *name = number_name(arch, nr);
	int pseudo = name ? name_number(arch, name) : nr;
	const struct syscall *entrance = pseudo < 0 ? entrance_of(arch, pseudo) : NULL;
	const struct syscall *direct = name ? arch_syscall_named(arch, name) : NULL;

	if (!entrance)
		return false;
	gate->direct = direct ? (int)direct->nr : pseudo;
	gate->entrance = (int)entrance->nr;
	gate->call = (uint64_t)((pseudo > IPC_BASE ? SOCKETCALL_BASE : IPC_BASE) - pseudo);
	return true;
}
