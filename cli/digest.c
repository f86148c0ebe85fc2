/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a profile's text is known by. */
#include "cli/digest.h"

#include "base/cleanup.h"
#include "policy/text.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

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

int digest_find(struct store *s, const char *sha256, char **text, struct err *e)
{
	autofree char *found = NULL;
	char is[65];
	int r = store_profile_by_hash(s, sha256, &found, e);

	if (r)
		return r;
	digest_print(found, strlen(found), is);
	if (strcmp(is, sha256) != 0)
		return err_set(e, -EINVAL,
			       "the store has another text under the SHA-256 %s than that of it",
			       sha256);
	*text = take(found);
	return 0;
}

int digest_policy(const struct policy *p, struct str *text, char out[65], struct err *e)
{
	policy_print(p, text);
	if (text->failed)
		return err_set(e, -ENOMEM, "out of memory");
	digest_print(str_text(text), text->len, out);
	return 0;
}
