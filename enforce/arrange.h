/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_ARRANGE_H
#define ENFORCE_ARRANGE_H

/* From the rules of every call to graphs: several ways for each, of which the best one is kept. */

#include "enforce/forest.h"
#include "enforce/sample.h"

/* One call and what is to become of it. */
struct errand {
	const struct arch *arch;
	const struct rule *const *rules; /* in canonical order (rank.h) */
	size_t rule_count;
	uint32_t nr;
	uint32_t otherwise;	      /* SECCOMP_RET word where no rule matches */
	const struct sample *samples; /* calls of this number, weights as shares of all traffic */
	size_t sample_count;
	uint32_t node; /* the result */
};

/* Fills in every errand's node. Failures are left in the forest's graph. */
void arrange(struct forest *f, struct errand *errands, size_t count);

#endif
