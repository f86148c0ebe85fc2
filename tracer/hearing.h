/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_HEARING_H
#define TRACER_HEARING_H

/* From audited calls of the whole machine to events of the recording: what audit.c and text.c
 * share. */

#include "audit/beacon.h"
#include "audit/gather.h"
#include "tracer/census.h"
#include "tracer/marked.h"

struct hearing {
	const struct recording *recording;
	struct outcome *outcome;
	struct census census;
	struct marked command;
	struct beacon beacon;
	bool has_shone;		       /* the beacon's record came */
	bool is_started;	       /* the command's execve succeeded */
	uint32_t executions;	       /* records of the launcher's own execve calls that came */
	char *launcher;		       /* our own executable, as records name it */
	int filters;		       /* seccomp filters of the command when it starts */
	struct probe probe;	       /* handed out with every event: what leads back to here */
	const struct audit_call *call; /* the one that is being told */
	uint64_t foreign;	       /* calls of a token without tables */
};

/* Before the command is started: 0 or -ENOMEM. */
int hearing_begin(struct hearing *h) must_check;

/* Takes every call that audit tells of: 0, or what the sink returned. */
int hearing_call(void *hearing, struct audit_call *call) must_check;

/* A record that says that a process has begun another session, whose calls no rule asks for. */
void hearing_login(struct hearing *h, const struct record *record);

/* A process has gone, as wait(2) tells it: for when the sink is told. */
void hearing_reaped(struct hearing *h, pid_t pid, int status);

/* All is over: a command that ran and made no call that is recorded is told of all the same. */
int hearing_end(struct hearing *h) must_check;

/* Tells of the members that are gone; `all`: of all that are left. */
int hearing_sweep(struct hearing *h, bool all) must_check;

/* Says why the recording is not the whole truth, unless there is a reason already. */
void hearing_caveat(struct hearing *h, const char *format, ...) format_printf(2, 3);

void hearing_fini(struct hearing *h);

#endif
