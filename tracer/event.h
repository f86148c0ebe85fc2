/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_EVENT_H
#define TRACER_EVENT_H

/* What a recording back end tells: processes that come, exec and go, and every syscall that they
 * enter. */

#include "arch/arch.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* So many executables are told apart; a program may make ever new ones. */
enum { EXES_MAX = 65536 };

/* An executable as it was run. Owned by the back end, alive until the recording ends; equal
 * pointers, equal exe. */
struct exe {
	uint32_t number;  /* 0, 1, ... in the order of appearance within the recording;
			     EXES_MAX: one that stands for all past the bound */
	const char *path; /* the kernel's name of the file, any bytes; " (deleted)" cut off */
	const char *id;	  /* "build-id:HEX" or "sha256:HEX"; "" when it could not be read */
};

/* A process of the recorded tree (a thread group). Owned by the back end; valid while the process
 * lives. */
struct process {
	uint64_t number;       /* unique within the recording: pids come again */
	uint64_t parent;       /* number of its parent; its own for the first process */
	pid_t pid;	       /* in the recorder's pid namespace */
	const struct exe *exe; /* what it executes now */
};

enum event_kind {
	EVENT_SYSCALL, /* a call was entered */
	EVENT_START, /* a process is there: the first one after its exec, the others at fork, vfork
			or clone */
	EVENT_EXEC, /* the process executes another file: process->exe is the new one; text: argv */
	EVENT_EXIT, /* the process has gone; status as wait(2) gives it, -1 unknown */
};

struct event {
	enum event_kind kind;
	uint64_t time; /* nanoseconds since 1970, UTC; coarse (at most 10 ms off) */
	const struct process *process;
	pid_t tid;

	/* EVENT_SYSCALL alone: */
	const struct arch *arch; /* never NULL: calls of a token without tables are counted as lost
				    by the back end */
	uint32_t nr;		 /* as the kernel sees it */
	uint64_t args[SYSCALL_ARGS];
	uint8_t unknown; /* bit i: argument i could not be seen, its value means nothing */
	const struct probe *probe; /* how to look further, NULL where the back end cannot */

	/* EVENT_EXIT alone: */
	int status;
};

/*
 * A look into the caller while it stands still; only within the callback. The consumer asks for
 * what it does not have yet: reading a string costs as much as half a syscall stop.
 */
struct probe {
	/*
	 * Appends what argument `arg` points to, at most 4096 bytes: the bytes of a path, the bytes
	 * of a sockaddr, the strings of an argv each with its NUL. 0, or -EFAULT when it cannot be
	 * read, -ENAMETOOLONG when it was cut.
	 */
	int (*text)(const struct event *event, unsigned arg, enum arg_class class, struct str *out);
	/* Appends n words of 32 or 64 bits (the arch's long) at an address: for socketcall and ipc.
	 */
	int (*words)(const struct event *event, uint64_t address, uint64_t *words, unsigned n);
	/* Appends a symbolised backtrace, one frame a line, innermost first; NULL where there is
	 * none. */
	int (*stack)(const struct event *event, struct str *out);
};

/*
 * Takes events in the order in which the back end saw them. A negative return stops the recording,
 * which then fails with that code after the tracee has been killed.
 */
struct sink {
	int (*event)(void *context, const struct event *event);
	/* Called when nothing has come for a while and at least every 250 ms: time to flush, to
	 * draw, to look at limits. */
	int (*tick)(void *context);
	/*
	 * What becomes of a call that was just told; NULL: it goes on. 0: it goes on; > 0: it is
	 * answered with that errno instead of being executed; VERDICT_KILL: its process is killed
	 * before it executes. Once a program has installed a filter of its own, it is asked about
	 * all its calls, also those that recording->filter lets through. Only back ends that stop
	 * the caller (ptrace) can ask.
	 */
	int (*verdict)(void *context, const struct event *event);
	void *context;
};

enum { VERDICT_KILL = -1 };

#endif
