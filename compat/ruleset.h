/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_RULESET_H
#define COMPAT_RULESET_H

/* The rules of one arch, as a program has added them so far. */

#include "base/vec.h"
#include "compat/entry.h"

/* What seccomp_syscall_priority(3) was told. */
struct priority {
	int nr;
	uint8_t value;
};

/*
 * Invariant: entries are sorted by nr, those of one call in the order in which they came; none
 * begins another of its call (so an unconditional one stands alone).
 */
struct ruleset {
	const struct arch *arch;
	vec_of(struct entry *) entries; /* owned */
	vec_of(struct priority) priorities;
};

void ruleset_fini(struct ruleset *r);

/* A copy into *to, which is zeroed. -ENOMEM. */
int ruleset_copy(const struct ruleset *r, struct ruleset *to) must_check;

enum ruleset_answer {
	RULESET_NEW,	 /* the rule adds something */
	RULESET_COVERED, /* an earlier, shorter rule says it all, whatever its action */
	RULESET_CLASH,	 /* a rule that it begins, or repeats, has another action */
};

/* What adding the rule would mean. */
enum ruleset_answer ruleset_ask(const struct ruleset *r, const struct entry *e);

/* Makes room for n more rules, so that adding them cannot fail. -ENOMEM. */
int ruleset_reserve(struct ruleset *r, size_t n) must_check;

/* Adds a rule that ruleset_ask calls new; the longer ones that it begins go. Owns e from then on.
 */
void ruleset_add(struct ruleset *r, struct entry *e);

/* The rules of one call from a place on: their count. */
size_t ruleset_group(const struct ruleset *r, size_t from);

/* -ENOMEM. */
int ruleset_set_priority(struct ruleset *r, int nr, uint8_t value) must_check;
/* 0 where none was set. */
uint8_t ruleset_priority(const struct ruleset *r, int nr);

#endif
