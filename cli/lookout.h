/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_LOOKOUT_H
#define CLI_LOOKOUT_H

/*
 * What watch knows: denials from audit records and from supervisors, each once, told from those of
 * others on the machine and folded; and the canaries that they belong to.
 */

#include "audit/call.h"
#include "cli/docket.h"
#include "policy/policy.h"

struct lookout;

struct lookout_options {
	/* Only this app's denials: those of these executables and of those of its profile, and of
	 * all that descends from one of its canaries. NULL: everybody's. */
	const char *app;
	const char *const *exes;     /* ends with NULL; or NULL */
	const struct policy *policy; /* the app's profile, or NULL; borrowed */
	struct store *store;	     /* supervisors' denials and canaries, or NULL; borrowed */
	bool is_live;		     /* records are of now: canaries are watched by it */
};

int lookout_open(const struct lookout_options *options, struct lookout **lookout,
		 struct err *e) must_check;
void lookout_close(struct lookout *l);
static inline void lookout_autoclose(struct lookout **l)
{
	lookout_close(*l);
}
#define autolookout __attribute__((cleanup(lookout_autoclose)))

/* Takes a call that audit records told of: 0 or -ENOMEM. */
int lookout_take(struct lookout *l, struct audit_call *call) must_check;

/*
 * To be called a few times a second: asks the store what supervisors saw, decides what has waited
 * for its arguments long enough, brings canaries and the store up to date. losses: how many records
 * were lost so far, which makes the time between two ticks unwatched.
 */
int lookout_tick(struct lookout *l, uint64_t losses, struct err *e) must_check;

/* Nothing more will come: what waits is decided, the store brought up to date. */
int lookout_finish(struct lookout *l, struct err *e) must_check;

struct docket *lookout_docket(struct lookout *l);

/* Canaries of the app that live now. */
unsigned lookout_canaries(const struct lookout *l);

#endif
