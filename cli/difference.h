/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

/* The difference of two policies, for people and for tools. */

#include "cli/lesson.h"
#include "cli/makers.h"
#include "learn/danger.h"
#include "policy/algebra.h"

struct side {
	const char *word; /* as the user named it; borrowed */
	struct policy *policy;
	struct lesson lesson;	/* empty where the side is a file */
	struct denials denials; /* of the app and release; empty where the side is a file */
};

/* A change and what is to be told with it. */
struct row {
	const struct change *change;
	struct makers makers;	     /* empty: unknown */
	const struct danger *danger; /* the worst that the difference contains, or NULL */
	uint64_t denied; /* calls of the difference that either side's app was denied so far */
	bool is_floor;	 /* only the floor has it, no program made the call */
};

/* Zero-initialise, fill the sides, find, print. */
struct difference {
	struct side a, b;
	struct changes changes;
	vec_of(struct row) rows; /* of changes: added, widened, narrowed, removed; by arch, nr */
};

int difference_find(struct difference *d, struct err *e) must_check;
void difference_fini(struct difference *d);

/* Do they differ at all, default actions included? */
bool difference_is_some(const struct difference *d);

/* The rows of one kind. */
size_t difference_count(const struct difference *d, enum change_kind kind);

/* Does b admit what the row is about? Else a does. */
bool row_is_gain(const struct row *row);

/* "added", "removed", "widened", "narrowed". */
const char *change_kind_name(enum change_kind kind);

/* Each prints to standard output and returns an exit status. */
int difference_text(const struct difference *d);
int difference_json(const struct difference *d);
int difference_markdown(const struct difference *d);

#endif
