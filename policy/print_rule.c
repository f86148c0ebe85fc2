/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules and comments laid out on lines. */
#include "policy/printer.h"

#include "policy/text.h"

#include <inttypes.h>
#include <string.h>

/*
 * Columns of the screen, tabs being 8 wide. What is not to be read first, or cannot be broken well,
 * may take more of them.
 */
enum { LINE_WIDTH = 100, LONG_WIDTH = 120, COND_COLUMN = 24, PROVENANCE_COLUMN = 56 };

void syscall_print(struct str *out, const struct arch *arch, uint32_t nr)
{
	const struct syscall *call = arch_syscall(arch, nr);

	if (call)
		str_put(out, call->name);
	else
		str_putf(out, "#%" PRIu32, nr);
}

/* The column on the screen where the next byte goes. */
static size_t column(const struct str *out)
{
	size_t start = out->len, at = 0;

	while (start > 0 && out->data[start - 1] != '\n')
		start--;
	for (; start < out->len; start++)
		at = out->data[start] == '\t' ? (at / 8 + 1) * 8 : at + 1;
	return at;
}

/* Blanks up to a column, at least `least` of them. */
static void pad(struct str *out, size_t to, size_t least)
{
	size_t at = column(out);

	for (size_t i = 0; i < least || at + i < to; i++)
		str_putc(out, ' ');
}

static bool is_break(char c)
{
	return c == BREAK_CASE || c == BREAK_BLANK || c == BREAK_EMPTY;
}

/* The columns that the text takes up to the next blank where its line may end. */
static size_t word_width(const char *text)
{
	size_t width = 0;

	for (; *text && *text != BREAK_CASE && *text != BREAK_BLANK; text++)
		width += *text != BREAK_EMPTY;
	return width;
}

/* The bytes up to the next place of any kind where the line may end. */
static size_t segment_length(const char *text)
{
	size_t len = 0;

	while (text[len] && !is_break(text[len]))
		len++;
	return len;
}

/* Where a broken text goes on. */
struct wrapping {
	size_t width;  /* how many columns a line may have */
	size_t at;     /* the column */
	bool is_whole; /* it all fits into the line */
	bool has_cases;
};

/* Must the line end at this place, whose text goes on behind it? */
static bool is_line_end(const struct wrapping *w, char kind, const char *rest)
{
	if (w->is_whole)
		return false;
	if (kind == BREAK_EMPTY)
		return w->at + segment_length(rest) > LONG_WIDTH;
	return kind == BREAK_CASE || w->at + 1 + word_width(rest) > w->width;
}

/* Writes out marked text at the current column, broken into lines only where it must be. */
static void wrap(struct str *out, const char *text, size_t width)
{
	struct wrapping w = { .width = width,
			      .at = column(out),
			      .has_cases = strchr(text, BREAK_CASE) };

	w.is_whole = w.at + strlen(text) <= width;
	for (;;) {
		size_t n = segment_length(text);

		str_put_bytes(out, text, n);
		w.at += n;
		text += n;
		if (!*text)
			return;
		char kind = *text++;
		bool is_deeper = kind != BREAK_CASE && w.has_cases;

		if (is_line_end(&w, kind, text)) {
			str_put(out, is_deeper ? "\n\t\t\t\t" : "\n\t\t\t");
			w.at = is_deeper ? COND_COLUMN + 8 : COND_COLUMN;
		} else if (kind != BREAK_EMPTY) {
			str_putc(out, ' ');
			w.at++;
		}
	}
}

static bool is_provenance_known(const struct provenance *from)
{
	return from->weight || from->runs || from->is_floor || from->exes.len;
}

/* By its short name where that leads back to the path. */
static void print_exe(struct str *out, const char *path, const struct roster *exes)
{
	const char *label = exe_label(path);
	const char *found = label ? roster_find(exes, label, strlen(label)) : NULL;

	if (found && !strcmp(found, path))
		str_put(out, label);
	else
		str_put_quoted(out, path, strlen(path));
}

