/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_DOCKET_H
#define CLI_DOCKET_H

/* Denials folded: equal ones are one entry with a count, however many a hostile program makes. */

#include "base/map.h"
#include "store/store.h"

enum { DOCKET_MAX = 4096 }; /* entries; a hostile program could make them up without end */

/* Equal: app, release, executable, call, its selectors and flags where known, and what became of
 * it. Everything that d points to is the entry's own. */
struct entry {
	struct denial d;
	struct owned strings;
	bool is_kept;	/* the store has it, though perhaps with an older count */
	bool is_behind; /* the store has an older one, or none */
	bool is_told;	/* for whoever shows entries: it has been, and has not changed since */
};

/* Zero-initialise. */
struct docket {
	vec_of(struct entry *) all; /* owned, by first sight */
	struct map by_key;
	uint64_t denials; /* all that came */
	uint64_t unkept;  /* those of them that found no room */
};

void docket_fini(struct docket *docket);

/* Counts another denial of an entry that is there: the entry, or NULL where it is a new one. */
struct entry *docket_count(struct docket *docket, const struct denial *d);

/* Adds an entry, which must be a new one. -ENOMEM; -ENOSPC when there is no room (it is counted).
 */
int docket_add(struct docket *docket, const struct denial *d, struct entry **entry) must_check;

/* Brings the store up to date. */
int docket_keep(struct docket *docket, struct store *s, struct err *e) must_check;

#endif
