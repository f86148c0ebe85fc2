/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

/* What the files of store/ share. */

#include "store/db.h"
#include "store/store.h"

struct store {
	struct db *db;
	char *path; /* absolute, without a symlink in it */
	enum store_mode mode;
	bool is_immutable; /* opened without locks: its folder cannot be written */
};

/* As store_open for reading a file that may belong to anybody: its content proves nothing. */
int store_open_source(const char *path, struct store **store, struct err *e) must_check;

/* Creates the folders of path, 0700, when it is the one that store_path gives without -d and
 * WONT_DB. */
int path_make_default(const char *path, struct err *e) must_check;

/* Why an unfinished run is not a whole one. The same words at every place, so that merges agree. */
extern const char reason_unfinished[];

static inline const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* A column's text that lives as long as its owner; NULL: out of memory. */
const char *owned_column(struct owned *o, const struct rows *row, int column);
void owned_fini(struct owned *o);

/* A random UUID (RFC 9562, version 4). */
int uuid_make(char out[37], struct err *e) must_check;

/* The stored word of a state; false for an unknown one. */
bool run_state_parse(const char *word, enum run_state *state);

/* The runs that a statement with one parameter lists, added to out. */
int runs_select(struct store *s, enum query q, struct value value, struct runs *out,
		struct err *e) must_check;

#endif
