/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one file that calls sqlite3_*. */
#include "store/db.h"

#include "base/cleanup.h"
#include "base/str.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

enum { PATIENCE = 10000 }; /* milliseconds: of a command that a person waits for */

struct db {
	sqlite3 *sqlite;
	char *path; /* for messages */
	sqlite3_stmt *statements[SQL_QUERIES];
};

/* What an SQLite result code is as an errno. */
static int code_of(struct db *db, int rc)
{
	int system = db->sqlite ? sqlite3_system_errno(db->sqlite) : 0;

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return system == ENOSPC || system == EDQUOT ? -ENOSPC : system > 0 ? -system : -EIO;
	default:
		return -EINVAL; /* NOTADB, CORRUPT, CONSTRAINT, ERROR: not what we wrote */
	}
}

static int fail(struct db *db, int rc, struct err *e)
{
	int code = code_of(db, rc);
	const char *why = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(rc);

	switch (code) {
	case 0:
		return 0;
	case -EBUSY:
		return err_set(e, code, "database %s: another program is writing to it; try again",
			       db->path);
	case -ENOSPC:
		return err_set(e, code, "database %s: the disk is full", db->path);
	case -EROFS:
		return err_set(e, code, "database %s cannot be written to (read-only)", db->path);
	default:
		break;
	}
	if ((rc & 0xff) == SQLITE_NOTADB)
		return err_set(e, code, "%s is not a database; name another file with -d",
			       db->path);
	/* "disk I/O error" alone would not say that a limit was met. */
	if ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN)
		return err_sys(e, code, "database %s: %s", db->path, why);
	return err_set(e, code, "database %s: %s", db->path, why);
}

/* The path as a file: URI, since only a URI can say immutable. */
static char *uri_of(const char *path, bool is_immutable)
{
	autostr struct str uri = { 0 };

	str_put(&uri, "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path) || *path & 0x80)
			str_putf(&uri, "%%%02x", (unsigned char)*path);
		else
			str_putc(&uri, *path);
	}
	str_put(&uri, is_immutable ? "?immutable=1" : "");
	return str_take(&uri);
}

static int open_file(struct db *db, enum db_mode mode)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
		    SQLITE_OPEN_URI;
	autofree char *uri = uri_of(db->path, mode == DB_IMMUTABLE);

	if (!uri)
		return SQLITE_NOMEM;
	/* Also for reading: a connection that may not write leaves its -wal and -shm behind. */
	flags |= mode == DB_IMMUTABLE ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	return sqlite3_open_v2(uri, &db->sqlite, flags, NULL);
}

/* Nothing that the file says may run code or reach the schema. */
static int distrust(struct db *db, enum db_mode mode)
{
	int rc = sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

	if (!rc)
		rc = sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (!rc)
		rc = sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	if (!rc)
		rc = sqlite3_exec(db->sqlite, sql_connection, NULL, NULL, NULL);
	if (!rc && mode != DB_WRITE)
		rc = sqlite3_exec(db->sqlite, sql_reader, NULL, NULL, NULL);
	return rc;
}

int db_open(const char *path, enum db_mode mode, struct db **out, struct err *e)
{
	struct db *db = calloc(1, sizeof(*db));
	int rc;

	if (!db || !(db->path = strdup(path))) {
		free(db);
		return err_set(e, -ENOMEM, "opening database %s: out of memory", path);
	}
	rc = open_file(db, mode);
	if (!rc) {
		sqlite3_busy_timeout(db->sqlite, PATIENCE);
		rc = distrust(db, mode);
	}
	if (rc) {
		int code = fail(db, rc, e);

		db_close(db);
		return code;
	}
	*out = db;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < SQL_QUERIES; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->sqlite);
	free(db->path);
	free(db);
}

int db_attach(struct db *db, const char *path, bool is_immutable, struct err *e)
{
	autofree char *uri = uri_of(path, is_immutable);

	if (!uri)
		return err_set(e, -ENOMEM, "opening database %s: out of memory", path);
	int r = db_run(db, SQL_MERGE_ATTACH, e, value_text(uri));
	return r ? err_wrap(e, r, "opening %s", path) : 0;
}

void db_detach(struct db *db)
{
	/* Statements that name the source must be gone; the next merge prepares them anew. */
	for (enum query q = SQL_MERGE_ATTACH; q < SQL_QUERIES; q++) {
		sqlite3_finalize(db->statements[q]);
		db->statements[q] = NULL;
	}
	if (db_do(db, SQL_MERGE_DETACH, NULL))
		return; /* it was not attached */
}

void db_set_patience(struct db *db, int milliseconds)
{
	sqlite3_busy_timeout(db->sqlite, milliseconds < 0 ? PATIENCE : milliseconds);
}

