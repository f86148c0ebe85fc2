/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_STR_H
#define BASE_STR_H

/* A growing string whose failures stick, so that a printer checks once, at the end. */

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Zero-initialise. Invariant: data is NULL or holds len bytes and a final NUL. Once memory runs
 * out, failed stays true and every later call is a no-op.
 */
struct str {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

void str_fini(struct str *s);
#define autostr __attribute__((cleanup(str_fini)))

/* Empties s and keeps its memory; failed is cleared. */
void str_clear(struct str *s);

void str_put(struct str *s, const char *text);
void str_put_bytes(struct str *s, const void *bytes, size_t len);
void str_putc(struct str *s, char c);
void str_putf(struct str *s, const char *format, ...) format_printf(2, 3);

/* Appends spaces until the current line is at least width bytes long. */
void str_pad(struct str *s, size_t width);

/*
 * Appends len bytes in a form that is safe on a terminal and reversible: printable ASCII and valid
 * UTF-8 stand as they are, backslash becomes \\, and every control byte, C1 control, invalid UTF-8
 * byte and invisible or bidirectional format character becomes \n, \t or \xNN byte by byte.
 */
void str_put_escaped(struct str *s, const void *bytes, size_t len);

/* As str_put_escaped inside double quotes, with " written \". str_unquote is its inverse. */
void str_put_quoted(struct str *s, const void *bytes, size_t len);

/*
 * Reads the quoted string at text (which starts with ") and appends its bytes to s. Returns the
 * number of bytes of text that were read, quotes included, or 0 when it is not a complete quoted
 * string with known escapes.
 */
size_t str_unquote(struct str *s, const char *text, size_t len);

/* The text, never NULL; it stays owned by s and valid until the next change. */
const char *str_text(const struct str *s);

/* Takes the text out of s, leaving s empty; NULL when memory ran out. The caller frees it. */
char *str_take(struct str *s);

#endif
