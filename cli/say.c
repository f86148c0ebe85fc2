/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only way from the program to a person. */
#define SAY_DEFINES
#include "cli/say.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern const char *command_name; /* cli/main.c: "" until the subcommand is known */

static bool is_quiet_now;

/* One line "wont NAME: LABEL TEXT TAIL" to stderr, the text escaped, in one write. */
static void line(const char *label, const char *text, size_t len, const char *tail)
{
	autostr struct str s = { 0 };

	str_putf(&s, "wont%s%s: %s", *command_name ? " " : "", command_name, label);
	str_put_escaped(&s, text, len);
	str_putf(&s, "%s\n", tail);
	if (file_write_fd(STDERR_FILENO, str_text(&s), s.len))
		return; /* nobody is there to be told */
}

format_printf(2, 0) static void vline(const char *label, const char *format, va_list args,
				      const char *tail)
{
	autofree char *text = NULL;
	int n = vasprintf(&text, format, args);

	if (n < 0)
		text = NULL; /* vasprintf leaves it undefined */
	else
		line(label, text, (size_t)n, tail);
}

void say_error(const struct err *e)
{
	line("", e->text, strlen(e->text), "");
}

int say_fail(const struct err *e, int status)
{
	say_error(e);
	return status;
}

void say_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vline("warning: ", format, args, "");
	va_end(args);
}

void say_quiet(bool is_quiet)
{
	is_quiet_now = is_quiet;
}

void say_note(const char *format, ...)
{
	va_list args;

	if (is_quiet_now)
		return;
	va_start(args, format);
	vline("", format, args, "");
	va_end(args);
}

int say_usage(const char *format, ...)
{
	autofree char *tail = NULL;
	va_list args;

	if (*command_name && asprintf(&tail, "; try 'wont %s --help'", command_name) < 0)
		tail = NULL;
	va_start(args, format);
	vline("", format, args, tail ? tail : "");
	va_end(args);
	return EXIT_USAGE;
}

int say_text(const struct str *text)
{
	struct err e = { 0 };
	int r = text->failed ? -ENOMEM : file_write_fd(STDOUT_FILENO, str_text(text), text->len);

	if (!r)
		return EXIT_FINE;
	err_sys(&e, r, "cannot write to standard output");
	return say_fail(&e, EXIT_USAGE);
}

int say_json(json_t *json)
{
	autostr struct str s = { 0 };
	autofree char *text = json ? json_dumps(json, JSON_INDENT(2) | JSON_ENCODE_ANY) : NULL;

	json_decref(json);
	s.failed = !text;
	if (text) {
		str_put(&s, text);
		str_putc(&s, '\n');
	}
	return say_text(&s);
}

json_t *json_bytes(const char *bytes, size_t len)
{
	autostr struct str s = { 0 };

	str_put_escaped(&s, bytes, len);
	return s.failed ? NULL : json_stringn(str_text(&s), s.len);
}

void time_print(int64_t nanoseconds, char out[32])
{
	time_t seconds = (time_t)(nanoseconds / 1000000000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		memcpy(out, "-", 2);
}

bool say_can_redraw(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

bool say_has_colour(int fd)
{
	const char *no = getenv("NO_COLOR");

	return say_can_redraw(fd) && !(no && *no);
}
