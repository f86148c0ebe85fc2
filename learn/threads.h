/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_THREADS_H
#define LEARN_THREADS_H

/* The floor of programs with threads: what libc does only when threads happen to collide. */

#include "policy/policy.h"
#include "store/observation.h"

/*
 * For every arch on which o shows a thread being made, adds to p's block what the C library does
 * depending on the schedule and not on the program: waiting for a lock, waking a waiter, a further
 * heap for a thread that found the others busy. Rules that p admits already are left out; the
 * others are marked is_floor.
 */
int learn_threads(struct policy *p, const struct observations *o, struct err *e) must_check;

#endif
