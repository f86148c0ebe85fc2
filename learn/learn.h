/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_LEARN_H
#define LEARN_LEARN_H

/* Observations in, policy out. Pure: no files, no clock, no printing. */

#include "policy/policy.h"
#include "store/observation.h"

enum learn_level {
	LEARN_CALLS, /* numbers only */
	LEARN_ARGS,  /* selectors exact and correlated, flags joined to masks, tight ranges */
	LEARN_EXACT, /* every observed tuple */
};

struct learn_options {
	enum learn_level level;
	const char *app, *release; /* for the header; NULL: none */
	struct evidence evidence;
	uint16_t kernel;	   /* LINUX() that was recorded on: the `newer` clause; 0: none */
	bool keep_clone3;	   /* do not answer clone3 with ENOSYS */
	const char *const *accept; /* dangers accepted by name, NULL-terminated; NULL: none */
	const struct policy *base; /* joined in (a --known run's profile), or NULL */
};

/*
 * Learns a policy; *p is the caller's. The learned policy admits every observation (checked before
 * it returns: -EPROTO otherwise, which would be a defect). It holds the floor. It says nothing
 * about danger: see danger.h.
 */
int learn_policy(const struct observations *o, const struct learn_options *options,
		 struct policy **p, struct err *e) must_check;

/* Puts the floor into a policy for arch: the calls that every profile needs, marked is_floor. */
int learn_floor(struct policy *p, const struct arch *arch, bool keep_clone3,
		struct err *e) must_check;

#endif
