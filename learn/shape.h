/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_SHAPE_H
#define LEARN_SHAPE_H

/* How the observations of one syscall become boxes: which arguments count, and which of their bits.
 */

#include "learn/box.h"
#include "learn/learn.h"

/* The observations of one call on one arch, and what to call their executables. */
struct sightings {
	const struct arch *arch;
	uint32_t nr;
	const struct syscall *call; /* NULL: the arch does not know it */
	const struct observation *const *all;
	const uint32_t *exes; /* parallel to all: the numbers of their executables */
	size_t count;
};

/* Adds one box for each observation. 0 or -ENOMEM. */
int shape_boxes(const struct sightings *s, enum learn_level level, struct boxes *out) must_check;

/*
 * Arguments as the observation stands for them: the values and the low ends of ranges, or the high
 * ends; for "some other" values one that is none of the special ones.
 */
void shape_sample(const struct observation *o, bool with_high, uint64_t args[SYSCALL_ARGS]);

#endif
