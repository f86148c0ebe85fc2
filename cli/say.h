/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_SAY_H
#define CLI_SAY_H

/* The only way from the program to a person: everything hostile is escaped here. */

#include "cli/command.h"

#include <jansson.h>
#include <stdint.h>

/* "wont: TEXT" (or "wont NAME: TEXT") to stderr, escaped. */
void say_error(const struct err *e);
void say_warning(const char *format, ...) format_printf(1, 2);
void say_note(const char *format, ...)
	format_printf(1, 2); /* progress; silent after say_quiet(true) */
void say_quiet(bool is_quiet);

/* What a word ends in behind that number. */
static inline const char *plural_s(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* Prints e and returns status: `return say_fail(&e, EXIT_USAGE);` */
int say_fail(const struct err *e, int status);

/* "wont NAME: what; try 'wont NAME --help'" to stderr; returns EXIT_USAGE. */
int say_usage(const char *format, ...) format_printf(1, 2);

/* As in base/err.h: what a static analyser cannot see. */
#if defined(__clang_analyzer__) && !defined(SAY_DEFINES)
#define say_fail(e, status) ((void)say_fail(e, status), status)
#define say_usage(...)	    ((void)say_usage(__VA_ARGS__), EXIT_USAGE)
#endif

/*
 * Writes text that the program composed to stdout. Whatever came from outside was put into it with
 * str_put_escaped. Returns EXIT_FINE, or EXIT_USAGE after an error message when stdout cannot be
 * written.
 */
int say_text(const struct str *text);

/* Dumps a JSON value, indented, with a newline; takes the reference. Same returns. */
int say_json(json_t *json);

/* JSON string from any bytes: valid UTF-8 as it is, other bytes escaped as str_put_escaped does. */
json_t *json_bytes(const char *bytes, size_t len);

/* RFC 3339 UTC, to the second: 25 bytes at least. */
void time_print(int64_t nanoseconds, char out[32]);

/* Is it a terminal that understands what moves the cursor and erases (TERM is not "dumb")? */
bool say_can_redraw(int fd);

/* Is stdout (or stderr) a terminal where colour is welcome (NO_COLOR unset)? */
bool say_has_colour(int fd);

#endif
