/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening and closing the store: whose file it is, what it is, how old it is. */
#include "store/store.h"

#include "base/cleanup.h"
#include "store/internal.h"
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char reason_unfinished[] = "its recorder ended before the run did";

/* The path with its folder's symlinks resolved: SQLite, too, opens what was looked at here. */
static int resolve(const char *path, char **out, struct err *e)
{
	autofree char *for_folder = strdup(path), *for_name = strdup(path);
	char folder[PATH_MAX];

	if (!for_folder || !for_name)
		return err_set(e, -ENOMEM, "out of memory");
	const char *name = basename(for_name);
	if (!realpath(dirname(for_folder), folder))
		return err_sys(e, -errno, "cannot reach the folder of database %s", path);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "/") == 0)
		return err_set(e, -EISDIR, "%s is a folder, not a database", path);
	if (asprintf(out, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	return 0;
}

/* Whose file is it? A stranger's could lie to us, and one that others may write can be made to. */
static int check_owner(const char *path, const struct stat *st, struct err *e)
{
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return err_set(e, -EPERM,
			       "database %s belongs to user %u; copy it or run as that user", path,
			       st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, -EPERM,
			       "database %s may be written by others; 'chmod go-w' it first", path);
	return 0;
}

/*
 * What SQLite keeps beside the file is as good as the file: a log that a stranger put there, in a
 * folder that anybody may write to, would be taken for ours.
 */
static int check_neighbours(const char *path, struct err *e)
{
	static const char *const tails[] = { "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < countof(tails); i++) {
		autofree char *near = NULL;
		struct stat st;

		if (asprintf(&near, "%s%s", path, tails[i]) < 0)
			return err_set(e, -ENOMEM, "out of memory");
		if (lstat(near, &st))
			continue;
		if (!S_ISREG(st.st_mode))
			return err_set(e, -EPERM, "%s is not a regular file; remove it", near);
		int r = check_owner(near, &st, e);
		if (r)
			return r;
	}
	return 0;
}

static int check_file(const char *path, bool is_source, struct err *e)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT
			       ? err_set(e, -ENOENT,
					 "there is no database %s; 'wont record' makes one", path)
			       : err_sys(e, -errno, "cannot look at database %s", path);
	if (S_ISLNK(st.st_mode))
		return err_set(e, -EPERM, "database %s is a symbolic link; name the file itself",
			       path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, -EISDIR, "%s is a folder, not a database", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, -EINVAL, "%s is not a regular file", path);
	if (is_source)
		return 0;
	int r = check_owner(path, &st, e);
	return r ? r : check_neighbours(path, e);
}

/* An empty file of ours where there is none. Before SQLite sees it: no lock of its can be lost. */
static int create_file(const char *path, struct err *e)
{
	autoclose int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	/* An odd umask may have taken it from ourselves. */
	if (fd < 0 ? errno != EEXIST : fchmod(fd, 0600))
		return err_sys(e, -errno, "cannot create database %s", path);
	return 0;
}

/* Is what was opened a store that this program understands? An empty database is one, too. */
static int check_schema(const struct store *s, struct err *e)
{
	int64_t application = 0, version = 0, objects = 0, hostile = 0;
	int r = db_integer(s->db, SQL_GET_VERSION, &version, e);

	if (!r)
		r = db_integer(s->db, SQL_COUNT_OBJECTS, &objects, e);
	if (!r)
		r = db_integer(s->db, SQL_COUNT_HOSTILE_OBJECTS, &hostile, e);
	/* Last: whoever creates the store meanwhile sets all of it at once. */
	if (!r)
		r = db_integer(s->db, SQL_GET_APPLICATION, &application, e);
	if (r)
		return r;
	if (application != SQL_APPLICATION && (application || version || objects))
		return err_set(e, -EINVAL, "%s is a database of another program; name another file",
			       s->path);
	if (version < 0 || (size_t)version > sql_version)
		return err_set(e, -EPROTO,
			       "database %s has schema %lld, this program knows up to %zu: use the "
			       "newer wont that wrote it",
			       s->path, (long long)version, sql_version);
	if (hostile)
		return err_set(e, -EINVAL,
			       "database %s holds views or triggers, which wont never makes",
			       s->path);
	if ((size_t)version == sql_version || s->mode == STORE_WRITE)
		return 0;
	if (version == 0)
		return err_set(e, -ENOENT, "database %s is empty; 'wont record' fills it", s->path);
	return err_set(e, -EPROTO,
		       "database %s has the older schema %lld; 'wont record' or 'wont merge' "
		       "brings it up to date",
		       s->path, (long long)version);
}

