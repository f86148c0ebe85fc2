/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The outer form of strace's lines, under -f and the options that print times. */
#include "interop/strace_line.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define UNFINISHED "<unfinished ...>"

static bool starts(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && memcmp(s.at, text, len) == 0;
}

static bool skip_text(struct span *s, const char *text)
{
	if (!starts(*s, text))
		return false;
	s->at += strlen(text);
	s->len -= strlen(text);
	return true;
}

static void skip_blanks(struct span *s)
{
	while (s->len && *s->at == ' ') {
		s->at++;
		s->len--;
	}
}

static bool skip_number(struct span *s, uint64_t *value)
{
	size_t i = 0;
	uint64_t n = 0;

	for (; i < s->len && i < 18 && s->at[i] >= '0' && s->at[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(s->at[i] - '0');
	s->at += i;
	s->len -= i;
	*value = n;
	return i > 0;
}

/* "[pid 12] ", "12 ", "12<comm> ". */
static void skip_pid(struct span *s, pid_t *pid)
{
	struct span at = *s;
	bool is_bracketed = skip_text(&at, "[pid");
	uint64_t n;

	skip_blanks(&at);
	if (!skip_number(&at, &n) || !n || n > INT32_MAX)
		return;
	if (starts(at, "<")) {
		const char *end = memchr(at.at, '>', at.len);

		if (!end)
			return;
		at.len -= (size_t)(end + 1 - at.at);
		at.at = end + 1;
	}
	if (is_bracketed ? !skip_text(&at, "]") : !starts(at, " "))
		return;
	skip_blanks(&at);
	*pid = (pid_t)n;
	*s = at;
}

/* "12:34:56", "12:34:56.789", "1700000000.123", "0.000012": only the third says when. */
static void skip_time(struct span *s, uint64_t *time)
{
	struct span at = *s;
	uint64_t seconds, part, fraction = 0;

	skip_text(&at, "+");
	skip_blanks(&at);
	if (!skip_number(&at, &seconds))
		return;
	while (skip_text(&at, ":"))
		if (!skip_number(&at, &part))
			return;
	if (skip_text(&at, ".")) {
		size_t left = at.len;

		if (!skip_number(&at, &fraction))
			return;
		for (left -= at.len; left < 9; left++)
			fraction *= 10;
	}
	if (!starts(at, " "))
		return;
	skip_blanks(&at);
	if (seconds >= 100000000 && seconds < 9000000000 && fraction < 1000000000)
		*time = seconds * 1000000000 + fraction;
	*s = at;
}

/* "exited with 3 +++", "killed by SIGKILL (core dumped) +++". */
static void parse_end(struct span s, struct strace_line *line)
{
	uint64_t n;

	line->kind = STRACE_EXITED;
	line->status = -1;
	if (skip_text(&s, "exited with ") && skip_number(&s, &n))
		line->status = (int)(n & 0xff) << 8;
	else if (skip_text(&s, "killed by SIG"))
		for (int i = 1; i < SIGRTMIN; i++) {
			const char *name = sigabbrev_np(i);

			if (name && starts(s, name) && s.len > strlen(name) &&
			    s.at[strlen(name)] == ' ')
				line->status = i;
		}
}

static void parse_mode(struct span s, struct strace_line *line)
{
	uint64_t pid, bits;

	line->kind = STRACE_OTHER;
	if (!skip_text(&s, "Process PID=") || !skip_number(&s, &pid) || pid > INT32_MAX ||
	    !skip_text(&s, " runs in "))
		return;
	line->is_x32 = skip_text(&s, "x32 mode");
	if (!line->is_x32 && (!skip_number(&s, &bits) || (bits != 32 && bits != 64)))
		return;
	line->kind = STRACE_MODE;
	line->pid = (pid_t)pid;
	line->bits = line->is_x32 ? 32 : (unsigned)bits;
}

static size_t name_length(struct span s)
{
	size_t i = 0;

	while (i < s.len && (s.at[i] == '_' || (s.at[i] >= 'a' && s.at[i] <= 'z') ||
			     (s.at[i] >= '0' && s.at[i] <= '9')))
		i++;
	return i;
}

static void parse_resumed(struct span s, struct strace_line *line)
{
	line->name = (struct span){ s.at, name_length(s) };
	s.at += line->name.len;
	s.len -= line->name.len;
	if (!line->name.len || !skip_text(&s, " resumed>"))
		return;
	line->kind = STRACE_RESUMED;
	line->arguments = s;
}

/* NAME(ARGUMENTS) = RESULT */
static void parse_call(struct span s, struct strace_line *line)
{
	static const size_t tail = sizeof(UNFINISHED) - 1;
	size_t len = name_length(s), close;
	struct span rest;

	if (!len || len >= s.len || s.at[len] != '(')
		return;
	line->name = (struct span){ s.at, len };
	rest = (struct span){ s.at + len + 1, s.len - len - 1 };
	if (rest.len >= tail && memcmp(rest.at + rest.len - tail, UNFINISHED, tail) == 0) {
		line->kind = STRACE_UNFINISHED;
		line->arguments = (struct span){ rest.at, rest.len - tail };
		return;
	}
	close = strace_close(rest);
	line->arguments = (struct span){ rest.at, close };
	rest.at += close;
	rest.len -= close;
	if (!skip_text(&rest, ")"))
		return;
	skip_blanks(&rest);
	if (!skip_text(&rest, "= "))
		return;
	line->result = rest;
	line->kind = STRACE_CALL;
}

void strace_body_parse(struct span body, struct strace_line *line)
{
	struct span s = body;

	line->body = body;
	line->kind = STRACE_DAMAGED;
	if (skip_text(&s, "+++ "))
		parse_end(s, line);
	else if (skip_text(&s, "<... "))
		parse_resumed(s, line);
	else if (skip_text(&s, "[ "))
		parse_mode(s, line);
	else if (starts(s, "--- ") || starts(s, "strace: ") || !s.len)
		line->kind = STRACE_OTHER;
	else
		parse_call(s, line);
}

void strace_line_parse(const char *text, size_t len, struct strace_line *line)
{
	struct span s = { text, len };

	*line = (struct strace_line){ .status = -1 };
	while (s.len && (s.at[s.len - 1] == '\r' || s.at[s.len - 1] == ' '))
		s.len--;
	skip_blanks(&s);
	skip_pid(&s, &line->pid);
	skip_time(&s, &line->time);
	strace_body_parse(s, line);
}
