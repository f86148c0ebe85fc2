/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_BLEND_H
#define POLICY_BLEND_H

/*
 * What stands beside the rules when policies are joined: names, comments, evidence, provenance.
 * Texts that differ stand behind each other; one that is there already, alone or among others, is
 * not put a second time. All return false when memory is out.
 */

#include "policy/policy.h"

/* What `from` admits is admitted by `to`: its comments and provenance (weights added, executables
 * united, runs the larger) go there. */
bool blend_rule(struct rule *to, const struct rule *from);

/* The comments of a block; from may be NULL. */
bool blend_block(struct block *to, const struct block *from);

/*
 * Names, evidence, comments, path and port rules of both into an empty policy. A name that differs
 * is left out, since the union is neither's.
 */
bool blend_policy(struct policy *to, const struct policy *a, const struct policy *b);

#endif
