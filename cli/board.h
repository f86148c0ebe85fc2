/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_BOARD_H
#define CLI_BOARD_H

/* How watch shows denials: a table that is drawn again in place, or JSON lines. */

#include "cli/docket.h"
#include "learn/danger.h"
#include "policy/policy.h"

#include <jansson.h>

struct board {
	const struct policy *policy; /* what they are held against, or NULL */
	const char *app;	     /* as the user named it, or NULL: all */
	const char *source;	     /* where records come from, for people */
	bool is_table;
	unsigned canaries; /* that live now */
	uint64_t losses;
	size_t drawn; /* lines of the table that stand on the terminal */
};

/* Shows what has changed since the last time. Returns an exit status. */
int board_show(struct board *b, struct docket *docket);

/* A denial as an object (docs/formats.md); policy may be NULL. NULL: out of memory. */
json_t *denial_json(const struct denial *d, const struct policy *policy);

/* "socket(domain=AF_NETLINK, type=SOCK_RAW, protocol=NETLINK_ROUTE)"; without arguments "socket".
 */
void denial_print_call(struct str *out, const struct denial *d);

/*
 * Text that was escaped before it was stored, by a wont that may not have been ours: escaped again
 * but for the backslashes.
 */
void stored_print(struct str *out, const char *text);

/* Denials for people: for show and explain; nothing where there are none. */
void denials_print(struct str *out, const struct denials *denials);

/* The danger in what the call does, or NULL. */
const struct danger *denial_danger(const struct denial *d);

#endif
