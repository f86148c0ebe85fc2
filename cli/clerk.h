/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_CLERK_H
#define CLI_CLERK_H

/*
 * Tells and stores what a profile denies, for whoever stands beside the call: `enforce --explain`
 * and `enforce --supervise`. Different denials are told once each, all are counted.
 */

#include "cli/docket.h"
#include "policy/policy.h"
#include "tracer/event.h"

struct clerk {
	const struct policy *policy;
	struct action sentence; /* what a denied call gets: kill, errno or log */
	const char *source;	/* of struct denial */
	struct store *store;	/* where denials are remembered; NULL: nowhere, or no longer */
	const char *canary;	/* uuid of the canary whose denials they are, or NULL */
	struct docket docket;
	unsigned ticks;
};

void clerk_fini(struct clerk *c);

/*
 * Takes a denial down while its caller stands still. text, which is empty, gets what a person is to
 * be told about it: nothing where an equal one has been told.
 */
void clerk_draft(struct clerk *c, const struct event *event, struct str *text);

/* Tells it and brings the store up to date. The caller need not be there any more. */
void clerk_publish(struct clerk *c, const struct str *text);

/* Now and then, a few times a second: the store learns of counts that have grown. */
void clerk_tick(struct clerk *c);

/* Says how many there were, and stores that. */
void clerk_close(struct clerk *c);

#endif
