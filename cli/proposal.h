/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_PROPOSAL_H
#define CLI_PROPOSAL_H

/* Denials into rules: a patch to the profile, and the profile with the patch after its review. */

#include "policy/policy.h"
#include "store/store.h"

/*
 * Appends a patch that adds to the profile the rules that would admit the denials, each with a
 * comment: how often, by whom, what danger is in it. name: what the patch calls the profile. *count
 * is how many rules; where it is 0 nothing is appended.
 */
int proposal_make(const struct policy *p, const struct denials *denials, const char *name,
		  struct str *out, size_t *count, struct err *e) must_check;

/*
 * The profile with a patch, which may only add. What it newly admits of the dangerous is told.
 * -EINVAL: the patch does not fit, or takes away; -E2BIG and others of the compiler.
 */
int proposal_accept(const struct policy *p, const char *patch, const char *name,
		    struct policy **out, struct err *e) must_check;

#endif
