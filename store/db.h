/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_DB_H
#define STORE_DB_H

/* SQLite, narrowed to what the store needs. db.c is the one file that calls sqlite3_*. */

#include "base/compiler.h"
#include "base/err.h"
#include "store/sql.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct db;

enum db_mode {
	DB_WRITE,     /* the file exists (it may be empty); WAL */
	DB_READ,      /* nothing is written, whatever the file's mode */
	DB_IMMUTABLE, /* the same for a file that nobody can be writing: neither locks nor WAL */
};

/*
 * Opens the file at path (absolute, without a symlink in it) with everything off that a hostile
 * file could use: triggers and views that run functions, writes to the schema, extensions. -EINVAL
 * for a file that is no database.
 */
int db_open(const char *path, enum db_mode mode, struct db **db, struct err *e) must_check;
void db_close(struct db *db);

/*
 * Makes the database at path the schema `source` of this connection, not to be written to. From
 * then on the source's content is what a stranger wrote. Not within a transaction.
 */
int db_attach(struct db *db, const char *path, bool is_immutable, struct err *e) must_check;
void db_detach(struct db *db);

/* How long a statement waits for another writer; 0: not at all. */
void db_set_patience(struct db *db, int milliseconds);

/* A parameter of a statement. Text and bytes are borrowed until the statement has run. */
struct value {
	enum { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BYTES } kind;
	int64_t integer;
	const void *bytes;
	size_t len;
};

static inline struct value value_null(void)
{
	return (struct value){ .kind = VALUE_NULL };
}

static inline struct value value_integer(int64_t integer)
{
	return (struct value){ .kind = VALUE_INTEGER, .integer = integer };
}

static inline struct value value_bytes(const void *bytes, size_t len)
{
	return (struct value){ .kind = VALUE_BYTES, .bytes = bytes, .len = len };
}

/* NULL gives an SQL NULL. */
static inline struct value value_text(const char *text)
{
	if (!text)
		return value_null();
	return (struct value){ .kind = VALUE_TEXT, .bytes = text, .len = strlen(text) };
}

/* Runs a statement that yields no rows; its ?1, ?2, ... are the values. */
#define db_run(db, q, e, ...)                                                                      \
	db_run_values(db, q, (const struct value[]){ __VA_ARGS__ },                                \
		      countof(((const struct value[]){ __VA_ARGS__ })), e)
int db_run_values(struct db *db, enum query q, const struct value *values, size_t count,
		  struct err *e) must_check;

/* The same without parameters. */
int db_do(struct db *db, enum query q, struct err *e) must_check;

/*
 * A transaction that will write. -EBUSY when another writer does not end in time, -ESTALE when the
 * file has been removed or moved since it was opened. db_rollback never fails: what was written
 * since db_begin is gone.
 */
int db_begin(struct db *db, struct err *e) must_check;
int db_commit(struct db *db, struct err *e) must_check;
void db_rollback(struct db *db);

/* Makes an empty file a store, or takes an older schema to the newest. */
int db_migrate(struct db *db, struct err *e) must_check;

/* Rows of a query. Columns are counted from 0; text and bytes are valid until the next row. */
struct rows {
	struct db *db;
	void *statement;
	int error; /* not 0: what stopped it; rows_end tells */
};

#define rows_open(db, q, ...)                                                                      \
	rows_open_values(db, q, (const struct value[]){ __VA_ARGS__ },                             \
			 countof(((const struct value[]){ __VA_ARGS__ })))
struct rows rows_open_values(struct db *db, enum query q, const struct value *values, size_t count);

/* Moves to the next (first) row; false at the end and after an error. */
bool rows_next(struct rows *r);

bool rows_is_null(const struct rows *r, int column);
bool rows_is_integer(const struct rows *r, int column);
int64_t rows_integer(const struct rows *r, int column);
const char *rows_text(const struct rows *r, int column); /* never NULL */
const void *rows_bytes(const struct rows *r, int column, size_t *len);

/* Ends the query: 0, or the error that stopped it. To be called once, also after a break. */
int rows_end(struct rows *r, struct err *e) must_check;

/* The first integer of the first row; *out stays as it is where there is no row or it is NULL. */
#define db_integer(db, q, out, e, ...)                                                             \
	db_integer_values(db, q, out, e, (const struct value[]){ __VA_ARGS__ },                    \
			  countof(((const struct value[]){ __VA_ARGS__ })))
int db_integer_values(struct db *db, enum query q, int64_t *out, struct err *e,
		      const struct value *values, size_t count) must_check;

/* The rowid of the last row that was inserted. */
int64_t db_last_id(const struct db *db);

#endif
