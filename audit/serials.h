/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_SERIALS_H
#define AUDIT_SERIALS_H

/*
 * How many events were lost, from the serials of those that came. The kernel numbers all events of
 * the machine one by one (audit_serial, kernel/audit.c), whatever becomes of them afterwards, so a
 * number that never comes is an event that was lost on its way. Two CPUs may send theirs out of
 * order, so a gap counts only once it lies far behind, or at the end. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

enum { SERIALS_WINDOW = 1 << 16 }; /* how far out of order they may come */

/* Zero-initialise. Invariant: bit i of seen is of the one serial = i (mod window) among the
 * SERIALS_WINDOW before next. */
struct serials {
	bool is_begun;
	uint32_t next; /* the highest that came, and one */
	uint64_t span; /* serials from the first one to next */
	uint64_t came; /* of them, each once */
	uint64_t seen[SERIALS_WINDOW / 64];
};

/* An event with that serial has come. */
void serials_note(struct serials *s, uint32_t serial);

/* Those that did not come, between the first and the last that did. */
uint64_t serials_missing(const struct serials *s);

#endif
