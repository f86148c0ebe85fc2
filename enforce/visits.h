/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_VISITS_H
#define ENFORCE_VISITS_H

/*
 * Exploring a loop-free program: every instruction in every state (registers as functions of the
 * call) in which it can be met.
 */

#include "enforce/filter.h"
#include "policy/diagram.h"

#define NO_VISIT UINT32_MAX

/* Where a visit goes: to a later one, or, where that is NO_VISIT, to the end with a verdict. */
struct way {
	uint32_t visit;
	node_t verdict; /* leaves are diagram_action() */
};

/* One instruction met in one state. */
struct visit {
	uint32_t pc;
	node_t test; /* 1 where ways[1] is taken, 0 where ways[0] is */
	struct way ways[2];
};

/* In the order of the program, its first instruction first: every way leads to a later visit. */
struct visits {
	struct visit *data;
	size_t len, cap;
};

/*
 * Fills out (zeroed by the caller, who frees it with vec_fini, also after a failure) for a program
 * that filter_validate takes. -E2BIG where the program does arithmetic that no diagram of bearable
 * size describes.
 */
int visits_explore(const struct filter *f, struct diagram *d, struct visits *out,
		   struct err *e) must_check;

#endif
