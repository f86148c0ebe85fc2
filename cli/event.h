/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_EVENT_H
#define CLI_EVENT_H

/* A syscall that just happens, as a person reads it: names for numbers, strings for pointers. */

#include "tracer/event.h"

/*
 * Appends "openat(dirfd=AT_FDCWD, pathname="/etc/shadow", flags=O_RDONLY|O_CLOEXEC)", safe for a
 * terminal. Strings are read from the caller through event->probe; where that fails the address
 * stands. strings (may be NULL) gets the strings alone: "pathname="/etc/shadow"", comma-separated.
 */
void event_print(struct str *out, const struct event *event, struct str *strings);

#endif
