/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_CENSUS_H
#define TRACER_CENSUS_H

/*
 * Which of the machine's audited calls are the recording's. The command was given a login session
 * of its own, which its descendants inherit and every record names; a process that begins another
 * session is still known by its pid. Knows nothing of audit but that.
 */

#include "base/map.h"
#include "base/vec.h"
#include "tracer/exe.h"

struct member {
	struct process process;
	struct str path; /* of its executable, as records name it */
	uint64_t last;	 /* time of its last call */
	int status;	 /* as wait(2) gave it, -1 unknown */
	unsigned misses; /* sweeps that have not found it since its last call */
	bool is_told;	 /* the sink knows it */
};

/* Zero-initialise. */
struct census {
	struct map members; /* pid -> struct member */
	vec_of(uint32_t) sessions;
	struct exes exes;
	uint64_t made;
};

void census_fini(struct census *c);

/* The session is the recording's from now on. 0 or -ENOMEM. */
int census_add_session(struct census *c, uint32_t session) must_check;
bool census_has_session(const struct census *c, uint32_t session);

/* NULL when unknown. */
struct member *census_find(const struct census *c, pid_t pid);

/* A new member; its parent is the member of that pid, or its own where that is unknown. NULL: out
 * of memory. */
struct member *census_add(struct census *c, pid_t pid, pid_t parent);

/* Forgets a member. */
void census_remove(struct census *c, struct member *member);

#endif
