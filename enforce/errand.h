/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_ERRAND_H
#define ENFORCE_ERRAND_H

/* What the compiler has to do for one call; and calls for which it is the same. */

#include "enforce/sample.h"

struct errand {
	const struct arch *arch;
	const struct rule *const *rules; /* in canonical order (rank.h) */
	size_t rule_count;
	uint32_t nr;
	uint32_t otherwise;	      /* SECCOMP_RET word where no rule matches */
	const struct sample *samples; /* calls of this number, weights as shares of all traffic */
	size_t sample_count;
	uint32_t node; /* the result: a graph node */
};

/* Errands by what they come to. */
struct errand_groups {
	vec_of(struct errand) all;     /* each with the samples of all that it stands for */
	vec_of(struct sample) samples; /* what those point into */
	uint32_t *of;		       /* errand i is in group of[i] */
};

/*
 * Puts errands whose rules say the same of their calls into one group, so that they get one graph
 * however different their traffic is. Groups are in the order of their first errands. 0 or -ENOMEM.
 */
int errand_groups_init(struct errand_groups *g, const struct errand *errands,
		       size_t count) must_check;
void errand_groups_fini(struct errand_groups *g);

#endif
