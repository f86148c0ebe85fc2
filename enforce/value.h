/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_VALUE_H
#define ENFORCE_VALUE_H

/*
 * What a register of a filter may hold, for all calls at once: 32 functions of the call, one a bit.
 * Loads, constants and whatever arithmetic makes of them are all of this one form.
 */

#include "policy/diagram.h"

#include <linux/filter.h>

/* bits[0] is the least significant. What the bits are, all together, is noted when they are filed.
 */
struct value {
	node_t bits[32];
	enum value_kind {
		VALUE_COMPUTED,
		VALUE_CONSTANT, /* known: the value */
		VALUE_WORD,	/* the bits known of one word of the call, and 0 elsewhere */
	} kind;
	uint32_t known;
	unsigned word;
};

/* Every value met, once: equal handles are equal values. Zero-initialise but for d, borrowed. */
struct values {
	struct diagram *d;
	vec_of(struct value) all;
	uint32_t *places; /* hash table of handles; at most half of it is taken */
	size_t place_count;
};

typedef uint32_t value_t;

/* What the functions below return when memory is out or the diagram is full; they pass it on. */
#define VALUE_FAILED UINT32_MAX

void values_fini(struct values *v);

value_t value_constant(struct values *v, uint32_t k);

/* One word of the call. */
value_t value_word(struct values *v, unsigned word);

/* a OP b, op being a BPF_ALU operation (BPF_ADD ...; BPF_NEG ignores b). Division by 0 gives all
 * ones. */
value_t value_alu(struct values *v, uint16_t op, value_t a, value_t b);

/* 1 where the jump op (BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET) is taken. */
node_t value_test(struct values *v, uint16_t op, value_t a, value_t b);

/* The verdict of a program that returns the value: diagram_action() leaves. */
node_t value_verdict(struct values *v, value_t a);

#endif
