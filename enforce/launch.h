/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_LAUNCH_H
#define ENFORCE_LAUNCH_H

/* Becoming the command, under the filter. */

#include "enforce/filter.h"

/* Everything that is resolved before the point of no return. Opaque. */
struct launch;

/*
 * Looks argv[0] up as execvp(3) does (enforce/program.h), lays path, argv and envp out in pages at
 * random addresses, compiles policy and pass together and proves the result. -ENOENT and -EACCES
 * are about the command alone and mean 127 and 126; anything else 125. policy must outlive it.
 */
int launch_prepare(const struct policy *p, char *const argv[], char *const envp[],
		   struct launch **launch, struct err *e) must_check;

/* The same with as many filters as it takes (enforce/stack.h). For launch_exec alone: there is one
 * listener, and one filter that has it. */
int launch_prepare_split(const struct policy *p, char *const argv[], char *const envp[],
			 struct launch **launch, struct err *e) must_check;

void launch_free(struct launch *l);
static inline void launch_autofree(struct launch **l)
{
	launch_free(*l);
}
#define autolaunch __attribute__((cleanup(launch_autofree)))

/*
 * no_new_privs, filter, execve: returns only on failure, and then nothing has run and nothing runs
 * unfiltered. flags: SECCOMP_FILTER_FLAG_* of linux/seccomp.h. After the filter is in, a failure is
 * told by write(2) of a prepared message and exit_group(126 or 127) instead of a return.
 */
int launch_exec(struct launch *l, unsigned flags, struct err *e) must_check;

/*
 * The same with SECCOMP_FILTER_FLAG_NEW_LISTENER among the flags: *listener gets the listener's
 * number before the execve, which closes that descriptor. So *listener lies in shared memory, and
 * whoever listens shares the descriptors: enforce/ward.h. -EBUSY: a filter above has a listener
 * already.
 */
int launch_exec_heard(struct launch *l, unsigned flags, int *listener, struct err *e) must_check;

#endif
