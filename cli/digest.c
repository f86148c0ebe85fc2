/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a profile's text is known by. */
#include "cli/digest.h"

#include "policy/text.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>

void digest_print(const void *bytes, size_t len, char out[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, len, bytes);
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

int digest_policy(const struct policy *p, struct str *text, char out[65], struct err *e)
{
	policy_print(p, text);
	if (text->failed)
		return err_set(e, -ENOMEM, "out of memory");
	digest_print(str_text(text), text->len, out);
	return 0;
}
