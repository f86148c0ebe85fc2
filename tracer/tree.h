/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_TREE_H
#define TRACER_TREE_H

/* The recorded processes and their threads, by pid and tid. Knows nothing of ptrace. */

#include "base/map.h"
#include "tracer/event.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A thread group: what the sink sees of it, and what the back end needs. */
struct group {
	struct process process;
	uint32_t threads;    /* records of struct thread that point here */
	uint32_t mappings;   /* grows when executable mappings may have changed */
	bool is_told;	     /* the sink knows it */
	bool has_own_filter; /* a thread of it asked for a seccomp filter of its own */
};

/*
 * A thread. It may stop before the event of the call that created it arrives: until then its group
 * is NULL, and what it stopped with is held back.
 */
struct thread {
	pid_t tid;
	struct group *group;
	bool is_held;	 /* it stopped, or went, before its creator's event came */
	bool is_gone;	 /* it went */
	int held;	 /* the status that it stopped or went with */
	bool has_filter; /* has a seccomp filter of its own: also stopped at the entry of calls */
	bool is_in_call; /* between the entry stop of a call, where it was told, and its end */
	bool is_narrow;	 /* flags is of a 32-bit call */
	uint32_t slice;	 /* of the stops at calls (place.h) when it stopped last */
	bool is_placed;	 /* held to one CPU (place.h) */
	bool was_placed; /* and let go since its last stop at a call */
	bool is_unplaceable; /* has an affinity that is not ours to change */
	uint16_t answer;     /* the errno that the call in progress gets instead of its execution */
	uint64_t flags; /* as the program gave them, of a clone in progress that CLONE_UNTRACED was
			   taken from; else 0 */
};

enum { TREE_FIRST = 1 }; /* the number of the first group's process */

/* Zero-initialise. Owns its groups and threads. */
struct tree {
	struct map threads;  /* tid -> struct thread */
	struct map groups;   /* pid -> struct group */
	struct thread *last; /* the one asked for last: most often asked for next */
	uint64_t made;	     /* groups so far: the next one's number less TREE_FIRST */
	uint32_t held;	     /* threads that are there and whose group is not known yet */
};

void tree_fini(struct tree *tree);

/* NULL when unknown. */
struct thread *tree_thread(struct tree *tree, pid_t tid);
struct group *tree_group(struct tree *tree, pid_t pid);

/* A new thread without a group; a new group, parent NULL for the first. NULL: out of memory. */
struct thread *tree_add_thread(struct tree *tree, pid_t tid);
struct group *tree_add_group(struct tree *tree, pid_t pid, const struct group *parent);

/* A thread without a group has gone, or its tid has come again. */
void tree_set_gone(struct tree *tree, struct thread *thread, bool is_gone);

/* Gives a thread without a group its group. */
void tree_join(struct tree *tree, struct thread *thread, struct group *group);

/* Forgets a thread; the group stays. */
void tree_remove_thread(struct tree *tree, struct thread *thread);
/* Forgets a group and the threads that are left of it. */
void tree_remove_group(struct tree *tree, struct group *group);

/*
 * A thread of the group executed a file: it is the leader now, and the others are gone. former is
 * the tid that it had. The thread, or NULL when memory is out.
 */
struct thread *tree_exec(struct tree *tree, struct group *group, pid_t former);

#endif
