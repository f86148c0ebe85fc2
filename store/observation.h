/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_OBSERVATION_H
#define STORE_OBSERVATION_H

/* Events folded: what the store keeps and learn reads. Plain data. */

#include "arch/arch.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* How one argument was folded. */
enum fold_kind {
	FOLD_NONE,  /* not an argument of this call: its register was not looked at */
	FOLD_VALUE, /* exact value: selectors, flags, modes, and special values of the others
		       (AT_FDCWD, -1, 0, NULL) */
	FOLD_RANGE, /* minimum and maximum of what was seen (lengths, offsets, counts, times,
		       addresses, values), never 0 */
	FOLD_ANY, /* something that is none of the special values: `fd`, `id`, a pointer that is not
		     NULL */
	FOLD_SELF, /* the caller's own pid or tid */
	FOLD_MANY, /* past the cap of tuples: several values, not kept, all within low..high */
};

const char *fold_kind_name(enum fold_kind kind);

/*
 * low and high are in the argument's own form: cut to its bits, sign-extended to 64 when signed.
 * FOLD_VALUE: low == high. FOLD_RANGE and FOLD_MANY: the bounds of what was seen, compared as
 * is_signed says. The others: both 0.
 */
struct folded {
	enum fold_kind kind;
	enum arg_class class; /* of the signature that held for the call */
	uint64_t low;
	uint64_t high;
	bool is_signed; /* of that signature, too */
};

/*
 * One tuple of (exe, arch, nr, folded arguments), over one run or several. The ranges belong to the
 * tuple and are not part of its identity; everything else is.
 */
struct observation {
	const char *exe;    /* path */
	const char *exe_id; /* build-id or hash; "" unknown */
	const struct arch *arch;
	uint32_t nr;
	struct folded args[SYSCALL_ARGS];
	uint64_t count; /* calls */
	int64_t first;	/* nanoseconds since 1970 */
	int64_t last;
	uint32_t runs; /* how many of the runs asked for have it */
	vec_of(uint32_t)
		run_indices; /* which ones: indices into the array of runs asked for, ascending */
	bool is_capped;	     /* tuples or texts past the cap were folded into it */
	bool is_sampled;     /* texts were read at a part of the calls only */
	vec_of(struct text) texts;
	const char *stack;    /* first backtrace, or NULL */
	const char *command;  /* argv of the process that made the first call, each with its NUL */
	uint32_t command_len; /* 0: unknown */
};

/* A string that a call named: a path, a sockaddr (raw bytes), an argv (strings with their NULs). */
struct text {
	uint8_t arg;
	enum arg_class class;
	uint32_t len;
	const char *bytes;
	uint64_t count;
};

/* Observations with the memory that they borrow. Sorted by exe, arch, nr, arguments. */
struct observations {
	vec_of(struct observation) all;
	uint32_t runs;		/* how many runs they are of */
	vec_of(char *) strings; /* what the pointers above point into; owned */
};

void observations_fini(struct observations *o);
#define autoobservations __attribute__((cleanup(observations_fini)))

#endif
