/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Merging databases. A run is known by its UUID and copied whole; of two copies the further one
 * wins. So the result is the same whatever the order, and merging again changes nothing.
 */
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/lock.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A run to be copied: its rowid there, and here (0: it is new). */
struct copy {
	int64_t there, here;
};

struct copies {
	vec_of(struct copy) all;
};

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Nothing of the source is believed before its pages are sound and its schema is exactly ours. */
static int check_source(struct store *s, const char *path, struct err *e)
{
	struct rows rows = rows_open(s->db, SQL_MERGE_CHECK);
	int64_t version = 0, differences = 1;
	bool is_sound = rows_next(&rows) && strcmp(rows_text(&rows, 0), "ok") == 0;
	int r = rows_end(&rows, e);

	if (r)
		return r;
	if (!is_sound)
		return err_set(e, -EINVAL, "database %s is damaged; nothing was taken from it",
			       path);
	r = db_integer(s->db, SQL_MERGE_VERSION, &version, e);
	if (!r)
		r = db_integer(s->db, SQL_MERGE_SCHEMA, &differences, e);
	if (!r && version > 0 && (size_t)version < sql_version)
		return err_set(
			e, -EINVAL,
			"database %s has the older schema %lld; 'wont merge -d %s %s' brings it "
			"up to date",
			path, (long long)version, path, path);
	if (!r && ((size_t)version != sql_version || differences))
		return err_set(e, -EINVAL,
			       "database %s does not have the schema of this program; "
			       "nothing was taken from it",
			       path);
	return r;
}

/* Which runs to copy: collected first, since copying changes what the question is about. */
static int list_copies(struct store *s, struct copies *copies, struct err *e)
{
	struct rows rows = rows_open(s->db, SQL_MERGE_RUN_LIST, value_text(reason_unfinished));
	int r = 0;

	while (!r && rows_next(&rows)) {
		struct copy copy = { rows_integer(&rows, 0), rows_integer(&rows, 1) };

		/* Whoever records a run here right now knows better than any copy. */
		if (copy.here && strcmp(rows_text(&rows, 3), "running") == 0 &&
		    lock_is_held(s->path, rows_text(&rows, 2)))
			continue;
		r = vec_push(&copies->all, copy);
	}
	int end = rows_end(&rows, e);
	return r ? err_set(e, r, "out of memory") : end;
}

/* The run's row here, made or overwritten, without what hung on it. */
static int copy_row(struct store *s, struct copy *copy, struct err *e)
{
	int r;

	if (!copy->here) {
		r = db_run(s->db, SQL_MERGE_RUN_INSERT, e, value_integer(copy->there),
			   value_text(reason_unfinished));
		copy->here = db_last_id(s->db);
		return r;
	}
	r = db_run(s->db, SQL_MERGE_FORGET_OBSERVATIONS, e, value_integer(copy->here));
	if (!r)
		r = db_run(s->db, SQL_MERGE_FORGET_PROCESSES, e, value_integer(copy->here));
	if (!r)
		r = db_run(s->db, SQL_MERGE_RUN_REPLACE, e, value_integer(copy->there),
			   value_text(reason_unfinished), value_integer(copy->here));
	return r;
}

static int copy_run(struct store *s, struct copy copy, struct err *e)
{
	static const enum query parts[] = { SQL_MERGE_PROCESSES, SQL_MERGE_OBSERVATIONS,
					    SQL_MERGE_TEXTS, SQL_MERGE_STACKS };
	int r = copy_row(s, &copy, e);

	for (size_t i = 0; !r && i < countof(parts); i++)
		r = db_run(s->db, parts[i], e, value_integer(copy.there), value_integer(copy.here));
	return r;
}

static int copy_all(struct store *s, const char *path, struct err *e)
{
	struct copies copies = { 0 };
	int r = check_source(s, path, e);

	if (!r)
		r = db_do(s->db, SQL_MERGE_EXES, e);
	if (!r)
		r = list_copies(s, &copies, e);
	for (size_t i = 0; !r && i < copies.all.len; i++)
		r = copy_run(s, copies.all.data[i], e);
	vec_fini(&copies.all);
	if (!r)
		r = db_do(s->db, SQL_MERGE_PROFILES, e);
	if (!r)
		r = db_do(s->db, SQL_MERGE_DENIALS, e);
	if (!r)
		r = db_do(s->db, SQL_DENIAL_TRIM, e);
	if (!r)
		r = db_do(s->db, SQL_MERGE_CANARIES, e);
	return r;
}

/* With the source attached: all of it in one transaction, or nothing. */
static int merge_attached(struct store *s, const char *path, struct err *e)
{
	int r = db_do(s->db, SQL_MERGE_BEGIN, e);

	if (r)
		return r;
	r = db_do(s->db, SQL_MERGE_LOCK, e);
	if (!r)
		r = copy_all(s, path, e);
	if (!r)
		return db_commit(s->db, e);
	db_rollback(s->db);
	return r;
}

int store_merge(struct store *s, const char *path, struct err *e)
{
	autostore struct store *source = NULL;
	int r = store_open_source(path, &source, e);

	if (r)
		return r;
	if (is_same_file(s->path, source->path))
		return 0; /* everything is there already */
	r = db_attach(s->db, source->path, source->is_immutable, e);
	if (r)
		return r;
	r = merge_attached(s, path, e);
	db_detach(s->db);
	return r;
}
