/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Architectures and their syscalls, by name and number. */
#include "arch/arch.h"

#include "arch/internal.h"
#include "arch/near.h"

#include <linux/audit.h>
#include <string.h>

enum { X32_BIT = 0x40000000, NO_SYSCALL = -1 };

const uint16_t arch_newest_linux = LINUX(6, 18);

const struct arch *arch_native(void)
{
	return arches[0];
}

bool arch_is_here(const struct arch *arch)
{
	const struct arch *native = arch_native();

	return arch->token == native->token ||
	       (native->token == AUDIT_ARCH_X86_64 && arch->token == AUDIT_ARCH_I386);
}

const struct arch *arch_by_name(const char *name)
{
	for (const struct arch_entry *entry = arch_entries; entry->arch; entry++) {
		if (strcmp(entry->arch->name, name) == 0)
			return entry->arch;
		for (const char *const *alias = entry->aliases; *alias; alias++)
			if (strcmp(*alias, name) == 0)
				return entry->arch;
	}
	return NULL;
}

const struct arch *arch_by_token(uint32_t token, uint32_t nr)
{
	bool is_x32 = nr & X32_BIT && nr != (uint32_t)NO_SYSCALL;
	const struct arch *found = NULL;

	/* Only x32 shares its token: with x86_64. */
	for (const struct arch_entry *entry = arch_entries; entry->arch; entry++)
		if (entry->arch->token == token &&
		    (!found || (is_x32 && entry->arch->nr_base == X32_BIT)))
			found = entry->arch;
	return found;
}

const struct syscall *arch_syscall(const struct arch *arch, uint32_t nr)
{
	size_t low = 0;
	size_t high = arch->count;

	/* A number is never further in the table than it is from the base. */
	if (nr < arch->nr_base)
		return NULL;
	if (nr - arch->nr_base < high)
		high = nr - arch->nr_base + 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (arch->syscalls[middle].nr < nr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < arch->count && arch->syscalls[low].nr == nr ? &arch->syscalls[low] : NULL;
}

const struct syscall *arch_syscall_named(const struct arch *arch, const char *name)
{
	size_t low = 0;
	size_t high = arch->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct syscall *call = &arch->syscalls[arch->by_name[middle]];
		int order = strcmp(call->name, name);

		if (order == 0)
			return call;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

size_t arch_syscalls_near(const struct arch *arch, const char *name, const char *near[], size_t n)
{
	struct nearest nearest = { .name = name, .near = near, .max = n };

	for (size_t i = 0; i < arch->count; i++)
		nearest_try(&nearest, arch->syscalls[arch->by_name[i]].name);
	return nearest.count;
}

uint32_t arch_highest_nr(const struct arch *arch, uint16_t version)
{
	uint32_t highest = arch->nr_base;

	for (size_t i = 0; i < arch->count; i++)
		if (arch->syscalls[i].since <= version &&
		    arch->syscalls[i].nr - arch->nr_base < SYSCALL_TABLE)
			highest = arch->syscalls[i].nr;
	return highest;
}
