/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_STORE_H
#define STORE_STORE_H

/* The one file that remembers: SQLite, WAL. Schema: docs/formats.md. */

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "store/observation.h"
#include "tracer/event.h"

#include <stdbool.h>
#include <stdint.h>

struct store; /* an open database; one thread at a time */

enum store_mode {
	STORE_READ,  /* must exist */
	STORE_WRITE, /* created where missing: 0600 in a 0700 folder */
};

/*
 * Opens the database at path, migrating an older schema. -ENOENT where it is missing (STORE_READ),
 * -EPERM for a symlink or a foreign owner, -EPROTO for a newer schema, -EINVAL for a file that is
 * no database, -EROFS, -ENOSPC, -EBUSY. Marks unfinished runs whose lock is free as truncated (when
 * writable; else they only read as such).
 */
int store_open(const char *path, enum store_mode mode, struct store **store,
	       struct err *e) must_check;
void store_close(struct store *s);
static inline void store_autoclose(struct store **s)
{
	store_close(*s);
}
#define autostore __attribute__((cleanup(store_autoclose)))

/* `-d` or NULL -> the path that the environment says (the design's order); the caller frees it. */
int store_path(const char *option, char **path, struct err *e) must_check;

enum run_state {
	RUN_RUNNING, /* its recorder holds the lock */
	RUN_COMPLETE,
	RUN_TRUNCATED, /* its recorder died or failed */
	RUN_LOSSY,     /* the back end lost events */
	RUN_PARTIAL,   /* --known: only what that profile does not admit; never counts for
			  completeness */
};
const char *run_state_name(enum run_state state);

struct run {
	int64_t id;
	char uuid[37];
	char *app, *release, *backend, *command; /* command: argv, quoted, for people */
	char *reason;				 /* why truncated, lossy or with a caveat; "" */
	char *known;				 /* partial: sha256 of the profile's text; "" */
	enum run_state state;
	int64_t start;			/* nanoseconds since 1970 */
	int64_t duration;		/* nanoseconds; up to the last flush when truncated */
	uint64_t calls, lost, distinct; /* distinct: observations */
	int status;			/* of the command as wait(2) gives it; -1 unknown */
	char *kernel;			/* uname -r */
	char *machine;			/* native arch name */
};

struct runs {
	vec_of(struct run) all; /* by start, then id */
};
void runs_fini(struct runs *r);
#define autoruns __attribute__((cleanup(runs_fini)))

/* A run being recorded: folds events and flushes them. It is the sink of a back end. */
struct recorder;

struct run_start {
	const char *app, *release, *backend, *command, *known; /* release, known: NULL for none */
};

/* Starts a run: inserts its row, takes its lock. s must outlive it. */
int recorder_open(struct store *s, const struct run_start *start, struct recorder **r,
		  struct err *e) must_check;

/* The sink's two functions; context is the struct recorder. They flush at most every 250 ms or 4096
 * changes. */
int recorder_event(void *recorder, const struct event *event);
int recorder_tick(void *recorder);

/* For the status line. */
struct recorder_figures {
	uint64_t calls, distinct_calls, distinct_tuples;
	int64_t last_new;   /* nanoseconds since 1970 of the last new tuple; 0: none yet */
	uint32_t processes; /* alive now */
};
void recorder_figures(const struct recorder *r, struct recorder_figures *figures);

/* Flushes, writes the final state and lets go of the lock. r is freed in any case. */
int recorder_close(struct recorder *r, enum run_state state, const char *reason, int status,
		   uint64_t lost, struct err *e) must_check;
/* Frees without finishing: the run reads as truncated. NULL is fine. */
void recorder_abandon(struct recorder *r);
int64_t recorder_run(const struct recorder *r);
/* What went wrong in recorder_event or recorder_tick. */
const struct err *recorder_error(const struct recorder *r);

/* Runs of an app and release (NULL: all), by start. */
int store_runs(struct store *s, const char *app, const char *release, struct runs *out,
	       struct err *e) must_check;

/*
 * What "APP", "APP@RELEASE" or a run's id (or UUID) means: the runs. Without a release the one
 * whose last run started last. -ENOENT with the nearest known names in e.
 */
int store_resolve(struct store *s, const char *spec, struct runs *out, struct err *e) must_check;

/* The observations of these runs, equal tuples of several runs joined. */
int store_observations(struct store *s, const struct runs *runs, bool with_texts,
		       struct observations *out, struct err *e) must_check;

/* Profiles as text. put returns the row's id in *id (may be NULL). get: the last one put; -ENOENT.
 */
int store_profile_put(struct store *s, const char *app, const char *release, const char *text,
		      const char *sha256, struct err *e) must_check;
int store_profile_get(struct store *s, const char *app, const char *release, char **text,
		      struct err *e) must_check;
/* By the sha256 of its text (as run.known holds it). */
int store_profile_by_hash(struct store *s, const char *sha256, char **text,
			  struct err *e) must_check;

/* A denial that enforce --explain or watch saw. */
struct denial {
	int64_t time;
	const char *app, *release, *exe; /* NULL: unknown */
	int32_t pid;
	const struct arch *arch;
	uint32_t nr;
	bool has_args;
	uint64_t args[SYSCALL_ARGS];
	const char *text; /* escaped rendering of strings, or NULL */
	const char *action;
};
int store_denial_put(struct store *s, const struct denial *d, struct err *e) must_check;

/* Adds everything of the database at path that s lacks. Commutative, associative, idempotent (runs
 * have UUIDs). */
int store_merge(struct store *s, const char *path, struct err *e) must_check;

#endif
