/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_TRACER_H
#define TRACER_TRACER_H

/* Recording back ends: run a command, hand every syscall of its process tree to a sink. */

#include "tracer/event.h"

#include <linux/filter.h>

/*
 * What the recording filter says to the tracer through SECCOMP_RET_TRACE's data. Odd values, so
 * that a program's own RET_TRACE is told from ours: that one is answered ENOSYS, as without a
 * tracer.
 */
enum {
	TRACE_RECORD = 0x574f, /* record, let the call go on */
	TRACE_ENOSYS = 0x574e, /* record, answer ENOSYS (clone3: its flags are out of a filter's
				  reach) */
};

struct recording {
	char *const *argv; /* the command; argv[0] is looked up in PATH as execvp(3) does */
	/*
	 * The ready filter: RET_TRACE for what is recorded, RET_ALLOW for what is known. Back ends
	 * that need another action rewrite TRACE; NULL: everything is recorded.
	 */
	const struct sock_fprog *filter;
	bool want_stacks;
	/* Set no_new_privs even with CAP_SYS_ADMIN, as enforcing does. */
	bool want_no_new_privs;
	/* Of the audit back end: arguments, by rules; the daemon's place instead of listening
	 * beside it. */
	bool want_args, want_daemon;
	const struct sink *sink;
};

/* How a recording ended. */
struct outcome {
	int status;	/* the command's, as wait(2) gives it; meaningful when it was started */
	int exec_errno; /* not 0: the command could not be executed (ENOENT, EACCES, ...), nothing
			   was recorded */
	uint64_t calls; /* events of kind EVENT_SYSCALL handed over */
	uint64_t lost;	/* calls that are known to have been missed */
	bool no_new_privs; /* set-user-id programs ran without their rights */
	/* Not "": why the recording is not the whole truth (another tracer inside, a namespace,
	 * ...). */
	char caveat[256];
};

/* A back end. Add one: one file, one line in tracer/tracer.c, one in local.mk, one test case. */
struct backend {
	const char *name;
	const char *summary; /* one line for --help and doctor */
	/* Can it work here, with these privileges? 0, or a negative code with the reason and the
	 * remedy in e. For doctor: record looks by itself. */
	int (*check)(struct err *e);
	/*
	 * Runs the command to the end of its last process. 0 with *outcome filled, also when the
	 * command could not be executed; a negative code when the recording itself failed (the
	 * tracee is dead by then).
	 */
	int (*record)(const struct recording *recording, struct outcome *outcome, struct err *e);
};

extern const struct backend *const backends[]; /* ends with NULL; the default first */
const struct backend *backend_by_name(const char *name);

#endif
