/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `PROFILE`, `A` and `B` of the command line mean: a file or an app of the store. */
#include "cli/profile.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "policy/text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { PROFILE_MAX = 16 << 20 }; /* bytes of a profile's text */

bool profile_is_file(const char *word)
{
	size_t len = strlen(word);

	if (strchr(word, '/') || strcmp(word, "-") == 0)
		return true;
	return len > 5 && strcmp(word + len - 5, ".wont") == 0;
}

const char *profile_name_fault(const char *name)
{
	if (!*name)
		return "it is empty";
	if (strpbrk(name, "@/"))
		return "it has an '@' or '/'";
	if (strlen(name) > NAME_MAX)
		return "it is longer than 255 bytes";
	return profile_is_file(name) ? "it would be taken for a file" : NULL;
}

static int load_file(const char *path, struct policy **p, struct err *e)
{
	autofree char *text = NULL;
	size_t len = 0;
	int r = file_read(path, PROFILE_MAX, &text, &len, e);

	return r ? r : policy_parse(text, len, path, p, e);
}

int profile_spec(const char *word, char **app, char **release, struct err *e)
{
	const char *at = strrchr(word, '@');
	size_t len = at ? (size_t)(at - word) : strlen(word);

	if (!len)
		return err_set(e, -EINVAL, "\"%s\" names no app: write APP or APP@RELEASE", word);
	*app = strndup(word, len);
	*release = at ? strdup(at + 1) : NULL;
	if (*app && (!at || *release))
		return 0;
	free(take(*app));
	return err_set(e, -ENOMEM, "out of memory");
}

/* The text that learn stored last for the app of the word. */
static int stored_text(const char *word, const char *db, char **text, struct err *e)
{
	autofree char *path = NULL, *app = NULL, *release = NULL;
	autostore struct store *s = NULL;
	int r = profile_spec(word, &app, &release, e);

	if (!r)
		r = store_path(db, &path, e);
	if (!r)
		r = store_open(path, STORE_READ, &s, e);
	if (r)
		return r;
	/* The name of an app may hold a '@' itself. */
	r = release ? store_profile_get(s, word, NULL, text, NULL) : -ENOENT;
	if (r == -ENOENT)
		r = store_profile_get(s, app, release, text, e);
	if (r == -ENOENT)
		return err_set(e, r,
			       "the store has no profile of \"%s\": 'wont learn %s' makes one, "
			       "and a file is named with a '/' or ends in \".wont\"",
			       word, word);
	return r;
}

static int load(const char *word, const char *db, struct policy **p, struct err *e)
{
	autofree char *text = NULL;
	int r;

	if (profile_is_file(word))
		return load_file(word, p, e);
	r = stored_text(word, db, &text, e);
	return r ? r : policy_parse(text, strlen(text), word, p, e);
}

int profile_load(const char *word, const char *db, struct policy **p, struct err *e)
{
	autopolicy struct policy *loaded = NULL;
	int r = load(word, db, &loaded, e);

	if (r)
		return r;
	/* Only where a filter is made does it matter that there are too many rules to be compared.
	 */
	r = policy_validate(loaded, e);
	if (r && r != -E2BIG)
		return err_wrap(e, r, "%s", word);
	*p = take(loaded);
	return 0;
}
