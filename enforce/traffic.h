/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_TRAFFIC_H
#define ENFORCE_TRAFFIC_H

/* The calls that a program is tuned for, as shares of all that run it. */

#include "enforce/sample.h"

struct traffic {
	struct samples samples; /* by arch token, number, arguments */
};

void traffic_fini(struct traffic *t);
#define autotraffic __attribute__((cleanup(traffic_fini)))

/*
 * From the given samples, or where they are NULL from the weights of the policy's rules. Calls that
 * the kernel answers from its cache weigh nothing; the others together weigh 1, a small part of it
 * spread evenly, so that what was never seen is not neglected. 0 or -ENOMEM.
 */
int traffic_init(struct traffic *t, const struct policy *p, const struct samples *given) must_check;

/* The samples of one call and how many there are. */
const struct sample *traffic_of(const struct traffic *t, const struct arch *arch, uint32_t nr,
				size_t *count);

/* The part of the traffic that is spread evenly; all of it when nothing was seen. */
double traffic_even_share(const struct traffic *t);

#endif
