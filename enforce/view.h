/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_VIEW_H
#define ENFORCE_VIEW_H

/*
 * What is known on arrival at each instruction of a program, whoever wrote it: which word of the
 * call the accumulator holds, and which arch and call it must be. For people's eyes only: nothing
 * is decided by it.
 */

#include "enforce/filter.h"

#include <stdbool.h>

struct view {
	bool is_reached; /* by any way */
	bool has_word;	 /* the accumulator holds the word at offset, cut to mask */
	bool has_token;	 /* of struct seccomp_data */
	bool has_nr;
	uint32_t offset;
	uint32_t mask;
	uint32_t token;
	uint32_t nr;
	uint32_t arrivals; /* jumps and fall-throughs that lead here */
};

/* One view per instruction of a valid program, to be freed; NULL when memory is out. */
struct view *filter_views(const struct filter *f);

/* What an instruction is about: its purpose's arch and call, else the view's; or NULL. */
const struct arch *view_arch(const struct view *v, const struct insn *insn);
const struct syscall *view_syscall(const struct view *v, const struct insn *insn);

/* "jeq #0x101, 12, 34": targets are absolute. */
void insn_print(struct str *out, const struct filter *f, uint32_t pc);

/* What it means: "openat?", "flags, low word", "errno(EPERM)"; nothing where nothing is known. */
void insn_explain(struct str *out, const struct filter *f, uint32_t pc, const struct view *v);

/* The rule that it tests, as it stands in the profile; nothing without one. */
void insn_print_rule(struct str *out, const struct insn *insn);

/* The accumulator in words: "nr", "flags & 0x3", "arg2 (high word)"; "A" where nothing is known. */
void view_print_word(struct str *out, const struct view *v, const struct insn *insn,
		     bool is_big_endian);

#endif
