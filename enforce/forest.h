/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_FOREST_H
#define ENFORCE_FOREST_H

/* The best trees of tests over ranges of a word's values: many of them, in bounded time. */

#include "enforce/dispatch.h"

/* Trees made before, so that the same question is answered at once. */
struct tree_memo;

/*
 * Where the best trees grow. thrift is what one instruction more in the program must save in
 * executed ones (in units of the weights) to be worth it; chain_max how many values may be asked
 * for one after the other. Zero-initialise the rest.
 */
struct forest {
	struct graph *graph;
	double thrift;
	uint32_t chain_max; /* at most FOREST_CHAIN_MAX */
	uint64_t work;	    /* done so far; much of it, and trees are searched in smaller pieces */
	struct tree_memo *memo; /* hash table */
	size_t memo_count, memo_used;
};

enum { FOREST_CHAIN_MAX = 64 };

void forest_fini(struct forest *f);

/* From now on trees are made with these aims; those made before stay as they are. */
void forest_aim(struct forest *f, double thrift, uint32_t chain_max);

/*
 * The tree over the cells, which start as one cell from 0 (cells_set of the whole range): of tests
 * for order and for equality, and of masks where a set of values is one. Cheap for heavy cells;
 * without weights it is small.
 */
uint32_t forest_tree(struct forest *f, struct operand o, const struct cells *c);

#endif
