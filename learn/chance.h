/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_CHANCE_H
#define LEARN_CHANCE_H

/* The floor of what was seen: what else such a program does when the schedule wants it. */

#include "policy/policy.h"
#include "store/observation.h"

/*
 * Adds to p what a program that does what o shows will also do, depending on speed and schedule
 * and not on its purpose: the other half of a pair of operations, a wait for a lock that was free
 * so far, a further heap for a thread that found the others busy. Recording is slow, so that a
 * program may never have had to wait while it was recorded. Added is only what p does not admit
 * yet; the rules are marked is_floor.
 */
int learn_chance(struct policy *p, const struct observations *o, struct err *e) must_check;

#endif
