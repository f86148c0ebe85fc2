/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_ORDER_H
#define ENFORCE_ORDER_H

/* In which order to test the words of a call's arguments. */

#include "enforce/cases.h"
#include "enforce/lower.h"

/* The operands that the conditions of one call test. */
struct operands {
	struct operand all[CASES_VARS];
	uint32_t count;
	bool is_big_endian;
	bool has_overflown; /* there are more than all can hold */
};

/* Adds what the condition (NULL: nothing) tests. 0 or -ENOMEM. */
int operands_add(struct operands *o, const struct cond *cond) must_check;

/*
 * The i-th of the orders worth trying, into vars; false when there are only i. Arguments in every
 * order (as long as they are few), and for each of those the halves of 64-bit ones high or low
 * first, argument by argument or all of one kind together: what stands last is what different
 * calls can share.
 */
bool operands_order(const struct operands *o, unsigned i, struct operand vars[CASES_VARS]);

#endif
