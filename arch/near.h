/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ARCH_NEAR_H
#define ARCH_NEAR_H

/* The names that someone may have meant who mistyped one. */

#include <stddef.h>

enum { NEAREST_MAX = 8 };

/*
 * Set name, near (room for max pointers) and max; count says how many were found. Invariant:
 * near[0..count-1] are sorted by distance, and among equals in the order in which they were tried.
 */
struct nearest {
	const char *name;
	const char **near;
	size_t max; /* at most NEAREST_MAX count */
	size_t count;
	unsigned distances[NEAREST_MAX];
};

/* Takes a candidate in if it is near enough to be a typing mistake. */
void nearest_try(struct nearest *n, const char *candidate);

#endif
