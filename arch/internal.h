/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ARCH_INTERNAL_H
#define ARCH_INTERNAL_H

/* The tables that arch/generate.awk writes, as far as they are nobody else's business. */

#include "arch/arch.h"

enum { ARCH_COUNT = 3 };

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
	const char *name;
	uint64_t value;
	uint16_t own;
};

struct own_values {
	uint32_t has; /* bit N: arches[N] has the constant */
	uint64_t values[ARCH_COUNT];
};

/* Sorted by name. */
extern const struct constant_name constant_names[];
extern const size_t constant_name_count;
extern const struct own_values own_values[];

/* The group that holds the errno names. */
extern const uint16_t group_errno;

/* In the order of generate.awk's files, which is that of arches[]. */
extern const struct arch arch_x86_64;
extern const struct arch arch_i386;
extern const struct arch arch_x32;
extern const char *const arch_x86_64_aliases[];
extern const char *const arch_i386_aliases[];
extern const char *const arch_x32_aliases[];

#endif
