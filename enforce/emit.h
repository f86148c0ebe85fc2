/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_EMIT_H
#define ENFORCE_EMIT_H

/*
 * Instructions out, last one first: classic BPF jumps only forward, so that whoever emits backwards
 * always knows how far a target is, and no jump is ever patched.
 */

#include "enforce/filter.h"

/* What an instruction is for; see struct insn. */
struct purpose {
	const struct arch *arch;
	const struct rule *rule;
	uint32_t nr;
	bool has_nr;
};

/*
 * Zero-initialise. Invariant: code[0] is the program's last instruction; places[label] is the index
 * in code of the nearest instruction that serves as the label, or UNPLACED. A failure (memory, or a
 * program of over EMIT_MAX instructions) sticks; emit_finish reports it.
 */
struct emit {
	vec_of(struct insn) code;
	vec_of(uint32_t) places;
	struct purpose purpose; /* of what is emitted next */
	int failed;		/* 0, -ENOMEM or -E2BIG */
};

enum { EMIT_MAX = 1 << 20 };

void emit_fini(struct emit *e);

/* A new label, to be placed before it is jumped to; UINT32_MAX after a failure. */
uint32_t emit_label(struct emit *e);

/* The label stands for the instruction that was emitted last. */
void emit_place(struct emit *e, uint32_t label);

void emit_ret(struct emit *e, uint32_t k);
void emit_load(struct emit *e, uint32_t offset);
void emit_and(struct emit *e, uint32_t k);

/*
 * A conditional jump (BPF_JEQ, BPF_JGE, BPF_JSET with a constant). A target over 255 instructions
 * away is first brought near: a return by a copy of it, anything else by a BPF_JA that later jumps
 * use too.
 */
void emit_jump(struct emit *e, uint16_t op, uint32_t k, uint32_t yes, uint32_t no);

/*
 * Makes the label's instruction the next one executed: nothing when it was emitted last, else a
 * jump or a copy of the return.
 */
void emit_goto(struct emit *e, uint32_t label);

/* Turns the program round into f (which must be empty) and releases e: 0, -ENOMEM, -E2BIG. */
int emit_finish(struct emit *e, struct filter *f) must_check;

#endif
