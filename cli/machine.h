/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

/* What this kernel and these privileges allow: asked of the kernel by trying, not by version. */

#include "base/str.h"

#include <stdbool.h>

/* One thing that wont would like to have. Add one: a function and a line in cli/machine.c. */
struct ability {
	const char *name;
	bool is_needed; /* without it record and enforce cannot work */
	/*
	 * Is it there? What was found goes to found (always), what to do about it to remedy (only
	 * where something can be done; "" otherwise). db is -d's value or NULL.
	 */
	bool (*look)(const char *db, struct str *found, struct str *remedy);
};

extern const struct ability abilities[]; /* ends with an empty name */

#endif
