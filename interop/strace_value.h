/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INTEROP_STRACE_VALUE_H
#define INTEROP_STRACE_VALUE_H

/* Arguments as strace(1) prints them: by name, raw, or both; strings, structures, lists. Pure. */

#include "arch/arch.h"
#include "base/str.h"

/* A part of a line. */
struct span {
	const char *at;
	size_t len;
};

/* Where the parenthesis stands that closes what s is inside of; s.len: nowhere. */
size_t strace_close(struct span s);

/*
 * Cuts the next argument off *rest, at a comma that stands in no bracket, string or comment; blanks
 * around it are dropped. False when there is none left.
 */
bool strace_argument(struct span *rest, struct span *argument);

/*
 * The value of an argument: a number, names joined by '|', NULL; 1 for what is only known not to be
 * NULL (a string, a structure, a list). False where it cannot be known.
 */
bool strace_value(const struct arch *arch, struct span argument, uint64_t *value);

/*
 * Appends the text of an argument of class path, sockaddr or argv, in the form of struct probe's
 * text (tracer/event.h). False where there is none; *is_cut: strace printed only its beginning.
 */
bool strace_text(enum arg_class class, struct span argument, struct str *out, bool *is_cut);

#endif
