/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ARCH_INTERNAL_H
#define ARCH_INTERNAL_H

/* The tables that arch/generate.awk writes, as far as they are nobody else's business. */

#include "arch/arch.h"

/* The signature that holds where a selector, masked, has a value. */
struct variant {
	uint64_t value;
	const struct signature *signature;
};

/* One selector of a call. Invariant: variants are sorted by value; a list of choices ends with a
 * NULL there, and the first that has the value of its argument wins. */
struct choice {
	const struct variant *variants;
	uint16_t count;
	uint8_t arg;
	uint64_t mask; /* cuts the argument to its width, too */
};

/* A constant by name: one value everywhere, or (own not 0) what own_values[own] says. */
struct constant_name {
	uint64_t value;
	uint32_t name; /* arch_text */
	uint16_t own;
};

/* A group of one arch: `count` of arch_constants from `first`. */
struct packed_group {
	uint32_t name; /* arch_text */
	uint32_t first;
	uint32_t count;
};

enum { ARCHES_MAX = 32 };

struct own_values {
	uint8_t pick[ARCHES_MAX]; /* by index in arch_entries: own_pool[first + pick - 1]; 0: it
				     has none */
	uint32_t first;
};

/* In the order of arch/local.mk's files, whatever the program is built for; the last has no arch.
 */
struct arch_entry {
	const struct arch *arch;
	const char *const *aliases; /* ends with NULL */
};

extern const struct arch_entry arch_entries[];

/* Sorted by name. */
extern const struct constant_name constant_names[];
extern const size_t constant_name_count;
extern const struct own_values own_values[];
extern const uint64_t own_pool[];

/* The groups of all arches, one behind the other. */
extern const struct constant arch_constants[];

/* The group that holds the errno names. */
extern const uint16_t group_errno;

#endif
