/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_SIGHTING_H
#define CLI_SIGHTING_H

/* One denial as audit records tell of it. */

#include "audit/call.h"
#include "policy/policy.h"
#include "store/store.h"

/* Zero-initialise; owns its strings. */
struct sighting {
	int64_t time;
	pid_t pid;
	const struct arch *arch;
	uint32_t nr;
	bool has_args; /* all that a rule could ask for: the kernel tells the first four */
	uint64_t args[SYSCALL_ARGS];
	struct str app, release, exe, text, action, canary;
};

void sighting_fini(struct sighting *s);

/*
 * Is the SECCOMP record of a denial? Not what a tracer decides, and not where the profile (NULL:
 * unknown) itself answers the call so: that is no denial but its word.
 */
bool sighting_is_denial(const struct audit_call *call, const struct policy *policy);

/* Whose it is remains to be said. */
int sighting_init(struct sighting *s, const struct audit_call *call) must_check;

/* It is of that app (NULL: unknown) and canary ("": none). */
int sighting_assign(struct sighting *s, const char *app, const struct policy *policy,
		    const char *canary) must_check;

/* Is the SYSCALL record of the call that was seen? */
bool sighting_is_of(const struct sighting *s, const struct audit_call *call);

/* Takes its arguments and strings over. */
int sighting_add_args(struct sighting *s, const struct audit_call *call) must_check;

/* Borrows everything. */
void sighting_denial(const struct sighting *s, struct denial *d);

#endif
