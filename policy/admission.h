/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_ADMISSION_H
#define POLICY_ADMISSION_H

/* What one policy admits (ALLOW or LOG) of one call: a set of arguments. */

#include "policy/diagram.h"

/* Borrows from the policy. */
struct admission {
	const struct rule *const *rules; /* every rule of the call */
	size_t count;
	bool is_default; /* admitted where no rule matches? */
};

/* Does the call run under the action? */
bool action_admits(struct action action);

/* The admitted arguments as a diagram, and as a condition that is exact but not always pretty. */
node_t admission_node(struct diagram *d, const struct admission *a);
struct cond *admission_cond(const struct admission *a);

/* The rules of one arch in a policy, sorted by number; empty where the policy has no block. */
struct roll {
	const struct policy *policy;
	const struct arch *arch;
	const struct rule **rules;
	size_t count;
};

int roll_init(struct roll *r, const struct policy *p, const struct arch *arch,
	      struct err *e) must_check;
void roll_fini(struct roll *r);
#define autoroll __attribute__((cleanup(roll_fini)))

/* The action of a call that no rule matches: newer, default or foreign-arch. */
struct action roll_background(const struct roll *r, uint32_t nr);

/*
 * Walks two rolls of one arch side by side: *nr gets the next number that either has rules for, *x
 * and *y its rules (perhaps none; is_default is left false). False at the end. at starts as zeroes.
 */
bool roll_next(const struct roll *a, const struct roll *b, size_t at[2], uint32_t *nr,
	       struct admission *x, struct admission *y);

#endif
