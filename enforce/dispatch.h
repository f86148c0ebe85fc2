/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_DISPATCH_H
#define ENFORCE_DISPATCH_H

/* From a word cut into ranges, each with a place to go, to a tree of tests. */

#include "enforce/graph.h"

/* Values from low up to the next cell's low (the last: to the operand's mask) go to target. */
struct cell {
	uint32_t low;
	uint32_t target;
	double weight; /* of the calls whose value lies in it; see cells_weigh */
};

/* Zero-initialise. Invariant: empty, or sorted by low, from 0 on. */
struct cells {
	vec_of(struct cell) all;
	int failed; /* 0 or -ENOMEM: sticks */
};

void cells_fini(struct cells *c);
#define autocells __attribute__((cleanup(cells_fini)))

/* Makes every value from low to high go to target, whatever it was before. */
void cells_set(struct cells *c, uint32_t low, uint32_t high, uint32_t target);

/* Where the value goes; NODE_NONE while the cells are empty. */
uint32_t cells_target(const struct cells *c, uint32_t value);

/* Adds to the weight of the cell that the value lies in. Cells must not change any more. */
void cells_weigh(struct cells *c, uint32_t value, double weight);

/* Makes neighbours with one target one, and drops cells past the mask. */
void cells_merge(struct cells *c, uint32_t mask);

/*
 * A balanced tree over the cells, which start as one cell from 0 (cells_set of the whole range):
 * made in little time, for where it hardly matters. The best one is forest_tree's.
 */
uint32_t dispatch(struct graph *g, struct operand o, const struct cells *c);

#endif
