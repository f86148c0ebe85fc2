/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_CANARY_H
#define CLI_CANARY_H

/* Runs under a profile that only reports, from their start in enforce to their end in watch. */

#include "policy/policy.h"
#include "store/store.h"

#include <sys/types.h>

/*
 * Writes down that the process pid now becomes a canary of the policy, whose text the store keeps.
 * uuid gets its name.
 */
int canary_begin(struct store *s, const struct policy *policy, pid_t pid, char uuid[37],
		 struct err *e) must_check;

/* It has ended, and every denial of it from its first call on was seen: the best evidence. */
int canary_complete(struct store *s, const char *uuid, struct err *e) must_check;

/* The pid of a canary's first process, also when that has gone; 0: unknown. */
pid_t canary_number(const struct canary *c);
/* The same while it lives, else 0. */
pid_t canary_pid(const struct canary *c);

/* Nanoseconds since 1970. */
int64_t canary_now(void);

#endif
