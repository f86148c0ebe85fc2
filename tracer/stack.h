/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_STACK_H
#define TRACER_STACK_H

/* Symbolised backtraces of stopped tracees, through elfutils' libdw. */

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct stacks;

/* Which state of which process: the mappings that were read are used again while it is the same. */
struct stack_owner {
	pid_t pid;
	uint64_t process;  /* its number */
	uint32_t mappings; /* changes with its mappings */
};

/* Was the program built with libdw? */
bool stacks_are_there(void);

/* NULL: out of memory, or built without libdw. */
struct stacks *stacks_new(void);
void stacks_free(struct stacks *stacks);

/*
 * Appends the frames of a stopped thread, innermost first, a line each: "FUNCTION+0xOFFSET (FILE)",
 * or "0xOFFSET (FILE)" without a symbol. At most 64. 0, or -ENODATA when there is not even one.
 */
int stacks_print(struct stacks *stacks, const struct stack_owner *owner, pid_t tid,
		 struct str *out);

#endif
