/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_SESSION_H
#define TRACER_SESSION_H

/* One recording by ptrace: what ptrace.c (all stops) and call.c (stops at calls) share. */

#include "tracer/exe.h"
#include "tracer/place.h"
#include "tracer/spawn.h"
#include "tracer/stack.h"
#include "tracer/tracer.h"
#include "tracer/tree.h"

/* What the back end has to know of an arch: its calls that matter to the tracing itself. */
struct abi {
	const struct arch *arch;
	uint8_t watch[512]; /* enum watch, by nr - arch->nr_base */
};

struct session {
	const struct recording *recording;
	struct outcome *outcome;
	struct tree tree;
	struct exes exes;
	struct place place;
	struct stacks *stacks; /* NULL: none wanted */
	struct probe probe;    /* handed out with every event: what leads back to here */
	struct abi abis[4];
	unsigned abi_count;
	uint32_t last_token; /* of abis[last_abi] */
	unsigned last_abi;
	struct spawn spawn; /* the command */
	bool is_started;    /* the command's execve succeeded */
	bool is_stopping;   /* kill everything, record nothing */
};

/*
 * Resumes a thread from a stop, delivering signal when it is not 0. A thread that has been killed
 * meanwhile is none of our business: its end will be told.
 */
void session_resume(const struct thread *thread, int signal);

/* Says why the recording is not the whole truth, unless there is a reason already. */
void session_caveat(struct session *s, const char *format, ...) format_printf(2, 3);

/* Hands an event to the sink: what the sink returns. Fills in the time, the thread's group, the
 * probe. */
int session_tell(struct session *s, enum event_kind kind, const struct thread *thread,
		 struct event *event) must_check;

/* Handles a stop or an end, as waitpid(2) told it: 0, or what ends the recording. */
int session_dispatch(struct session *s, pid_t tid, int status) must_check;

/* family.c: a new tid stops before the event that explains it: it waits. */
int family_hold(struct session *s, pid_t tid, struct thread *thread, int status) must_check;
/*
 * Places those who wait and whose creators can no longer tell: at the end of each thread, which may
 * have been one, and now and then, since whom it created may stop after that.
 */
int family_adopt(struct session *s) must_check;
/* The thread has created another: PTRACE_EVENT_FORK, VFORK or CLONE. */
int family_created(struct session *s, struct thread *creator, int how) must_check;
/* A thread of the group has executed a file: PTRACE_EVENT_EXEC. */
int family_executed(struct session *s, struct group *group) must_check;
/* A thread, NULL for an unknown one, has gone: with it its process where it is the leader. */
int family_gone(struct session *s, struct thread *thread, int status) must_check;

/* call.c: a stop of RET_TRACE. */
int call_traced(struct session *s, struct thread *thread) must_check;

/* A stop at the entry or the end of a call, which only threads with a filter of their own make. */
int call_entered_or_left(struct session *s, struct thread *thread) must_check;

/* Gives a thread back the flags of a clone that were changed in its registers, its creator's copy.
 */
void call_restore_flags(struct thread *thread);

#endif
