/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_GATHER_H
#define AUDIT_GATHER_H

/*
 * Records that come one by one, those of several calls mixed, to whole calls. A call is whole when
 * its EOE record comes; where there are none (auditd writes none into its file), when the stream is
 * two seconds past it, when too many are open, or at the end. A SECCOMP record is whole by itself.
 * Bounded and pure.
 */

#include "audit/call.h"

/* Takes calls; the call is the gatherer's again afterwards. Negative: stops, and is passed on. */
struct gather_sink {
	int (*call)(void *context, struct audit_call *call);
	void *context;
};

struct gather_figures {
	uint64_t calls;	    /* handed over */
	uint64_t damaged;   /* records that tell of a call and could not be read */
	uint64_t headless;  /* calls whose own record is missing: they are not handed over */
	uint64_t forgeable; /* records that programs can send, left out */
};

struct gather;

/* NULL: out of memory. The sink is borrowed. */
struct gather *gather_new(const struct gather_sink *sink);
void gather_free(struct gather *gather);
static inline void gather_autofree(struct gather **gather)
{
	gather_free(*gather);
}
#define autogather __attribute__((cleanup(gather_autofree)))

/* Adds a record: 0, -ENOMEM, or what the sink returned. Damage is counted and no failure. */
int gather_add(struct gather *gather, const struct record *record) must_check;

/* Hands over what was opened when the stream was at `time` less two seconds, or before; UINT64_MAX:
 * everything. */
int gather_flush(struct gather *gather, uint64_t time) must_check;

const struct gather_figures *gather_figures(const struct gather *gather);

#endif
