/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_ROSTER_H
#define POLICY_ROSTER_H

/*
 * The executables that a profile names in its header, so that rules need only say `by find`.
 * Private to the parser and the printer.
 */

#include "base/compiler.h"
#include "base/map.h"
#include "base/vec.h"

#include <stddef.h>

/* Instead of a list: every executable of the header. */
#define ROSTER_ALL "all"

/* Zero-initialise. */
struct roster {
	vec_of(char *) paths; /* in the order in which they came; owned */
	struct map by_path, by_label;
};

void roster_fini(struct roster *x);

/* Adds a path: 0, -EEXIST when it is there already, -ENOMEM. */
int roster_add(struct roster *x, const char *path) must_check;

/* What a rule may call the path: its last part, where that is a bare word and not `all`; or NULL.
 */
const char *exe_label(const char *path);

/* The path with that label: NULL when there is none, "" when there are several. */
const char *roster_find(const struct roster *x, const char *label, size_t len);

#endif