static int bind(sqlite3_stmt *s, int at, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		return sqlite3_bind_null(s, at);
	case VALUE_INTEGER:
		return sqlite3_bind_int64(s, at, v->integer);
	case VALUE_TEXT:
		return sqlite3_bind_text64(s, at, v->bytes, v->len, SQLITE_STATIC, SQLITE_UTF8);
	case VALUE_BYTES:
		if (v->len == 0) /* a NULL pointer would bind NULL */
			return sqlite3_bind_zeroblob(s, at, 0);
		return sqlite3_bind_blob64(s, at, v->bytes, v->len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

/* The statement, prepared once per connection, with these values. */
static int prepare(struct db *db, enum query q, const struct value *values, size_t count,
		   sqlite3_stmt **out)
{
	sqlite3_stmt **s = &db->statements[q];
	int rc = 0;

	if (!*s)
		rc = sqlite3_prepare_v3(db->sqlite, sql_queries[q], -1, SQLITE_PREPARE_PERSISTENT,
					s, NULL);
	for (size_t i = 0; !rc && i < count; i++)
		rc = bind(*s, (int)i + 1, &values[i]);
	*out = *s;
	return rc;
}

int db_run_values(struct db *db, enum query q, const struct value *values, size_t count,
		  struct err *e)
{
	sqlite3_stmt *s = NULL;
	int rc = prepare(db, q, values, count, &s);

	if (!rc)
		rc = sqlite3_step(s);
	/* Told before the reset, which clears the message. */
	int r = fail(db, rc, e);
	sqlite3_reset(s);
	return r;
}

int db_do(struct db *db, enum query q, struct err *e)
{
	return db_run_values(db, q, NULL, 0, e);
}

/* Nobody would find what is written to a file that has lost its name. */
static int check_place(struct db *db, struct err *e)
{
	int has_moved = 0;

	if (sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) ||
	    !has_moved)
		return 0;
	return err_set(e, -ESTALE, "database %s was removed or moved while it was in use",
		       db->path);
}

int db_begin(struct db *db, struct err *e)
{
	int r = check_place(db, e);

	return r ? r : db_do(db, SQL_BEGIN, e);
}

int db_commit(struct db *db, struct err *e)
{
	int r = db_do(db, SQL_COMMIT, e);

	if (r)
		db_rollback(db);
	return r;
}

void db_rollback(struct db *db)
{
	/* After some errors SQLite has rolled back by itself; there is nothing to be told then. */
	if (!sqlite3_get_autocommit(db->sqlite) && db_do(db, SQL_ROLLBACK, NULL))
		return;
}

struct rows rows_open_values(struct db *db, enum query q, const struct value *values, size_t count)
{
	struct rows r = { .db = db };
	sqlite3_stmt *s = NULL;

	r.error = prepare(db, q, values, count, &s);
	r.statement = s;
	return r;
}

bool rows_next(struct rows *r)
{
	if (r->error)
		return false;
	int rc = sqlite3_step(r->statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		r->error = rc;
	return rc == SQLITE_ROW;
}

bool rows_is_null(const struct rows *r, int column)
{
	return sqlite3_column_type(r->statement, column) == SQLITE_NULL;
}

bool rows_is_integer(const struct rows *r, int column)
{
	return sqlite3_column_type(r->statement, column) == SQLITE_INTEGER;
}

int64_t rows_integer(const struct rows *r, int column)
{
	return sqlite3_column_int64(r->statement, column);
}

const char *rows_text(const struct rows *r, int column)
{
	const char *t = (const char *)sqlite3_column_text(r->statement, column);

	return t ? t : "";
}

const void *rows_bytes(const struct rows *r, int column, size_t *len)
{
	const void *p = sqlite3_column_blob(r->statement, column);

	*len = (size_t)sqlite3_column_bytes(r->statement, column);
	return p ? p : "";
}

int rows_end(struct rows *r, struct err *e)
{
	int code = fail(r->db, r->error, e);

	sqlite3_reset(r->statement);
	r->statement = NULL;
	return code;
}

int db_integer_values(struct db *db, enum query q, int64_t *out, struct err *e,
		      const struct value *values, size_t count)
{
	struct rows r = rows_open_values(db, q, values, count);
	int64_t found = *out;

	if (rows_next(&r) && !rows_is_null(&r, 0))
		found = rows_integer(&r, 0);
	int code = rows_end(&r, e);
	if (!code)
		*out = found;
	return code;
}

int64_t db_last_id(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->sqlite);
}

/* WAL, once and for all; SQLite does not wait by itself for whoever else does it right now. */
static int make_wal(struct db *db)
{
	int rc = SQLITE_BUSY;

	for (int tries = 0; tries < 100 && (rc & 0xff) == SQLITE_BUSY; tries++) {
		if (tries)
			sqlite3_sleep(50);
		rc = sqlite3_exec(db->sqlite, sql_writer, NULL, NULL, NULL);
	}
	return rc;
}

int db_migrate(struct db *db, struct err *e)
{
	int64_t version = 0;
	int r = fail(db, make_wal(db), e);

	if (!r)
		r = db_begin(db, e);
	if (r)
		return r;
	r = db_integer(db, SQL_GET_VERSION, &version, e);
	for (; !r && (size_t)version < sql_version; version++)
		r = fail(db, sqlite3_exec(db->sqlite, sql_migrations[version], NULL, NULL, NULL),
			 e);
	if (!r)
		return db_commit(db, e);
	db_rollback(db);
	return r;
}
