/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INTEROP_TALE_H
#define INTEROP_TALE_H

/* The processes that a log tells of, and telling a sink of them. */

#include "base/map.h"
#include "base/vec.h"
#include "tracer/event.h"

struct tale_process {
	struct process process;
	bool is_told; /* the sink knows it */
	const struct arch
		*arch;	    /* of the calls that it makes, where the log says it once for all */
	struct str pending; /* a call that the log broke off */
};

/* Zero-initialise, with the sink. */
struct tale {
	const struct sink *sink;
	struct map processes;	  /* pid -> struct tale_process */
	struct map exes;	  /* path -> struct exe */
	vec_of(struct exe *) all; /* the executables */
	uint64_t made;
	uint64_t nameless; /* executables that the log does not name */
};

void tale_fini(struct tale *t);

/* The process of that pid, NULL when unknown; a new one, as a child of parent (or of none: NULL).
 * NULL: out of memory. */
struct tale_process *tale_find(const struct tale *t, pid_t pid);
struct tale_process *tale_add(struct tale *t, pid_t pid, const struct tale_process *parent);

/* It executes that file: a start is told where the sink does not know it, else an exec. `event` has
 * the time and the probe. */
int tale_execute(struct tale *t, struct tale_process *p, const char *path,
		 struct event *event) must_check;

/* It has gone: it is told and forgotten. */
int tale_exit(struct tale *t, struct tale_process *p, int status, uint64_t time) must_check;

/* Hands over a call of a process that the sink is told of before, if it does not know it. */
int tale_call(struct tale *t, struct tale_process *p, struct event *event) must_check;

#endif
