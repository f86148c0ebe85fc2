/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_PROCFS_H
#define BASE_PROCFS_H

/* What the kernel says about a task in /proc (proc(5)). */

#include <stdbool.h>
#include <sys/types.h>

/*
 * Is /proc there, and that of our own pid namespace? In another's our numbers are other processes
 * (unshare -p without --mount-proc): nothing that is found there by a number may be believed.
 */
bool procfs_is_ours(void);

/*
 * The number in a line of /proc/TID/status: "Tgid", "PPid", "TracerPid", "Seccomp". 0 where it is
 * 0, and where there is no such task or line, or /proc is not ours.
 */
pid_t procfs_number(pid_t tid, const char *key);

#endif
