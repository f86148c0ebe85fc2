/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_DIAGRAM_H
#define POLICY_DIAGRAM_H

/*
 * Decision diagrams: a canonical form of functions from a call's bits to small integers, in which
 * two functions are equal exactly when they are the same node. Everything exact in wont rests on
 * it: subset, difference, and the proof of a filter. The compiler does not use it, so that the
 * proof stays independent.
 *
 * A variable is one bit of the call: words of 32 bits in the order arch token, nr, arg0 high, arg0
 * low, ... arg5 low, ip high, ip low, most significant bit first (512 variables). No policy looks
 * at ip; a filter from elsewhere may. Rows of bits that are compared with a constant are one node.
 */

#include "base/compiler.h"
#include "policy/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum diagram_word {
	WORD_TOKEN,
	WORD_NR,
	WORD_ARG0_HIGH,
	WORD_ARG0_LOW,
	WORD_IP_HIGH = 14,
	WORD_IP_LOW,
	WORD_COUNT,
};

/* The word that holds the high or low half of argument arg. */
static inline unsigned diagram_arg_word(unsigned arg, bool high)
{
	return WORD_ARG0_HIGH + 2 * arg + (high ? 0 : 1);
}

/* The variable of one bit (0: the least significant) of a word. */
static inline unsigned diagram_variable(unsigned word, unsigned bit)
{
	return word * 32 + 31 - bit;
}

/* A node; equal handles are equal functions within one diagram. */
typedef uint32_t node_t;

/* A workspace: owns every node. Opaque. */
struct diagram;

struct diagram *diagram_new(void);
void diagram_free(struct diagram *d);
static inline void diagram_autofree(struct diagram **d)
{
	diagram_free(*d);
}
#define autodiagram __attribute__((cleanup(diagram_autofree)))

/*
 * Every operation below returns NODE_FAILED when memory is out or the workspace has reached its
 * limit of nodes or of work (then diagram_is_full), and passes NODE_FAILED through.
 */
#define NODE_FAILED UINT32_MAX
bool diagram_is_full(const struct diagram *d);

/* Lets the workspace hold at most so many nodes, where its own limit is too generous. */
void diagram_limit(struct diagram *d, size_t nodes);

/* How many nodes have been made: a measure of the work done. */
size_t diagram_size(const struct diagram *d);

/* The function that is `value` everywhere (value below 2^24). false is 0, true is 1. */
node_t diagram_leaf(struct diagram *d, uint32_t value);

/* 1 where this bit (0: the least significant) of the word is set, else 0. */
node_t diagram_bit(struct diagram *d, unsigned word, unsigned bit);

/* 1 where (word & mask) == value, else 0. */
node_t diagram_masked(struct diagram *d, unsigned word, uint32_t mask, uint32_t value);

/* 1 where low <= word <= high, unsigned, else 0. */
node_t diagram_range(struct diagram *d, unsigned word, uint32_t low, uint32_t high);

/*
 * A function by cases of a number, made in one descent however many cases there are. The number is
 * base | (the `bits` bits that start at variable `first`, most significant first) & mask. From
 * pieces[i].from up to the next piece the function is pieces[i].node, which may depend on variables
 * behind those bits only. pieces are sorted by from without doubles, and the first one's is at most
 * base; base has no bit set below 2^bits.
 */
struct piece {
	uint64_t from;
	node_t node;
};
struct window {
	unsigned first;
	unsigned bits; /* 0..64 */
	uint64_t base;
	uint64_t mask;
};
node_t diagram_pieces(struct diagram *d, const struct window *w, const struct piece *pieces,
		      size_t count);

/* Where c (a 0/1 function) is 1: a, else b. a and b may have any leaves. and, or, not follow from
 * it. */
node_t diagram_choose(struct diagram *d, node_t c, node_t a, node_t b);
node_t diagram_and(struct diagram *d, node_t a, node_t b);
node_t diagram_or(struct diagram *d, node_t a, node_t b);
node_t diagram_not(struct diagram *d, node_t a);

/* The or (and) of many, joined in pairs; uses up the array. 0 (1) for none. */
node_t diagram_any(struct diagram *d, node_t *nodes, size_t count);
node_t diagram_all(struct diagram *d, node_t *nodes, size_t count);

/* 1 where a and b have the same leaf, else 0. */
node_t diagram_equal(struct diagram *d, node_t a, node_t b);

/* 1 where a's leaf is `value`. */
node_t diagram_where(struct diagram *d, node_t a, uint32_t value);

/* The first variable that the function depends on; WORD_COUNT * 32 for a leaf. */
unsigned diagram_top(const struct diagram *d, node_t a);

/* A call for which the 0/1 function a is 1: true and *call filled (free bits 0); false when there
 * is none. */
bool diagram_witness(const struct diagram *d, node_t a, struct call *call);

/* The leaf that the function has for this call. */
uint32_t diagram_eval(const struct diagram *d, node_t a, const struct call *call);

/* 1 where the condition (NULL: always) holds for the arguments. */
node_t diagram_cond(struct diagram *d, const struct cond *c);

/* A whole policy: leaves are action_ret() words mapped through diagram_action (they exceed 24
 * bits). */
node_t diagram_policy(struct diagram *d, const struct policy *p);

/* An action as a leaf: equal leaves are actions that the kernel carries out alike. */
uint32_t diagram_action(struct action action);
struct action diagram_action_of(uint32_t leaf);

/* 1 where a function with such leaves says that the call runs: ALLOW or LOG. */
node_t diagram_admitted(struct diagram *d, node_t a);

#endif
