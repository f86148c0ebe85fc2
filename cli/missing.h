/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_MISSING_H
#define CLI_MISSING_H

/* Which rule of a profile is missing for a call that it denies. */

#include "base/str.h"
#include "policy/policy.h"

/*
 * The rule that comes nearest: "socket: domain == AF_UNIX (line 7); it differs in domain", or
 * "none, ...". has_args: the call's arguments are known; else nothing is said about them.
 */
void missing_nearest(struct str *out, const struct policy *p, const struct call *call,
		     bool has_args);

/*
 * The rule that would admit the call, as it stands in a block of its arch: "socket: domain ==
 * AF_NETLINK && ...", the bare name without arguments. False where no rule can: out gets the
 * reason.
 */
bool missing_rule(struct str *out, const struct policy *p, const struct call *call, bool has_args);

/* Both as indented lines under a denial. */
void missing_explain(struct str *out, const struct policy *p, const struct call *call);

#endif
