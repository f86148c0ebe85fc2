/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_PRINTER_H
#define POLICY_PRINTER_H

/* What the parts of the printer of profiles share. Private to policy/print*.c. */

#include "policy/policy.h"
#include "policy/roster.h"

/*
 * Places where a condition may be broken into lines, as bytes that no profile holds. What is
 * printed for one line has blanks (or nothing) in their place.
 */
#define BREAK_CASE  '\1' /* a blank, or the end of an alternative of the whole condition */
#define BREAK_BLANK '\2' /* a blank, or the end of the line */
#define BREAK_EMPTY '\3' /* nothing, or the end of the line where no other place is near */

/* How the value of an argument is written. */
struct naming {
	const struct arch *arch;
	const struct arg *arg; /* its class and group; NULL: raw */
	bool breaks;	       /* put BREAK_EMPTY between names? */
	uint64_t floor;	       /* constants up to it are never joined to others */
	uint64_t joined;       /* the bits of those above it */
};

/* arg may be NULL. */
struct naming naming_of(const struct arch *arch, const struct arg *arg, const struct test *t,
			bool breaks);

/* A value that t compares with: by its name, by the names of its bits, or as a number. */
void print_value(struct str *out, const struct naming *n, const struct test *t, uint64_t v);

/* The mask of t, in parentheses where it is more than one word. */
void print_mask(struct str *out, const struct naming *n, const struct test *t);

/* Do names alone tell this value? */
bool value_is_named(const struct naming *n, const struct test *t, uint64_t v);

/* As cond_print; breaks: with the marks from above. */
void print_cond(struct str *out, const struct cond *c, const struct arch *arch,
		const struct syscall *call, bool breaks);

/* One rule on lines of its own. exes: what the header names. */
void print_rule(struct str *out, const struct rule *rule, const struct arch *arch,
		const struct roster *exes);

/* A comment, each line behind the indent; and a remark behind what stands on the line. */
void print_comment(struct str *out, const char *indent, const char *comment);
void print_remark(struct str *out, const char *remark);

#endif
