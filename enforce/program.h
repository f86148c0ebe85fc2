/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_PROGRAM_H
#define ENFORCE_PROGRAM_H

/* Which file a command means, and what the kernel will make of it. */

#include "arch/arch.h"
#include "base/compiler.h"
#include "base/err.h"
#include "policy/policy.h"

#include <stdbool.h>

struct program {
	char *path; /* what execve gets; owned */
	/*
	 * The arch whose syscalls it will make first: that of the ELF file, or of the interpreter
	 * that its #! line names. NULL: cannot be told (unreadable, or a format of binfmt_misc).
	 */
	const struct arch *arch;
	/* A text without a #! line: execvp(3) gives it to /bin/sh, and so do we. */
	bool needs_shell;
};

/*
 * Looks a command up as execvp(3) does: a word with a '/' is a path, any other is searched in
 * search (the value of PATH; NULL: "/bin:/usr/bin"), where what may not be executed is passed over
 * but remembered. -ENOENT: there is no such file. -EACCES: there is, but it cannot be executed
 * (permission, a folder, a path through a file, ...). -ENOMEM.
 */
int program_find(const char *command, const char *search, struct program *p,
		 struct err *e) must_check;
void program_fini(struct program *p);
#define autoprogram __attribute__((cleanup(program_fini)))

/*
 * Could the program live under the policy? -EINVAL when its arch has no block and the foreign-arch
 * action kills: it would die at its first instruction, which is better said beforehand.
 */
int program_check(const struct program *p, const struct policy *policy, struct err *e) must_check;

#endif
