/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_LINEAGE_H
#define STORE_LINEAGE_H

/*
 * The processes of one run in memory: who came from whom, what each executed and when it went. One
 * row for a process and one more for each exec after its first. Bounded: past LINEAGE_ROWS
 * processes are counted only.
 */

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "tracer/event.h"

enum { LINEAGE_ROWS = 4096 };

/* The image whose command line explains what a process does: its own, or until it executes
 * something, that of whoever forked it. */
struct origin {
	uint64_t process;
	uint32_t image;
};

/* What a process was from its start, or from an exec, to the next exec or its end. */
struct image {
	uint64_t process, parent; /* numbers */
	uint32_t number;	  /* 0, 1, ... among those of its process */
	pid_t pid;
	uint32_t exe; /* exe->number */
	char *argv;   /* NULL: unknown, or as its parent's */
	uint32_t argv_len;
	int64_t start, finish; /* finish 0: it goes on */
	int status;	       /* as wait(2) gives it; -1 unknown */
	struct origin origin;
	bool has_executed, is_changed, is_written;
};

/* Zero-initialise. Invariant: every image that is not gone and written is in `live` or `changed`.
 */
struct lineage {
	struct map live; /* the current image by process number */
	vec_of(struct image *) changed;
	uint32_t alive;	  /* processes now */
	uint64_t started; /* processes ever */
	uint32_t rows;
};

void lineage_fini(struct lineage *l);

/* Takes EVENT_START, EVENT_EXEC and EVENT_EXIT: 0 or -ENOMEM. */
int lineage_event(struct lineage *l, const struct event *event) must_check;

/* The origin of the process as it is now; itself where it is not kept. */
struct origin lineage_origin(const struct lineage *l, uint64_t process);

/* Everything that has changed is written. */
void lineage_settle(struct lineage *l);

#endif