/* Marks the runs whose recorders have gone. */
static int truncate_dead_runs(const struct store *s, struct err *e)
{
	struct rows rows = rows_open(s->db, SQL_RUN_UNFINISHED);
	int r = 0;

	while (!r && rows_next(&rows)) {
		const char *uuid = rows_text(&rows, 1);

		if (lock_is_held(s->path, uuid))
			continue;
		r = db_run(s->db, SQL_RUN_TRUNCATE, e, value_integer(rows_integer(&rows, 0)),
			   value_text(reason_unfinished));
		if (!r)
			lock_remove(s->path, uuid);
	}
	int end = rows_end(&rows, r ? NULL : e);
	return r ? r : end;
}

/*
 * A database in a folder that cannot be written needs no lock when nobody can be writing; only a
 * write-ahead log that was left behind stands in the way.
 */
static int open_immutable(struct store *s, struct err *e)
{
	autofree char *wal = NULL;
	struct stat st;

	if (asprintf(&wal, "%s-wal", s->path) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	if (stat(wal, &st) == 0 && st.st_size > 0)
		return err_set(e, -EROFS,
			       "database %s was not closed and its folder cannot be written; copy "
			       "it with its -wal file and read the copy",
			       s->path);
	s->is_immutable = true;
	return db_open(s->path, DB_IMMUTABLE, &s->db, e);
}

static int open_read(struct store *s, struct err *e)
{
	int r = db_open(s->path, DB_READ, &s->db, e);
	int64_t version = 0;

	if (!r)
		r = db_integer(s->db, SQL_GET_VERSION, &version, e);
	if (r != 0 && r != -EINVAL && r != -EBUSY && r != -ENOMEM) {
		db_close(take(s->db));
		r = open_immutable(s, e);
	}
	return r ? r : check_schema(s, e);
}

/* SQLite writes beside the file, too. Asked first: its own answer would not name the reason. */
static int check_writable(const char *path, struct err *e)
{
	autofree char *copy = strdup(path);

	if (!copy)
		return err_set(e, -ENOMEM, "out of memory");
	if (euidaccess(path, W_OK) || euidaccess(dirname(copy), W_OK | X_OK))
		return err_sys(e, -errno, "database %s cannot be written", path);
	return 0;
}

static int open_write(struct store *s, struct err *e)
{
	int r = create_file(s->path, e);

	if (!r)
		r = check_file(s->path, false, e);
	if (!r)
		r = check_writable(s->path, e);
	if (!r)
		r = db_open(s->path, DB_WRITE, &s->db, e);
	if (!r)
		r = check_schema(s, e);
	if (!r)
		r = db_migrate(s->db, e);
	return r ? r : truncate_dead_runs(s, e);
}

static int open_any(const char *path, enum store_mode mode, bool is_source, struct store **out,
		    struct err *e)
{
	autostore struct store *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(e, -ENOMEM, "out of memory");
	s->mode = mode;
	r = mode == STORE_WRITE ? path_make_default(path, e) : 0;
	if (!r)
		r = resolve(path, &s->path, e);
	if (r)
		return r;
	if (mode == STORE_WRITE) {
		r = open_write(s, e);
	} else {
		r = check_file(s->path, is_source, e);
		if (!r)
			r = open_read(s, e);
	}
	if (!r)
		*out = take(s);
	return r;
}

int store_open(const char *path, enum store_mode mode, struct store **store, struct err *e)
{
	return open_any(path, mode, false, store, e);
}

int store_open_source(const char *path, struct store **store, struct err *e)
{
	return open_any(path, STORE_READ, true, store, e);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	db_close(s->db);
	free(s->path);
	free(s);
}
