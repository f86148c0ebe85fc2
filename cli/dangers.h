/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_DANGERS_H
#define CLI_DANGERS_H

/* What is dangerous in what was learned. */

#include "cli/lesson.h"

/*
 * Tells the dangers of the profile p that was made of the lesson, and who brings them. They are
 * judged by what the runs did, told as exactly as a filter can tell it: a coarser level, or a
 * profile that they were recorded against, admits more, which is said but not refused. accepted:
 * names of dangers, ending with NULL; word: what the user calls the app. Returns an exit status:
 * EXIT_NO where a danger of the worst kind is not accepted.
 */
int dangers_judge(const struct lesson *l, const struct policy *p, bool keep_clone3,
		  const char *const *accepted, const char *word);

#endif
