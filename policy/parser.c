/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the parser that know no grammar: tokens, comments, errors. */
#define PARSER_DEFINES
#include "policy/parser.h"

#include "policy/near.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct shown show(struct slice s)
{
	struct shown w;
	int len = s.len > 60 ? 57 : (int)s.len;
	const char *quote = s.len && *s.text == '"' ? "" : "\"";

	snprintf(w.text, sizeof(w.text), "%s%.*s%s%s", quote, len, s.text, s.len > 60 ? "..." : "",
		 quote);
	return w;
}

struct shown slice_name(struct slice s)
{
	struct shown w = { "" };

	if (s.len < sizeof(w.text))
		memcpy(w.text, s.text, s.len);
	return w;
}

/* "NAME:LINE:COLUMN: ", the column in characters. */
static void put_place(const struct parser *p, const char *at, char *out, size_t size)
{
	unsigned line = 1, column = 1;

	for (const char *c = p->text; c < at; c++) {
		if (*c == '\n') {
			line++;
			column = 1;
		} else if ((*c & 0xc0) != 0x80) {
			column++;
		}
	}
	snprintf(out, size, "%.400s:%u:%u: ", p->name, line, column);
}

bool parser_fail(struct parser *p, struct slice at, const char *format, ...)
{
	char place[440], text[500];
	va_list args;

	if (p->code)
		return false;
	put_place(p, at.text, place, sizeof(place));
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p->code = err_set(p->e, -EINVAL, "%s%s", place, text);
	return false;
}

bool parser_no_memory(struct parser *p)
{
	if (!p->code)
		p->code = err_set(p->e, -ENOMEM, "%.400s: out of memory", p->name);
	return false;
}

struct cond *parser_built(struct parser *p, struct cond *c)
{
	if (!c)
		parser_no_memory(p);
	return c;
}

bool parser_expected(struct parser *p, const char *what)
{
	const struct token *t = &p->tok;

	switch (t->kind) {
	case TOKEN_BAD:
		if (t->why)
			return parser_fail(p, t->at, "%s: %s", show(t->at).text, t->why);
		break;
	case TOKEN_END:
		return parser_fail(p, t->at, "expected %s, found the end of the text", what);
	case TOKEN_NEWLINE:
		return parser_fail(p, t->at, "expected %s, found the end of the line", what);
	default:
		break;
	}
	return parser_fail(p, t->at, "expected %s, found %s", what, show(t->at).text);
}

struct shown parser_near(struct slice word, const char *const *words)
{
	const char *near = near_word(word.text, word.len, words);
	struct shown w = { "" };

	if (near)
		snprintf(w.text, sizeof(w.text), " (did you mean \"%.50s\"?)", near);
	return w;
}

/* May a syscall's number stand behind this token? */
static bool starts_rule(const struct parser *p)
{
	enum token_kind last = p->tok.kind;

	return p->in_rules && !p->inside && !p->goes_on &&
	       (last == TOKEN_NEWLINE || last == TOKEN_SEMICOLON || last == TOKEN_BRACE_OPEN);
}

static void note_comment(struct parser *p, struct slice comment)
{
	if (!comment.len)
		return;
	if (p->above.len)
		str_putc(&p->above, '\n');
	str_put_bytes(&p->above, comment.text, comment.len);
}

void parser_next(struct parser *p)
{
	for (;;) {
		p->tok = lex_next(&p->lex, starts_rule(p));
		if (p->tok.kind != TOKEN_NEWLINE || !(p->inside || p->goes_on))
			break;
		note_comment(p, p->tok.comment);
	}
	p->goes_on = false;
}

void parser_next_line(struct parser *p)
{
	p->goes_on = true;
	parser_next(p);
}

bool parser_accept(struct parser *p, enum token_kind kind)
{
	if (p->tok.kind != kind)
		return false;
	parser_next(p);
	return true;
}

bool parser_take(struct parser *p, enum token_kind kind, const char *what)
{
	return parser_accept(p, kind) || parser_expected(p, what);
}

bool parser_is_word(const struct parser *p, const char *word)
{
	return p->tok.kind == TOKEN_WORD && slice_is(p->tok.at, word);
}

struct slice parser_bare(struct parser *p, enum bare_kind kind)
{
	struct slice word = lex_bare(&p->lex, &p->tok, kind);

	if (word.len)
		parser_next(p);
	return word;
}

bool parser_number(struct parser *p, uint64_t max, const char *what, uint64_t *number)
{
	if (p->tok.kind != TOKEN_NUMBER)
		return parser_expected(p, what);
	if (p->tok.number > max)
		return parser_fail(p, p->tok.at, "%s is too large; %s is at most %llu",
				   show(p->tok.at).text, what, (unsigned long long)max);
	*number = p->tok.number;
	parser_next(p);
	return true;
}

char *parser_copy(struct parser *p, struct slice s)
{
	char *copy = strndup(s.text, s.len);

	if (!copy)
		parser_no_memory(p);
	return copy;
}

char *parser_string(struct parser *p, const char *what)
{
	struct str bytes = { 0 };
	struct slice at = p->tok.at;
	char *text;

	if (p->tok.kind != TOKEN_STRING) {
		parser_expected(p, what);
		return NULL;
	}
	str_unquote(&bytes, at.text, at.len);
	if (bytes.len && memchr(bytes.data, 0, bytes.len)) {
		str_fini(&bytes);
		parser_fail(p, at, "%s holds a zero byte, which no name has; leave it out",
			    show(at).text);
		return NULL;
	}
	parser_next(p);
	text = str_take(&bytes);
	if (!text)
		parser_no_memory(p);
	return text;
}

void parser_skip_empty(struct parser *p)
{
	while (p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_SEMICOLON) {
		note_comment(p, p->tok.comment);
		parser_next(p);
	}
	if (p->tok.kind == TOKEN_END) {
		note_comment(p, p->tok.comment);
		p->tok.comment = (struct slice){ 0 };
	}
}

bool parser_comment(struct parser *p, char **comment)
{
	*comment = NULL;
	if (!p->above.len && !p->above.failed)
		return true;
	*comment = str_take(&p->above);
	return *comment || parser_no_memory(p);
}

bool parser_note(struct parser *p, const char *line)
{
	note_comment(p, (struct slice){ line, strlen(line) });
	return !p->above.failed || parser_no_memory(p);
}

bool parser_end(struct parser *p, const char *what, char **remark)
{
	struct slice comment = { 0 };

	if (p->tok.kind == TOKEN_SEMICOLON)
		parser_next(p);
	else if (p->tok.kind != TOKEN_NEWLINE && p->tok.kind != TOKEN_END &&
		 p->tok.kind != TOKEN_BRACE_CLOSE)
		return parser_expected(p, what);
	if (p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_END) {
		comment = p->tok.comment;
		p->tok.comment = (struct slice){ 0 };
	}
	if (!comment.len)
		return true;
	*remark = parser_copy(p, comment);
	return *remark;
}
