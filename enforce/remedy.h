/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_REMEDY_H
#define ENFORCE_REMEDY_H

/* For a call that a policy does not admit: which rule comes nearest, and which one would admit it.
 */

#include "policy/policy.h"

/* Of the rules that admit (arch, nr) in some case, the one that comes nearest to the call. */
struct nearest {
	const struct rule *rule; /* borrowed from the policy; NULL: no rule names the call */
	/*
	 * The arguments that would have to be others for the rule to match, as few as can be: bit i
	 * is argument i.
	 */
	unsigned args;
};

struct nearest remedy_nearest(const struct policy *p, const struct call *call);

/*
 * A rule that would admit the call and others like it: every selector and flags argument as it
 * was, all others free. *cond gets the condition, NULL for none; the caller frees it.
 */
int remedy_rule(const struct call *call, struct cond **cond, struct err *e) must_check;

#endif
