/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

/* What `PROFILE`, `A` and `B` of the command line mean: a file or an app of the store. */

#include "learn/learn.h"
#include "policy/policy.h"
#include "store/store.h"

/* A file when the word contains '/' or ends in ".wont" (or is "-"), else APP[@RELEASE]. */
bool profile_is_file(const char *word);

/* The profile of a file, or the last one that learn stored for the app. db: -d's value or NULL. */
int profile_load(const char *word, const char *db, struct policy **p, struct err *e) must_check;

/*
 * The policy of a file, or learned afresh from the app's runs (for diff): complete, lossy and
 * partial ones, the latter joined with the profiles that they were recorded against.
 */
int profile_learn(const char *word, const char *db, enum learn_level level, struct policy **p,
		  struct err *e) must_check;

#endif
