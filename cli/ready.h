/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_READY_H
#define CLI_READY_H

/* Has a profile been through a canary, and what does that say of the next run? */

#include "policy/policy.h"
#include "store/store.h"

/*
 * Canaries count whose profile the one in question contains: what they did, it admits, and what it
 * admits beyond does no harm to the count. Those whose denials it admits now have taught it and are
 * no longer held out.
 */
struct readiness {
	uint64_t runs;		/* watched from start to end, and not learned from */
	uint64_t violations;	/* of them with a call that the profile does not admit */
	uint64_t open;		/* the same of canaries that were watched in part */
	uint64_t kinds;		/* of denials in all of these */
	int64_t watched;	/* nanoseconds */
	uint64_t taught, other; /* canaries that it has learned from; of other profiles */
};

int readiness_find(struct store *s, const char *app, const struct policy *p, struct readiness *r,
		   struct err *e) must_check;

/* At most this share of runs goes beyond the profile, with 95 % confidence. */
double readiness_risk(const struct readiness *r);

/* Has it been through a canary that met nothing, with that risk at most? risk 0: whatever it is. */
bool readiness_is_ready(const struct readiness *r, double risk);

/* One line: the verdict, and what the canaries so far say of the next run. */
void readiness_print(struct str *out, const struct readiness *r, double risk);

/* One line, or nothing: what it takes to come to that risk (0: the usual one), and for a service.
 */
void readiness_print_goal(struct str *out, const struct readiness *r, double risk);

/* One line, or nothing: what to do next; word is what the user calls the profile. */
void readiness_print_advice(struct str *out, const struct readiness *r, const char *word);

#endif
