/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

/* What `PROFILE`, `A` and `B` of the command line mean: a file or an app of the store. */

#include "learn/learn.h"
#include "policy/policy.h"
#include "store/store.h"

/* A file when the word contains '/' or ends in ".wont" (or is "-"), else APP[@RELEASE]. */
bool profile_is_file(const char *word);

/* Why no app and no release may be called so, or NULL: APP@RELEASE has to lead back to it. */
const char *profile_name_fault(const char *name);

/* "APP[@RELEASE]" -> its two words, which the caller frees; *release is NULL where there is none.
 */
int profile_spec(const char *word, char **app, char **release, struct err *e) must_check;

/*
 * The profile of a file, or the last one that learn stored for the app. db: -d's value or NULL.
 * -EINVAL where two of its rules contradict each other.
 */
int profile_load(const char *word, const char *db, struct policy **p, struct err *e) must_check;

#endif
