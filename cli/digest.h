/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_DIGEST_H
#define CLI_DIGEST_H

/* What a profile's text is known by. */

#include "base/str.h"
#include "policy/policy.h"
#include "store/store.h"

/* SHA-256 of the bytes, in hex. */
void digest_print(const void *bytes, size_t len, char out[65]);

/*
 * The profile of that sum in the store, as text that the caller frees. -ENOENT; -EINVAL where what
 * the store has is another text: merging brings in what strangers wrote.
 */
int digest_find(struct store *s, const char *sha256, char **text, struct err *e) must_check;

/* Prints the policy into text, which is empty, and digests that. -ENOMEM. */
int digest_policy(const struct policy *p, struct str *text, char out[65], struct err *e) must_check;

#endif
