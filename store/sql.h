/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_SQL_H
#define STORE_SQL_H

/* Every statement that the store ever runs, by name, and the schema. sql.c has the text. */

#include "base/compiler.h"

#include <stddef.h>

enum query {
	/* The database as a whole. */
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_GET_VERSION,
	SQL_GET_APPLICATION,
	SQL_COUNT_OBJECTS,
	SQL_COUNT_HOSTILE_OBJECTS,

	/* Runs. */
	SQL_RUN_INSERT,
	SQL_RUN_PROGRESS,
	SQL_RUN_FINISH,
	SQL_RUN_TRUNCATE,
	SQL_RUN_LIST,
	SQL_RUN_BY_ID,
	SQL_RUN_BY_UUID,
	SQL_RUN_UNFINISHED,
	SQL_RELEASE_LAST,
	SQL_APP_COUNT,
	SQL_APP_NAMES,

	/* What a recorder writes. */
	SQL_EXE_INSERT,
	SQL_EXE_FIND,
	SQL_PROCESS_INSERT,
	SQL_PROCESS_UPDATE,
	SQL_OBSERVATION_INSERT,
	SQL_OBSERVATION_UPDATE,
	SQL_TEXT_INSERT,
	SQL_TEXT_UPDATE,
	SQL_STACK_INSERT,

	/* What is read back. */
	SQL_OBSERVATION_LIST,
	SQL_TEXT_LIST,

	/* Profiles, denials and canaries. */
	SQL_PROFILE_PUT,
	SQL_PROFILE_LAST,
	SQL_PROFILE_LAST_OF_RELEASE,
	SQL_PROFILE_BY_HASH,
	SQL_DENIAL_INSERT,
	SQL_DENIAL_TRIM,
	SQL_DENIAL_LIST,
	SQL_CANARY_INSERT,
	SQL_CANARY_UPDATE,
	SQL_CANARY_LIST,

	/* Merging: the other database is attached as `source`. */
	SQL_MERGE_ATTACH,
	SQL_MERGE_DETACH,
	SQL_MERGE_BEGIN,
	SQL_MERGE_LOCK,
	SQL_MERGE_VERSION,
	SQL_MERGE_SCHEMA,
	SQL_MERGE_CHECK,
	SQL_MERGE_EXES,
	SQL_MERGE_RUN_LIST,
	SQL_MERGE_RUN_INSERT,
	SQL_MERGE_RUN_REPLACE,
	SQL_MERGE_FORGET_OBSERVATIONS,
	SQL_MERGE_FORGET_PROCESSES,
	SQL_MERGE_PROCESSES,
	SQL_MERGE_OBSERVATIONS,
	SQL_MERGE_TEXTS,
	SQL_MERGE_STACKS,
	SQL_MERGE_PROFILES,
	SQL_MERGE_DENIALS,
	SQL_MERGE_CANARIES,

	SQL_QUERIES
};

extern const char *const sql_queries[SQL_QUERIES];

/* Migration i takes the schema from version i to i + 1. Several statements each. */
extern const char *const sql_migrations[];
extern const size_t sql_version; /* the newest */

/* Set at every connection, at those that read only, and at those that write. */
extern const char sql_connection[];
extern const char sql_reader[];
extern const char sql_writer[];

/* PRAGMA application_id of every store: "wont". */
enum { SQL_APPLICATION = 0x776f6e74 };

#endif
