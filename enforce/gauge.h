/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_GAUGE_H
#define ENFORCE_GAUGE_H

/* What a decision graph will cost once it is a program (layout.c), without making one. */

#include "enforce/graph.h"

/* Instructions executed from root on, the return included, when the accumulator holds `held`. */
uint32_t graph_walk(const struct graph *g, uint32_t root, struct operand held,
		    const uint64_t args[6]);

/* Room for walks over a graph: one entry a node. marks is all zero between calls. */
struct gauge_room {
	uint32_t *stack;
	uint8_t *marks;
};

/*
 * What the nodes reachable from root cost, each with its loads at prices[node] an instruction, when
 * the accumulator holds `held` on arrival. What a node at price 0 leads to is not looked at: it is
 * there already.
 */
double graph_price(const struct graph *g, uint32_t root, struct operand held, const double *prices,
		   const struct gauge_room *room);

/* Of each node, how many use it, and what one more user would pay for it. */
struct gauge_tally {
	uint32_t *users;
	double *prices;
};

/*
 * Adds `by` (1 or -1) to the users of all nodes reachable from any of the roots, and makes the
 * price of those 0 or 1: what has a user is free for the next one.
 */
void graph_use(const struct graph *g, const uint32_t *roots, size_t count, int by,
	       const struct gauge_tally *tally, const struct gauge_room *room);

/*
 * Says of the nodes reachable from root what they are for: together with what users (a count a
 * node) had said before.
 */
void graph_label(struct graph *g, uint32_t root, struct purpose purpose, uint32_t *users,
		 const struct gauge_room *room);

#endif
