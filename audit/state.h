/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_STATE_H
#define AUDIT_STATE_H

/*
 * What we change of the machine's audit settings, and putting it back on every way out. What the
 * settings were is written down before they are changed, and each user of them holds a lock on a
 * file that names its rules: a user who died is recognised by its free lock, and whoever comes next
 * puts back what it left. Several users may be there at once; the last one restores the settings.
 *
 * In the folder: `before` (the settings as they were), `user-LOGIN` (one for each user, with its
 * rules), `lock` (held while any of it changes).
 */

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_FOLDER "/run/wont"

enum { STATE_TOKENS = 4 };

struct state_wish {
	uint32_t login; /* of the rules; also the user's name, so never used twice at a time */
	uint32_t tokens[STATE_TOKENS]; /* ABIs to make rules for, ... */
	unsigned token_count;	       /* ... so many; with any, audit is enabled */
	uint32_t backlog;	       /* the least that the backlog limit has to be; 0: as it is */
};

struct state;

/*
 * Repairs what others left, then changes what is wished for. Where it fails everything is as it
 * was. The codes of audit/control.h, and -EPERM where audit is locked (enabled 2).
 */
int state_enter(const char *folder, const struct state_wish *wish, struct state **state,
		struct err *e) must_check;

/* Puts everything back and frees; NULL is fine. An error says what could not be put back; it is
 * put back by whoever comes next and can. */
int state_leave(struct state *state, struct err *e) must_check;

/* Puts back what users that have died left: their number. -EPERM where they left something and
 * audit is locked. */
int state_repair(const char *folder, unsigned *repaired, struct err *e) must_check;

/* The number of users that have died and left something, and of those that are there. */
int state_look(const char *folder, unsigned *dead, unsigned *alive, struct err *e) must_check;

#endif
