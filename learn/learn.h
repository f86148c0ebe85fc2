/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_LEARN_H
#define LEARN_LEARN_H

/* Observations in, policy out. Pure: no files, no clock, no printing. */

#include "policy/policy.h"
#include "store/observation.h"

/*
 * How much of an observation becomes a condition.
 *
 * LEARN_ARGS keeps what a filter can see and what the next run repeats: selectors by value, the
 * ones that were seen together together; flag words joined to the smallest (flags & ~free) == fixed
 * for each combination of selectors, but access modes, mapping types, protections and the like
 * never joined; permission bits as a ceiling. Descriptors, pointers, ids, lengths and the like are
 * free: they vary, and what the kernel checks itself (sigsetsize) would only cost. An argument with
 * more values than can be told is free too, and a comment says so.
 *
 * LEARN_EXACT keeps every tuple: special values, "none of the special values", and ranges.
 * Addresses are only told from NULL, since they lie elsewhere in every run, and the caller's own
 * pid is "none of the special ones".
 */
enum learn_level {
	LEARN_CALLS, /* numbers only */
	LEARN_ARGS,  /* the default */
	LEARN_EXACT, /* every observed tuple */
};

struct learn_options {
	enum learn_level level;
	const char *app, *release; /* for the header; NULL: none */
	struct evidence evidence;
	uint16_t kernel;	   /* LINUX() that was recorded on: the `newer` clause; 0: none */
	bool keep_clone3;	   /* where clone3 was seen, allow it instead of ENOSYS */
	bool without_chance;	   /* only what was seen and the floor: to compare and to judge */
	const struct policy *base; /* joined in (a --known run's profile), or NULL */
};

/*
 * Learns a policy; *p is the caller's. The learned policy admits every observation (checked before
 * it returns: -EPROTO otherwise, which would be a defect). It holds the floor in a block for every
 * arch that was seen, and with it what chance may bring (chance.h; not at level exact). It says
 * nothing about danger: see danger.h.
 */
int learn_policy(const struct observations *o, const struct learn_options *options,
		 struct policy **p, struct err *e) must_check;

/*
 * Puts the floor into a policy for arch: the calls that every profile needs, marked is_floor,
 * allowed without condition; and clone3, which is answered ENOSYS so that libc falls back to clone,
 * whose flags a filter can see.
 */
int learn_floor(struct policy *p, const struct arch *arch, bool keep_clone3,
		struct err *e) must_check;

#endif
