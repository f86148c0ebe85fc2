/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Named values: constants by name, names by value, errno. */
#include "arch/arch.h"
#include "arch/internal.h"
#include "arch/near.h"

#include <string.h>

static const struct packed_group *find_group(const struct arch *arch, uint16_t group)
{
	return &arch->groups[group < arch->group_count ? group : 0];
}

struct constant_group arch_group(const struct arch *arch, uint16_t group)
{
	const struct packed_group *g = find_group(arch, group);

	return (struct constant_group){
		.name = arch_text(g->name),
		.constants = arch_constants + g->first,
		.count = g->count,
	};
}

static const struct constant_name *find_name(const char *name)
{
	size_t low = 0;
	size_t high = constant_name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(arch_text(constant_names[middle].name), name);

		if (order == 0)
			return &constant_names[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static unsigned arch_index(const struct arch *arch)
{
	unsigned i = 0;

	while (arch_entries[i].arch && arch_entries[i].arch != arch)
		i++;
	return i;
}

/* Has the arch this constant, and with what value? */
static bool name_value(const struct arch *arch, const struct constant_name *c, uint64_t *value)
{
	const struct own_values *own = &own_values[c->own];
	unsigned i;

	if (!c->own) {
		*value = c->value;
		return true;
	}
	i = arch_index(arch);
	if (!arch_entries[i].arch || !own->pick[i])
		return false;
	*value = own_pool[own->first + own->pick[i] - 1];
	return true;
}

bool arch_constant(const struct arch *arch, const char *name, uint64_t *value)
{
	const struct constant_name *c = find_name(name);

	return c && name_value(arch, c, value);
}

const char *arch_constant_name(const struct arch *arch, uint16_t group, uint64_t value)
{
	const struct constant_group g = arch_group(arch, group);
	size_t low = 0;
	size_t high = g.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (g.constants[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < g.count && g.constants[low].value == value ? arch_text(g.constants[low].name)
								: NULL;
}

size_t arch_constants_near(const struct arch *arch, const char *name, const char *near[], size_t n)
{
	struct nearest nearest = { .name = name, .near = near, .max = n };

	for (size_t i = 0; i < constant_name_count; i++) {
		uint64_t value;

		if (name_value(arch, &constant_names[i], &value))
			nearest_try(&nearest, arch_text(constant_names[i].name));
	}
	return nearest.count;
}

const char *arch_errno_name(const struct arch *arch, unsigned number)
{
	return arch_constant_name(arch, group_errno, number);
}

bool arch_errno(const struct arch *arch, const char *name, unsigned *number)
{
	const struct constant_group g = arch_group(arch, group_errno);

	for (size_t i = 0; i < g.count; i++)
		if (strcmp(arch_text(g.constants[i].name), name) == 0) {
			*number = (unsigned)g.constants[i].value;
			return true;
		}
	return false;
}

unsigned arch_errno_translate(const struct arch *from, unsigned number, const struct arch *to)
{
	const char *name;

	/* Groups that are the same are one stretch. */
	if (find_group(from, group_errno)->first == find_group(to, group_errno)->first)
		return number;
	name = arch_errno_name(from, number);
	if (name)
		arch_errno(to, name, &number);
	return number;
}
