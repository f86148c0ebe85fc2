/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_PLACE_H
#define TRACER_PLACE_H

/*
 * Where the recorder runs. A stop hands the CPU from the tracee to the recorder and back; on one
 * CPU that is two context switches, across two it is wake-ups by interrupt as well. So while one
 * thread makes all the calls, the recorder follows it from CPU to CPU. The tracee is left where the
 * kernel puts it: its affinity is its own business.
 */

#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

/* Zero-initialise. */
struct place {
	cpu_set_t all;	  /* what the recorder may use, as it was started */
	bool is_known;	  /* all is */
	int cpu;	  /* where it is held, meaningful while is_held */
	bool is_held;	  /* to one CPU */
	pid_t last;	  /* the thread that stopped last */
	unsigned stops;	  /* in the current window */
	unsigned changes; /* of them by another thread than the one before */
};

/* A thread has stopped at a call. */
void place_note(struct place *place, pid_t tid);

/* Back to all CPUs. */
void place_fini(struct place *place);

#endif
