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
	int64_t start; /* of a run that was in the past: when it began; 0: now */
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

/* Strings that rows point into. */
struct owned {
	vec_of(char *) all;
};

/* Calls of a kind that were denied, or would have been. */
struct denial {
	int64_t time;			 /* of the first, nanoseconds since 1970 */
	int64_t last;			 /* of the last; 0 stands for the first */
	uint64_t count;			 /* 0 stands for 1 */
	const char *app, *release, *exe; /* NULL or "": unknown */
	int32_t pid;			 /* of the first */
	const struct arch *arch;
	uint32_t nr;
	bool has_args;
	uint64_t args[SYSCALL_ARGS]; /* of the first */
	const char *text;	     /* escaped rendering of strings; NULL or "": none */
	const char *action;	     /* what became of it, as action_print says */
	const char *source;	     /* who saw it: "explain", "supervise", "audit", "log" */
	const char *canary;	     /* uuid of the canary that it belongs to; NULL or "": none */
};

/*
 * Puts a denial, or brings one that is there up to date: count and last only grow. Which it is the
 * other members say, source and canary excepted.
 */
int store_denial_put(struct store *s, const struct denial *d, struct err *e) must_check;

/* Denials with the memory that they borrow; by time of the first. */
struct denials {
	vec_of(struct denial) all;
	struct owned strings;
};
void denials_fini(struct denials *d);
#define autodenials __attribute__((cleanup(denials_fini)))

/*
 * Adds the denials of an app and release (NULL: any) whose last call was at `since` or later. Those
 * of an arch that this program does not know are left out.
 */
int store_denials(struct store *s, const char *app, const char *release, int64_t since,
		  struct denials *out, struct err *e) must_check;

/* One run of a command under a profile that reports only: enforce --action log. */
struct canary {
	char uuid[37];
	const char *app, *release; /* of the profile; NULL or "": unknown */
	const char *profile;	   /* SHA-256 of its text, which store_profile_by_hash has */
	int64_t start;		   /* nanoseconds since 1970 */
	int64_t finish;		   /* when it was seen alive last */
	int64_t watched;	   /* for how long of it every denial would have been seen, in ns */
	bool is_whole;		   /* watched from its first call to its end */
	/* "BOOT-ID PID START-TIME" of its first process (proc(5)): is it alive? */
	const char *lifeline;
};

/* Canaries with the memory that they borrow; by start. */
struct canaries {
	vec_of(struct canary) all;
	struct owned strings;
};
void canaries_fini(struct canaries *c);
#define autocanaries __attribute__((cleanup(canaries_fini)))

/* Puts a canary; an empty uuid gets a new one. */
int store_canary_put(struct store *s, struct canary *c, struct err *e) must_check;
/* Brings it up to date: finish and watched only grow, and whole it stays. */
int store_canary_update(struct store *s, const struct canary *c, struct err *e) must_check;
/* Adds the canaries of an app (NULL: any). */
int store_canaries(struct store *s, const char *app, struct canaries *out,
		   struct err *e) must_check;

/* Adds everything of the database at path that s lacks. Commutative, associative, idempotent (runs
 * have UUIDs). */
int store_merge(struct store *s, const char *path, struct err *e) must_check;

#endif
