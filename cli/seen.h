/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_SEEN_H
#define CLI_SEEN_H

/* What was observed of an app, a release or a run: what show and explain tell. */

#include "cli/tuple.h"
#include "store/store.h"

/* Zero-initialise. */
struct seen {
	struct runs runs;
	struct observations observations;
	struct denials denials; /* of the app and release; none where the word was a run's */
};

/* word: APP[@RELEASE] or the number of a run. db: -d's value or NULL. */
int seen_find(struct seen *seen, const char *word, const char *db, struct err *e) must_check;

void seen_fini(struct seen *seen);
#define autoseen __attribute__((cleanup(seen_fini)))

/*
 * The heading over the observations from `at` on, where they are of another executable or arch than
 * those before: an empty line, then the path, "(as NAME)" where it was executed under other names
 * (a link's, an interpreter's), the arch and the id.
 */
void seen_heading(struct str *out, const struct seen *seen, size_t at);

/* "app", "release", "observations" and "denials" of show --json; NULL: out of memory. */
json_t *seen_json(const struct seen *seen);

#endif
