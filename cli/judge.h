/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_JUDGE_H
#define CLI_JUDGE_H

/* `enforce --explain`: the parent that decides about every call that the profile would kill. */

#include "cli/clerk.h"

struct judgement {
	const struct policy *policy;
	const char *profile;	/* as the user named it */
	char *const *argv;	/* the command */
	struct action sentence; /* what a call gets that the policy kills: kill, errno or log */
	struct store *store;	/* where denials are remembered, or NULL */
	const char *canary;	/* uuid of the canary that this is, or NULL */
};

/* Whoever takes its denials down. */
struct clerk judgement_clerk(const struct judgement *judgement, const char *source);

/*
 * Runs the command under a tracer and a filter that sends it what the policy kills; each such call
 * is told on stderr and stored, then gets its sentence. Returns the exit status for the shell: the
 * command's own, 128+N when signal N ended it (SIGSYS when we did), 125, 126, 127.
 */
int judge(const struct judgement *judgement);

#endif
