/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_TREE_H
#define ENFORCE_TREE_H

/* The best tree over few cells; forest.h takes any number. */

#include "enforce/forest.h"

enum { TREE_CELLS = 128 };

/*
 * The cheapest tree over 1 to TREE_CELLS cells, neighbours of which differ in target, where values
 * below the first cell and above `end` cannot come. Adds to the forest's work.
 */
uint32_t tree_best(struct forest *f, struct operand o, const struct cell *cells, uint32_t count,
		   uint32_t end);

#endif
