/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_DESCRIBE_H
#define POLICY_DESCRIBE_H

/* Saying in readable conditions what one policy admits of a call and another does not. */

#include "policy/admission.h"

/*
 * *out gets a condition for what own admits and other does not, which is `target` (not false):
 * NULL where that is always, else the caller's. It is exact, and made of own's alternatives where
 * that can be.
 */
int difference_describe(struct diagram *d, node_t target, const struct admission *own,
			const struct admission *other, struct cond **out, struct err *e) must_check;

#endif
