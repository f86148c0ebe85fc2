/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_LOWER_H
#define ENFORCE_LOWER_H

/* Conditions over 64-bit arguments, lowered to tests of 32-bit words. */

#include "enforce/selector.h"

/* What the test comes to: goes to yes where it holds, else to no. NODE_NONE on failure. */
uint32_t lower_test(const struct selector *s, const struct test *t, uint32_t yes, uint32_t no);

/*
 * A graph that goes to yes where the condition holds (NULL: everywhere), else to no, test by test
 * as the condition has them: never the best program, but never much larger than its text.
 */
uint32_t lower_cond(struct graph *g, const struct cond *c, uint32_t yes, uint32_t no);

#endif
