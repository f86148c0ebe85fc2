/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_DIGEST_H
#define CLI_DIGEST_H

/* What a profile's text is known by. */

#include "base/str.h"
#include "policy/policy.h"

/* SHA-256 of the bytes, in hex. */
void digest_print(const void *bytes, size_t len, char out[65]);

/* Prints the policy into text, which is empty, and digests that. -ENOMEM. */
int digest_policy(const struct policy *p, struct str *text, char out[65], struct err *e) must_check;

#endif
