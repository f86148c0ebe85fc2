/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles as text. */
#include "base/cleanup.h"
#include "store/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

/* In a transaction of its own. */
static int end(struct store *s, int r, struct err *e)
{
	if (!r)
		return db_commit(s->db, e);
	db_rollback(s->db);
	return r;
}

int store_profile_put(struct store *s, const char *app, const char *release, const char *text,
		      const char *sha256, struct err *e)
{
	struct timespec now;
	int r = db_begin(s->db, e);

	if (r)
		return r;
	clock_gettime(CLOCK_REALTIME, &now);
	r = db_run(s->db, SQL_PROFILE_PUT, e, value_text(app), value_text(or_empty(release)),
		   value_text(sha256),
		   value_integer((int64_t)now.tv_sec * 1000000000 + now.tv_nsec), value_text(text));
	return end(s, r, e);
}

/* The first column of the first row as a string of the caller's; NULL where there is no row. */
static int get_text(struct rows rows, char **text, struct err *e)
{
	char *found = NULL;
	bool has_row = rows_next(&rows);

	if (has_row)
		found = strdup(rows_text(&rows, 0));
	int r = rows_end(&rows, e);
	if (r) {
		free(found);
		return r;
	}
	if (has_row && !found)
		return err_set(e, -ENOMEM, "reading a profile: out of memory");
	*text = found;
	return 0;
}

int store_profile_get(struct store *s, const char *app, const char *release, char **text,
		      struct err *e)
{
	char *found = NULL;
	int r;

	r = get_text(release ? rows_open(s->db, SQL_PROFILE_LAST_OF_RELEASE, value_text(app),
					 value_text(release))
			     : rows_open(s->db, SQL_PROFILE_LAST, value_text(app)),
		     &found, e);
	if (r)
		return r;
	if (!found)
		return err_set(e, -ENOENT,
			       "no profile of \"%s%s%s\" is stored; 'wont learn' makes one", app,
			       release ? "@" : "", or_empty(release));
	*text = found;
	return 0;
}

int store_profile_by_hash(struct store *s, const char *sha256, char **text, struct err *e)
{
	char *found = NULL;
	int r = get_text(rows_open(s->db, SQL_PROFILE_BY_HASH, value_text(sha256)), &found, e);

	if (r)
		return r;
	if (!found)
		return err_set(e, -ENOENT, "the profile with SHA-256 %s is not stored", sha256);
	*text = found;
	return 0;
}
