/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_INDIRECT_H
#define STORE_INDIRECT_H

/* socketcall and ipc: calls whose arguments lie in memory, where no filter sees them. */

#include "tracer/event.h"

/* Is it one of the two? */
bool call_is_indirect(const struct syscall *call);

/*
 * Appends the call that is meant, folded, as text: "socket(2, 1, 0)", "connect(*, *, 16)". Returns
 * the index of the argument that points to it, or a negative code when there is nothing to read.
 */
int indirect_print(const struct event *event, const struct syscall *call, struct str *out);

#endif
