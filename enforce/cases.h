/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_CASES_H
#define ENFORCE_CASES_H

/*
 * Multiway decision diagrams: every node cuts the values of one operand into ranges and goes on
 * with another node for each. Operands are tested in a fixed order on every way, equal nodes are
 * one, and no node goes everywhere to the same place; so functions of the arguments that are equal
 * (operands taken as independent) are the same node, however their conditions were written.
 *
 * The proof does not use them (it has policy/diagram.h): generator and judge share nothing.
 */

#include "enforce/selector.h"
#include "policy/cond.h"

#include <stdbool.h>

enum { CASES_VARS = 24, CASES_LEAF = CASES_VARS };

struct case_cell {
	uint32_t low;
	uint32_t to;
	double weight; /* of the calls that go this way */
};

/* A leaf has var CASES_LEAF and value; any other node cells first..first+count-1. */
struct case_node {
	uint32_t var; /* index of the operand in the order */
	uint32_t value;
	uint32_t first, count;
	double weight; /* of the calls that come here */
};

struct case_memo;

struct cases {
	struct operand vars[CASES_VARS]; /* in the order in which they are tested */
	uint32_t var_count;
	bool is_big_endian;
	vec_of(struct case_node) nodes; /* a node stands behind those that it leads to */
	vec_of(struct case_cell) cells;
	uint32_t *slots; /* hash table of node index + 1 */
	size_t slot_count;
	struct case_memo *memo; /* hash table of results of cases_choose */
	size_t memo_count, memo_used;
	size_t max; /* cells; 0: CASES_MAX */
	int failed; /* 0, -ENOMEM, or -E2BIG when the diagram outgrew max: sticks */
};

enum { CASES_MAX = 1 << 18 };

void cases_fini(struct cases *c);
#define autocases __attribute__((cleanup(cases_fini)))

/* Every operation yields NODE_NONE after a failure and for NODE_NONE. false is 0, true is 1. */
uint32_t cases_leaf(struct cases *c, uint32_t value);

/* Where the node `where` (whose leaves are 0 and 1) is 1: a, else b. */
uint32_t cases_choose(struct cases *c, uint32_t where, uint32_t a, uint32_t b);

/* The node that is 1 where the condition (NULL: always) holds. Its operands must be in vars. */
uint32_t cases_cond(struct cases *c, const struct cond *cond);

/* Adds the call's weight to the nodes and cells on its way. */
void cases_weigh(struct cases *c, uint32_t root, const uint64_t args[6], double weight);

/* The value of operand o for these arguments. */
uint32_t operand_value(struct operand o, const uint64_t args[6], bool is_big_endian);

#endif
