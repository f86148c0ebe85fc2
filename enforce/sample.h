/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_SAMPLE_H
#define ENFORCE_SAMPLE_H

/* Calls that stand for a policy's traffic: what a filter's speed is measured and tuned by. */

#include "policy/policy.h"

struct sample {
	const struct arch *arch;
	const struct rule *rule; /* one that the call matches, not always the one that decides; or
				    NULL where the call was not made for a rule */
	uint32_t nr;
	uint64_t args[SYSCALL_ARGS];
	double weight;
};

struct samples {
	vec_of(struct sample) all;
};

void samples_fini(struct samples *s);
#define autosamples __attribute__((cleanup(samples_fini)))

/*
 * Appends, for every rule of the block, calls that match it: one for each way in which its
 * condition can hold, up to a limit, its weight divided evenly among them. A condition for which
 * none is found gets no sample. 0 or -ENOMEM.
 */
int samples_add(struct samples *s, const struct block *block) must_check;

/* Appends those of all blocks. Where no rule has a weight, every rule weighs 1. */
int samples_add_policy(struct samples *s, const struct policy *p) must_check;

#endif
