/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_LISTENING_H
#define TRACER_LISTENING_H

/* Audit's records while a command is recorded: from the beacon that shows that they come, to the
 * count of those that did not. */

#include "audit/reader.h"
#include "tracer/hearing.h"

/* Zero-initialise, with the recording and the outcome in `hearing`. */
struct listening {
	struct hearing hearing;
	struct gather *gather;
	struct gather_sink sink;
	struct reader *reader;
	struct gather_figures gathered; /* when it began */
	uint32_t lost;			/* the kernel's counter when it began, ... */
	bool knows_lost;		/* ... where it may be read */
	unsigned beacons;		/* at the end, that were lost themselves */
	bool is_deaf;			/* records are taken and thrown away */
};

/* Records from now on are kept. -EPERM where they do not come, with what may be the cause. */
int listening_begin(struct listening *l, struct err *e) must_check;

/* Waits for records, for `also` to become readable (-1: nothing), or for a signal, at most so many
 * milliseconds. */
void listening_wait(const struct listening *l, int also, int timeout);

/* Takes the records that are there, or many of them: 0, or a code of the reader or the sink. */
int listening_take(struct listening *l) must_check;

/* The last process has gone: reads to the end of the stream, which a last beacon marks. */
int listening_drain(struct listening *l, struct err *e) must_check;

/* Puts what was lost into the outcome, with a caveat that has the figures. */
void listening_count(struct listening *l);

/* Reads no more, and frees the daemon's place where it was taken. */
void listening_hush(struct listening *l);
void listening_fini(struct listening *l);

#endif
