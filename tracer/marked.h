/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_MARKED_H
#define TRACER_MARKED_H

/*
 * Starting the command so that audit's records of it can be told from all others: under a login id
 * and session of its own, and under a filter that logs.
 */

#include "tracer/tracer.h"

#include <signal.h>

/* What the child leaves in memory shared with us: it need not make a call to tell. */
struct marked_report {
	int setup_errno;     /* what comes before its execve failed, ... */
	const char *setup;   /* ... at this */
	int exec_errno;	     /* no execve succeeded */
	uint32_t executions; /* execve calls that it made or makes */
	char path[4096];     /* of the last of them */
	uint32_t session;    /* its own, once it has it; 0 before */
	bool no_new_privs;   /* had to be set */
};

struct marked {
	int warden; /* in: who is told of the session (warden.h) before anything is executed */
	pid_t pid;
	struct marked_report *report; /* shared pages */
};

/*
 * Forks and lets the child go on to its execve, under this login id. filter: with actions that log;
 * mask: the signal mask of the command.
 */
int marked_start(const struct recording *recording, const struct sock_fprog *filter, uint32_t login,
		 const sigset_t *mask, struct marked *marked, struct err *e) must_check;
void marked_fini(struct marked *marked);

/* Can a child get a login id of its own? -EPERM with the remedy. */
int marked_check(struct err *e) must_check;

/* A login id that nobody has: no user's, and not the one of another recording. */
int marked_login(uint32_t *login, struct err *e) must_check;

#endif
