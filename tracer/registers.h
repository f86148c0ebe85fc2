/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_REGISTERS_H
#define TRACER_REGISTERS_H

/* Changing a call at its seccomp stop. The only part of the back end that knows registers. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Makes the stopped call of tid return -error instead of being executed: 0 or a negative errno. The
 * kernel skips a call whose number is -1 (kernel/seccomp.c, __seccomp_filter).
 */
int registers_answer(pid_t tid, unsigned error);

/* Sets the first argument of the stopped call; is_narrow: it is one of the 32-bit ABI. */
int registers_set_first(pid_t tid, bool is_narrow, uint64_t value);

#endif
