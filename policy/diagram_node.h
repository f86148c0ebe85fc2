/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_DIAGRAM_NODE_H
#define POLICY_DIAGRAM_NODE_H

/* The nodes of a diagram: for the files that implement diagram.h, and no others. */

#include "policy/diagram.h"

/* A leaf's handle is its value; the handles of inner nodes follow. */
#define FIRST_INNER (1u << 24)
#define LEAF_LEVEL  (WORD_COUNT * 32u)

/*
 * Constants are long rows of bits that all lead to one place where they are not as they should:
 * such a row is one node. Bits of one word, most significant first: where they are the pattern, and
 * where they are not.
 */
struct run {
	uint16_t variable, length; /* length: 1..32, of one word */
	uint32_t pattern;
};

/*
 * The normal form, in which equal functions are one node: low and high differ, both are of later
 * variables; a run of one bit has the pattern 1; one of more has a low that asks for no bit of this
 * word; and high is no run that goes on with the next bit of the word and the same low.
 */
struct inner {
	struct run run;
	node_t low, high; /* where the bits are not the pattern, where they are */
	uint32_t next;	  /* index of the next inner node in this bucket */
};

/* One step of an operation, and what came of it. */
struct memo {
	node_t a, b, c, result; /* a is NODE_FAILED where the place is free */
};

/*
 * Invariant: inner holds `cap` places of which `count` are taken; buckets holds `cap` heads and
 * cache `cache_size` places, both powers of two.
 */
struct diagram {
	struct inner *inner;
	uint32_t *buckets;
	struct memo *cache;
	size_t count, cap, cache_size, limit;
	uint64_t steps;
	bool is_full;
};

static inline bool is_leaf(node_t n)
{
	return n < FIRST_INNER;
}

static inline const struct inner *inner_of(const struct diagram *d, node_t n)
{
	return &d->inner[n - FIRST_INNER];
}

static inline uint32_t level(const struct diagram *d, node_t n)
{
	return is_leaf(n) ? LEAF_LEVEL : inner_of(d, n)->run.variable;
}

/* The one node that is low where the variable is 0 and high where it is 1. */
node_t node_make(struct diagram *d, unsigned variable, node_t low, node_t high);

/* The one node that is high where the bits are the pattern and low where they are not. */
node_t node_run(struct diagram *d, struct run run, node_t low, node_t high);

/* The cached result of a step or NODE_FAILED. Also counts the work. */
node_t memo_recall(struct diagram *d, node_t a, node_t b, uint32_t c);

/* Remembers the result of a step, failures excepted, and returns it. */
node_t memo_remember(struct diagram *d, node_t a, node_t b, uint32_t c, node_t result);

#endif
