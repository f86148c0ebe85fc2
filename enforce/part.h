/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_PART_H
#define ENFORCE_PART_H

/* Which calls one filter of a stack judges (stack.h); it allows all others. */

#include "base/vec.h"
#include "policy/policy.h"

struct part_call {
	const struct arch *arch;
	uint32_t nr;
};

/* Either the calls that are listed, or with is_rest all but those, of whatever arch. */
struct part {
	vec_of(struct part_call) calls; /* part_sort()ed */
	bool is_rest;
};

void part_fini(struct part *part);
void part_sort(struct part *part);
bool part_judges(const struct part *part, const struct arch *arch, uint32_t nr);

#endif
