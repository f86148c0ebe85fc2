/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_ENTRY_H
#define COMPAT_ENTRY_H

/* A rule as a program added it, for one arch: all of its comparisons must hold. */

#include "base/compiler.h"
#include "compat/seccomp.h"
#include "policy/policy.h"

#include <stdbool.h>
#include <stdint.h>

struct comparison {
	unsigned arg;
	enum scmp_compare op;
	uint64_t mask; /* all ones (of the arch's width) but for SCMP_CMP_MASKED_EQ */
	uint64_t datum;
};

struct entry {
	int nr; /* the arch's own; a negative one other than -1 is no call's and has no effect */
	struct action action;
	unsigned count;			     /* 0: unconditional */
	struct comparison all[SYSCALL_ARGS]; /* by arg, ascending; at most one each */
	bool is_narrow;			     /* only low words are compared */
};

/*
 * Fills e->all and e->count; e->is_narrow is set already. A comparison under an empty mask always
 * holds and is left out. -EINVAL: an unknown operator, an argument beyond the sixth, one twice.
 */
int entry_compare(struct entry *e, const struct scmp_arg_cmp *args, unsigned count) must_check;

/* Replaces what is said of the first argument: it must be value. */
void entry_pin_first(struct entry *e, uint64_t value);

/* Do the first a->count comparisons of b (which has as many) say the same, in the same words? */
bool entry_begins(const struct entry *a, const struct entry *b);

/*
 * Which of two rules of a call goes first where both hold and their actions differ: negative, a;
 * positive, b. The one that looks at the later argument; for the same argument ==, then masked
 * ==, !=, upper bounds, lower bounds; of two alike the tighter one; then the next arguments decide.
 */
int entry_order(const struct entry *a, const struct entry *b);

/* Its condition: *cond gets NULL where there is none. -ENOMEM. */
int entry_cond(const struct entry *e, struct cond **cond) must_check;

#endif
