/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_BOX_H
#define LEARN_BOX_H

/*
 * What one syscall was seen to do, as boxes: every argument of a box varies by itself, so that a
 * box is one rule and arguments that belong together stay together in different boxes.
 */

#include "arch/arch.h"
#include "base/vec.h"
#include "learn/set.h"
#include "policy/cond.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One argument of a box: the bits of `select` are one of `values`, and of the other bits those that
 * every call had are set and those that none had are clear. All numbers are in the argument's own
 * form (cut to its bits, sign-extended when signed).
 */
struct cell {
	bool has_condition; /* false: any value, and the rest means nothing but is_over */
	bool is_over;	    /* any value because there were too many to keep */
	bool is_signed;
	uint8_t bits;
	uint16_t group;	 /* of constants: what the numbers mean; never joined with others */
	uint64_t select; /* UINT64_MAX: all of them */
	struct set values;
	uint64_t some, every; /* of the bits outside select: OR and AND of the words seen */
};

struct box {
	struct cell cells[SYSCALL_ARGS];
	uint64_t weight;
	struct set runs; /* indices of the runs */
	struct set exes; /* numbers of the executables */
};

struct boxes {
	vec_of(struct box) all;
};

void boxes_fini(struct boxes *b);
#define autoboxes __attribute__((cleanup(boxes_fini)))

/* Releases what a box owns. */
void box_fini(struct box *b);

/*
 * Makes as few boxes as it finds, without adding or losing a call that is not lost in the joining
 * of bits: boxes with equal values become one (their other bits are joined), then boxes that differ
 * in one argument alone. Where the executables of boxes differ they stay apart as long as there are
 * few. The result is sorted and depends on nothing but the set of boxes given. 0 or -ENOMEM.
 */
int boxes_merge(struct boxes *b) must_check;

/*
 * The condition of a box on a call with this signature. *cond is NULL when everything is let
 * through. 0 or -ENOMEM.
 */
int box_cond(const struct box *b, const struct signature *signature, struct cond **cond) must_check;

#endif
