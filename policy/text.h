/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

/* Profiles: the text form of a policy. docs/formats.md has the grammar. */

#include "policy/policy.h"

/*
 * Reads a profile. name is what errors call the text ("redis.wont"). On success *p is the caller's.
 * On failure -EINVAL (or -ENOMEM) and e says "NAME:LINE:COLUMN: what is wrong, the word, the
 * nearest known name". Accepts any bytes; nesting, sizes and counts are bounded.
 */
int policy_parse(const char *text, size_t len, const char *name, struct policy **p,
		 struct err *e) must_check;

/*
 * Writes a profile in canonical layout: rules by number, blocks of equal text shared, constants by
 * name, `&` parenthesised. Parsing what is printed and printing that gives the same bytes.
 */
void policy_print(const struct policy *p, struct str *out);

/* One condition as it stands after "NAME: ", names by the call's signature on arch. call may be
 * NULL. */
void cond_print(struct str *out, const struct cond *c, const struct arch *arch,
		const struct syscall *call);

/* "read" or "#463". */
void syscall_print(struct str *out, const struct arch *arch, uint32_t nr);

#endif
