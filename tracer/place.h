/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_PLACE_H
#define TRACER_PLACE_H

/*
 * Where the recorder and the recorded run. A stop hands the CPU from the tracee to the recorder and
 * back. On one CPU that is two context switches; across two, the kernel wakes an idle CPU each
 * time, which on a virtual machine takes ten times as long. So the recorder and the threads that
 * call are held to one CPU: while one thread makes most calls, and while several do if a trial
 * shows that calls come faster so. They do not when the threads compute much between their calls.
 *
 * The recorded program must not notice: only a thread that may run wherever the recorder was
 * started to is held, and before a call that tells or changes an affinity all are let go.
 */

#include "tracer/tree.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise; place_begin before the first call is noted. */
struct place {
	bool is_on;
	cpu_set_t all; /* what the recorder may use, as it was started */
	bool is_held;
	cpu_set_t one;	     /* the CPU that they are held to, while is_held */
	uint32_t slice;	     /* the current one's number: 128 calls or fewer */
	uint64_t since;	     /* when it began, ns */
	pid_t last;	     /* the thread that stopped last */
	uint32_t stops;	     /* in the slice */
	uint32_t changes;    /* of them by another thread than the one before */
	uint32_t mixed;	     /* slices of several threads, since their trial began */
	uint64_t spent[2];   /* ns in the trial's slices: free, and held */
	bool is_better_held; /* what the trial said */
	uint32_t seen;	     /* the slice at the last tick */
	uint32_t ticks;	     /* since the kernel last chose the CPU */
};

/* From now on threads are held; not where there is one CPU only, or more than a cpu_set_t has. */
void place_begin(struct place *place);

/* A thread has stopped at a call. */
void place_note(struct place *place, struct tree *tree, struct thread *thread);

/*
 * A thread, NULL when it has gone since, has created another, which has its affinity: gives it the
 * one that it ought to have.
 */
void place_inherit(const struct place *place, const struct thread *creator, struct thread *created);

/*
 * A few times a second: lets go of threads that make few calls, and now and then of all, so that
 * the kernel chooses a CPU anew.
 */
void place_tick(struct place *place, struct tree *tree);

/* A thread is about to learn an affinity: lets go of all for a while. */
void place_shun(struct place *place, struct tree *tree);

/* The program takes the affinity of its threads into its own hands, or the end: lets go for good.
 */
void place_end(struct place *place, struct tree *tree);

#endif
