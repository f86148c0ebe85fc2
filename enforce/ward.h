/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_WARD_H
#define ENFORCE_WARD_H

/*
 * A command under a filter whose notifications come to us (SECCOMP_RET_USER_NOTIF, seccomp_unotify
 * (2)). The caller of a notified call stands still until it is answered or killed. Nobody listening
 * any more, because this process has ended, the kernel answers ENOSYS to what waits and to what
 * comes (kernel/seccomp.c, seccomp_notify_detach): no notified call ever runs by itself.
 */

#include "enforce/launch.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct ward {
	pid_t pid;    /* the command, our child; it dies with us unless it changes its identity */
	int exit;     /* pidfd of the command: readable when it has ended */
	int listener; /* readable: a notice waits; hung up: nobody is under the filter any more */
};

/*
 * Starts the command as a child. Returns when it has been executed, or has ended because it could
 * not be (it then tells so itself, with status 126 or 127). flags: as launch_exec's; mask: the
 * command's signal mask. -EBUSY where the process is under a filter with a listener already: the
 * kernel allows one in a tree.
 */
int ward_start(struct launch *l, unsigned flags, const sigset_t *mask, struct ward *w,
	       struct err *e) must_check;
void ward_fini(struct ward *w);

/* A call that waits. */
struct notice {
	uint64_t id;
	pid_t tid, pid;	  /* of the caller, in our pid namespace */
	int process;	  /* pidfd of the caller's process, which cannot mean another one */
	struct call call; /* as the kernel copied it: nobody can change it any more */
};

/*
 * The next call that waits. -ENOENT: it has gone meanwhile, look again. -EINTR. The notice is
 * verified: pid and process are the caller's.
 */
int ward_listen(const struct ward *w, struct notice *n, struct err *e) must_check;
void notice_fini(struct notice *n);

/* Does the caller still wait? What was read from its memory is its own only if it does. */
bool notice_is_open(const struct ward *w, const struct notice *n);

/* Kills the caller's process; the call never runs. The notice needs no answer then. */
int notice_kill(const struct notice *n, struct err *e) must_check;

/* Answers with an errno instead of running the call. A caller that has gone is no failure. */
int notice_refuse(const struct ward *w, const struct notice *n, int error,
		  struct err *e) must_check;

/* Lets the call run: for a canary alone. What it points to may change before the kernel looks. */
int notice_admit(const struct ward *w, const struct notice *n, struct err *e) must_check;

#endif
