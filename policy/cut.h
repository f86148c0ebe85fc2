/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_CUT_H
#define POLICY_CUT_H

/* Cutting a condition to what is new of it, in its own words: sets and ranges made smaller. */

#include "policy/diagram.h"

/* Zero-initialise but for d and target. */
struct cutter {
	struct diagram *d;		   /* borrowed */
	node_t target;			   /* what is new, over the arguments */
	vec_of(const struct test *) hints; /* where the new may begin and end; borrowed */
	vec_of(struct cond *) found;	   /* each implies the target; owned */
	unsigned steps;			   /* taken for this condition */
	size_t work;			   /* done so far */
};

void cutter_fini(struct cutter *k);

/* The tests of a condition (NULL: none) become hints. */
int cutter_hint(struct cutter *k, const struct cond *c) must_check;

/*
 * Adds to found conditions that together are c and the target. -EAGAIN, and nothing added, where
 * smaller sets cannot say that; -ENOMEM also where the diagram is full.
 */
int cutter_cut(struct cutter *k, const struct cond *c) must_check;

#endif
