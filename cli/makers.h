/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_MAKERS_H
#define CLI_MAKERS_H

/* Which executables make the calls of a condition. */

#include "policy/policy.h"
#include "store/observation.h"

/* Sorted paths, each once. They are borrowed from what they were found in. */
struct makers {
	vec_of(const char *) all;
};

/* Those of a number that meet cond (borrowed; NULL: all). */
struct calls {
	const struct arch *arch;
	uint32_t nr;
	const struct cond *cond;
};

void makers_fini(struct makers *m);
#define automakers __attribute__((cleanup(makers_fini)))

/*
 * Adds those that were seen to make one of the calls; where none was, told, which rules
 * name: a rule may join what several executables do, an observation is of one. 0 or -ENOMEM.
 */
int makers_find(struct makers *m, const struct observations *seen, const struct calls *calls,
		const char *const *told, size_t told_count) must_check;

#endif
