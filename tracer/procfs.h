/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_PROCFS_H
#define TRACER_PROCFS_H

/* What the kernel says about a task in /proc (proc(5)). */

#include <sys/types.h>

/*
 * The number in a line of /proc/TID/status: "Tgid", "PPid", "TracerPid", "Seccomp". 0 where it is
 * 0, and where there is no such task or line.
 */
pid_t procfs_number(pid_t tid, const char *key);

#endif
