/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_TUPLE_H
#define CLI_TUPLE_H

/* Observations as people and programs read them: for show and explain. */

#include "cli/say.h"
#include "store/observation.h"

/* The name of a call, "#463" where the tables have none. */
void call_print(struct str *out, const struct arch *arch, uint32_t nr);

/* "openat(dirfd=AT_FDCWD, path=*, flags=O_RDONLY|O_CLOEXEC)", in the words of profiles. */
void tuple_print(struct str *out, const struct observation *o);

/*
 * The texts, the most frequent first, one a line behind the indent with its count; at most `most`,
 * and how many more there are.
 */
void texts_print(struct str *out, const struct observation *o, const char *indent, size_t most);

/* A text as a word: a quoted path, an address and port, a command line. */
void text_print(struct str *out, const struct text *text);

/* A command line as argv with its NULs: words with blanks or worse in them are quoted. */
void argv_print(struct str *out, const char *argv, size_t len);

/* The members of an element of `show --json` (docs/formats.md); NULL: out of memory. */
json_t *tuple_json(const struct observation *o);

#endif
