/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

/* The running kernel as judge: what it does with calls that do not exist, under a filter. */

#include "enforce/filter.h"

/* No arch has these numbers, and none will soon: what the filter admits answers ENOSYS. */
extern const uint32_t kernel_absent[];
extern const size_t kernel_absent_count;

/* The arches whose calls this machine can make: x86_64, i386 by int 0x80, x32. Ends with NULL. */
extern const char *const kernel_arches[];

/* Can this machine be asked at all? */
bool kernel_can_judge(void);

/* A call and what the kernel made of it. */
struct verdict {
	struct call call;
	long result; /* negative errnos as such */
};

/* The call, brought to what can be asked: an absent number of one of the arches. */
struct call kernel_call(struct call call, uint32_t pick);

/*
 * Loads the filter in a child, which makes all the calls; verdicts must lie in shared memory, and
 * the filter allow every other call. 0 or a negative errno.
 */
int kernel_judge(const struct filter *f, struct verdict *verdicts, size_t count,
		 struct err *e) must_check;

#endif
