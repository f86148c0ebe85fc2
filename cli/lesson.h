/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_LESSON_H
#define CLI_LESSON_H

/* What learn and diff learn from: the runs of an app, and what was seen in them. */

#include "learn/learn.h"
#include "policy/policy.h"
#include "store/store.h"

/* Zero-initialise. Everything is owned. */
struct lesson {
	struct runs runs;	   /* those that are used */
	struct observations seen;  /* in them */
	struct policy *known;	   /* what their --known profiles admit, or NULL */
	const char *app, *release; /* of the runs (borrowed from them); release NULL: none */
	struct evidence evidence;
	uint16_t kernel; /* the oldest that they ran on, no newer than the tables; 0: unknown */
};

void lesson_fini(struct lesson *l);
#define autolesson __attribute__((cleanup(lesson_fini)))

/* Finds the runs of a word ("APP", "APP@RELEASE" or a run), and drops those that still run with a
 * warning. -ENOENT when there are none. */
int lesson_find(struct lesson *l, struct store *s, const char *word, struct err *e) must_check;

unsigned lesson_count(const struct lesson *l, enum run_state state);

/* Leaves out the runs of a state, each with a warning that says why. */
int lesson_drop(struct lesson *l, enum run_state state, const char *why, struct err *e) must_check;

/* Reads what was seen in the runs that are left, and the profiles they were recorded against. */
int lesson_read(struct lesson *l, struct store *s, struct err *e) must_check;

/* How to learn from it: borrowed from l. The base is what the runs' profiles admit. */
struct learn_options lesson_options(const struct lesson *l, enum learn_level level);

/* For options_take: "calls", "args" or "exact" becomes the enum learn_level of the context. */
int lesson_take_level(const char *word, void *level);

#endif
