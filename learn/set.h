/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_SET_H
#define LEARN_SET_H

/* Sets of 64-bit numbers: argument values, and the numbers of runs and executables. */

#include "base/vec.h"
#include "policy/cond.h"

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise. Invariant: ranges ascend (unsigned) and neither overlap nor touch. */
struct set {
	vec_of(struct range) ranges;
};

void set_fini(struct set *s);

/* Adds low..high, both included; with low > high that is everything outside high+1..low-1. 0 or
 * -ENOMEM. */
int set_add(struct set *s, uint64_t low, uint64_t high) must_check;
int set_join(struct set *s, const struct set *more) must_check;
int set_copy(struct set *to, const struct set *from) must_check;

/* Everything that is not in s. */
int set_invert(struct set *s) must_check;

/* How many numbers it holds; UINT64_MAX also stands for 2^64. */
uint64_t set_size(const struct set *s);
bool set_has(const struct set *s, uint64_t value);

/* Any total order in which only equal sets are equal. */
int set_compare(const struct set *a, const struct set *b);
bool set_is_within(const struct set *inner, const struct set *outer);

#endif
