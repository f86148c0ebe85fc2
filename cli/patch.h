/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_PATCH_H
#define CLI_PATCH_H

/* Changes of a text as unified diffs: what patch(1) and people read. */

#include "base/err.h"
#include "base/str.h"

/*
 * Appends the hunks that make `after` of `before`, with three lines of context; nothing where they
 * are equal. -ENOMEM.
 */
int patch_make(const char *before, const char *after, struct str *out) must_check;

/*
 * Applies the hunks of a diff to the text, strictly: where a hunk says its old lines are, they must
 * be. How many new lines it announces does not matter, so that a reviewer may delete some. What
 * stands outside of hunks is passed over. -EINVAL with the line in e.
 */
int patch_apply(const char *text, const char *patch, struct str *out, struct err *e) must_check;

#endif
