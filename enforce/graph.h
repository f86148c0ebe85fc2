/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_GRAPH_H
#define ENFORCE_GRAPH_H

/*
 * The decision graph between a policy and its program: nodes that test one 32-bit word of the call
 * and leaves that are verdicts. Nodes are hash-consed, so equal subgraphs of whatever syscalls are
 * one, and are only ever made from finished ones, so the graph has no loop. Built bottom-up:
 * "where this holds go there, else there".
 */

#include "enforce/emit.h"

#include <stdbool.h>
#include <stdint.h>

/* A word of struct seccomp_data and the bits of it that matter (UINT32_MAX: all). */
struct operand {
	uint32_t offset; /* in bytes, as BPF_ABS takes it */
	uint32_t mask;
};

static inline bool operand_equal(struct operand a, struct operand b)
{
	return a.offset == b.offset && a.mask == b.mask;
}

/* Where the words lie. high is the more significant half of an argument. */
uint32_t offset_nr(void);
uint32_t offset_token(void);
uint32_t offset_arg(unsigned arg, bool high, bool is_big_endian);

/*
 * A leaf has op BPF_RET and k the SECCOMP_RET word. A test has op BPF_JEQ, BPF_JGE or BPF_JSET and
 * goes on at yes or no, both smaller than its own index. BPF_JSET tests operand.offset's word with
 * k as the bits, its mask being all ones.
 */
struct graph_node {
	uint16_t op;
	struct operand operand;
	uint32_t k;
	uint32_t yes, no;
	struct purpose purpose; /* what all its users have in common */
};

struct graph {
	vec_of(struct graph_node) nodes;
	uint32_t *slots; /* hash table of node index + 1; 0: free */
	size_t slot_count;
	struct purpose purpose; /* of the nodes made next */
	bool is_big_endian;	/* byte order of the arch that the nodes are about */
	int failed;		/* 0, -ENOMEM or -E2BIG: sticks */
};

enum { GRAPH_MAX = 1 << 20 }; /* nodes */

/* Node indices; any operation on NODE_NONE or after a failure yields NODE_NONE. */
#define NODE_NONE UINT32_MAX

void graph_fini(struct graph *g);
#define autograph __attribute__((cleanup(graph_fini)))

uint32_t graph_leaf(struct graph *g, uint32_t ret);

/* Where (word & mask) == k: yes, else no. Trivial tests and tests with one outcome vanish. */
uint32_t graph_equal(struct graph *g, struct operand o, uint32_t k, uint32_t yes, uint32_t no);

/* Where (word & mask) >= k, unsigned: yes, else no. */
uint32_t graph_at_least(struct graph *g, struct operand o, uint32_t k, uint32_t yes, uint32_t no);

/* Keeps in a what holds for both. */
void purpose_join(struct purpose *a, const struct purpose *b);

/* Writes the program that starts at root into f. 0, -ENOMEM, -E2BIG (over EMIT_MAX). */
int graph_emit(const struct graph *g, uint32_t root, struct filter *f) must_check;

#endif
