/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INTEROP_STRACE_LINE_H
#define INTEROP_STRACE_LINE_H

/* One line of strace -f: whose, when, and what it is. Pure. */

#include "interop/strace_value.h"

#include <sys/types.h>

enum strace_kind {
	STRACE_CALL,	   /* name, arguments, result */
	STRACE_UNFINISHED, /* a call that is broken off: its head */
	STRACE_RESUMED,	   /* and its rest: name and what follows "resumed>" */
	STRACE_EXITED,	   /* status */
	STRACE_MODE,  /* from here on the process runs in a mode of `bits` bits, 32 is x32 where
			 is_x32 */
	STRACE_OTHER, /* signals, messages: nothing to record */
	STRACE_DAMAGED,
};

struct strace_line {
	enum strace_kind kind;
	pid_t pid;     /* 0: the line has none */
	uint64_t time; /* nanoseconds since 1970; 0: the line has none (or one without a date) */
	struct span name, arguments, result;
	struct span body; /* all behind pid and time */
	int status;	  /* as wait(2) gives it */
	unsigned bits;
	bool is_x32;
};

void strace_line_parse(const char *text, size_t len, struct strace_line *line);

/* The same of a body alone: for a call whose two halves were joined. */
void strace_body_parse(struct span body, struct strace_line *line);

#endif