/* Are these all that the header names, and so many that saying so is shorter? */
static bool is_all(const struct provenance *from, const struct roster *exes)
{
	if (from->exes.len < 3 || from->exes.len != exes->paths.len)
		return false;
	for (size_t i = 0; i < from->exes.len; i++) {
		if (strcmp(from->exes.data[i], exes->paths.data[i]) != 0)
			return false;
	}
	return true;
}

static void print_exes(struct str *out, const struct provenance *from, const struct roster *exes)
{
	if (is_all(from, exes)) {
		str_put(out, " by " ROSTER_ALL);
		return;
	}
	vec_for(exe, &from->exes) {
		char kind = from->exes.len > 1 ? BREAK_BLANK : ' ';

		str_putf(out, "%s%c", exe == from->exes.data ? " by" : ",", kind);
		print_exe(out, *exe, exes);
	}
}

static void print_provenance(struct str *out, const struct provenance *from,
			     const struct roster *exes)
{
	autostr struct str text = { 0 };

	if (!is_provenance_known(from))
		return;
	if (from->weight)
		str_putf(&text, " weight %" PRIu64, from->weight);
	if (from->runs)
		str_putf(&text, " runs %" PRIu32, from->runs);
	if (from->is_floor)
		str_put(&text, " floor");
	print_exes(&text, from, exes);
	pad(out, PROVENANCE_COLUMN, 2);
	wrap(out, str_text(&text) + 1, LONG_WIDTH);
	out->failed |= text.failed;
}

void print_rule(struct str *out, const struct rule *rule, const struct arch *arch,
		const struct roster *exes)
{
	autostr struct str body = { 0 };

	print_comment(out, "\t", rule->comment);
	str_put(out, "\t");
	syscall_print(out, arch, rule->nr);
	if (rule->cond)
		print_cond(&body, rule->cond, arch, arch_syscall(arch, rule->nr), true);
	if (rule->action.kind != ACTION_ALLOW) {
		str_put(&body, rule->cond ? " -> " : "-> ");
		action_print(&body, rule->action, arch);
	}
	if (body.len) {
		str_putc(out, ':');
		pad(out, COND_COLUMN, 1);
		wrap(out, str_text(&body), LINE_WIDTH);
	}
	out->failed |= body.failed;
	print_provenance(out, &rule->from, exes);
	print_remark(out, rule->remark);
	str_putc(out, '\n');
}

/*
 * One line of a comment: starting with '#', not readable as a call's number, free of what steers a
 * terminal and of blanks at its end. A comment that was parsed is that already.
 */
static void print_comment_line(struct str *out, const char *line, size_t len)
{
	while (len > 0 && strchr(" \t\r", line[len - 1]))
		len--;
	if (!len || *line != '#')
		str_put(out, len ? "# " : "#");
	if (len > 1 && *line == '#' && line[1] >= '0' && line[1] <= '9') {
		str_put(out, "# ");
		line++;
		len--;
	}
	while (len > 0) {
		size_t plain = 0;

		while (plain < len && line[plain] != '\\' && line[plain] != '\t')
			plain++;
		str_put_escaped(out, line, plain);
		if (plain < len)
			str_putc(out, line[plain++]);
		line += plain;
		len -= plain;
	}
}

void print_comment(struct str *out, const char *indent, const char *comment)
{
	while (comment) {
		const char *end = strchrnul(comment, '\n');

		str_put(out, indent);
		print_comment_line(out, comment, (size_t)(end - comment));
		str_putc(out, '\n');
		comment = *end ? end + 1 : NULL;
	}
}

void print_remark(struct str *out, const char *remark)
{
	if (!remark)
		return;
	str_put(out, column(out) ? "  " : "");
	print_comment_line(out, remark, strlen(remark));
}
