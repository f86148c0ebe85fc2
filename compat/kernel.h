/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_KERNEL_H
#define COMPAT_KERNEL_H

/* What the running kernel can do, what this process holds of it, and filters into it. */

#include "base/compiler.h"
#include "compat/context.h"

#include <stdbool.h>
#include <stdint.h>

/* seccomp_api_get(3)'s levels. */
enum level {
	LEVEL_BASE = 1,
	LEVEL_SECCOMP, /* seccomp(2), TSYNC */
	LEVEL_LOG,     /* LOG, KILL_PROCESS */
	LEVEL_SSB,
	LEVEL_NOTIFY,
	LEVEL_NOTIFY_TSYNC,
	LEVEL_WAITKILL,
};

/* The level of the kernel, asked the first time, or the one that was set. */
enum level kernel_level(void);
/* -EINVAL: there is no such level. */
int kernel_set_level(unsigned level) must_check;

/* Is it an action that this level knows, with data that it takes? */
bool kernel_has_action(uint32_t action);

/* The listener of a filter that this process has loaded, or -1. */
int kernel_listener(void);

/* As if the process were new: after a fork, say. */
void kernel_forget(void);

/*
 * Loads. Allocates nothing and is safe in a signal handler. A negative errno: what the system said;
 * *is_ours tells whether -ESRCH is our word for a thread that could not follow.
 */
int kernel_load(const struct product *p, const struct attributes *a, bool *is_ours) must_check;

#endif
