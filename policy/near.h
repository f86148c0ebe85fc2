/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_NEAR_H
#define POLICY_NEAR_H

/* What a mistyped word was meant to be. */

#include <stddef.h>

/*
 * The word of the NULL-terminated list that is nearest to text (len bytes, not terminated), or NULL
 * when none is near: more than a third of the letters would have to change.
 */
const char *near_word(const char *text, size_t len, const char *const *words);

#endif
