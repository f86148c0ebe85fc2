/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_AMENDMENT_H
#define CLI_AMENDMENT_H

/* Denials into rules, in two steps with a review between them. */

#include "policy/policy.h"
#include "store/store.h"

/* What is to grow, and where that goes to. All borrowed. */
struct amendment {
	const char *word; /* what the user calls the profile: a file, or an app */
	const char *app;  /* whose denials, "APP[@RELEASE]"; NULL: the policy's own */
	const char *patch;
	const char *output; /* NULL: a patch goes to stdout, a profile to where it came from */
	const struct policy *policy;
	struct store *store;
};

/* Writes a patch that admits what was denied so far, by the store. Returns an exit status. */
int amendment_propose(const struct amendment *a);

/* Joins the patch, proves the result and keeps it. Returns an exit status. */
int amendment_accept(const struct amendment *a);

#endif
