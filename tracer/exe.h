/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_EXE_H
#define TRACER_EXE_H

/* Which files the processes of a recording execute: struct exe of event.h, each told once. */

#include "base/map.h"
#include "base/vec.h"
#include "tracer/event.h"

/* Zero-initialise. Owns every struct exe that it hands out. */
struct exes {
	struct map by_file; /* path, device, inode, size, times -> struct exe */
	struct map by_name; /* path, NUL, id -> struct exe */
	vec_of(struct exe *) all;
};

void exes_fini(struct exes *exes);

/*
 * What the process pid executes now. The file is read only when it is met for the first time.
 * One that may be run but not read hides its process, and so does a /proc that is not ours: "?".
 * -ESRCH when the process has gone or /proc hides it altogether (hidepid), -ENOMEM.
 */
int exes_find(struct exes *exes, pid_t pid, const struct exe **exe) must_check;

/* "?", for a process that is known to be there and is not to be found. -ENOMEM. */
int exes_hidden(struct exes *exes, const struct exe **exe) must_check;

/*
 * The same where the path was told by somebody else, and the process may have gone or may execute
 * another file by now: the file's id is read through /proc/PID/exe where that still is the path's,
 * else from the path itself. pid 0: nothing of it is of this machine, the id stays unknown.
 * -ENOMEM.
 */
int exes_named(struct exes *exes, const char *path, pid_t pid, const struct exe **exe) must_check;

#endif
