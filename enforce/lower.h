/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_LOWER_H
#define ENFORCE_LOWER_H

/* Conditions over 64-bit arguments, lowered to tests of 32-bit words. */

#include "enforce/graph.h"

/* A graph that goes to yes where the condition holds (NULL: everywhere), else to no. */
uint32_t lower_cond(struct graph *g, const struct cond *c, uint32_t yes, uint32_t no);

#endif
