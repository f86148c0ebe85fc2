/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_BEACON_H
#define AUDIT_BEACON_H

/*
 * A record of our own in the stream: a child makes one call, of a number that no kernel has, under
 * a filter that logs it. Its record shows that records do come, and bounds the serials between two
 * of them. Needs no right beyond reading.
 */

#include "audit/call.h"
#include "base/err.h"

struct beacon {
	pid_t pid;
	uint32_t nr;
};

/*
 * Starts the child. It has to be reaped (wait(2)); it may hang for as long as audit's queue is
 * full.
 */
int beacon_fire(struct beacon *beacon, struct err *e) must_check;

/* Is the call the beacon's? */
bool beacon_is(const struct beacon *beacon, const struct audit_call *call);

#endif
