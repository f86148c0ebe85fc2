/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_SPAWN_H
#define TRACER_SPAWN_H

/* Starting the command: a child that is traced before it installs the filter and executes. */

#include "tracer/tracer.h"

#include <signal.h>

/* What the child leaves in memory shared with us: it need not make a call to tell. */
struct spawn_report {
	int exec_errno;	   /* the execve failed */
	int setup_errno;   /* what comes before it failed */
	bool no_new_privs; /* had to be set */
};

struct spawn {
	pid_t pid;
	struct spawn_report *report; /* one shared page */
};

/*
 * Forks, seizes the child with these PTRACE_O_* options and lets it go on to its execve, which
 * becomes a stop like every call. mask: the signal mask of the command. The child is dead when this
 * fails: with spawn_check's reasons, which need no asking beforehand.
 */
int spawn_command(const struct recording *recording, unsigned long options, const sigset_t *mask,
		  struct spawn *spawn, struct err *e) must_check;
void spawn_fini(struct spawn *spawn);

/*
 * Can a child be seized here, its calls looked at, a filter send them to us? 0, or a negative code
 * with the reason and the remedy.
 */
int spawn_check(unsigned long options, struct err *e) must_check;

#endif
