/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profile text cut into tokens. */
#include "policy/lex.h"

#include "base/str.h"

#include <string.h>

bool slice_is(struct slice s, const char *word)
{
	return strlen(word) == s.len && memcmp(s.text, word, s.len) == 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static bool is_bare(char c, enum bare_kind kind)
{
	if (kind == BARE_PATH)
		return c > ' ' && c < 0x7f && !strchr(";{}\"#", c);
	return is_word(c) || (c && strchr(".+:@-", c));
}

/* The character n places on, 0 past the end. */
static char peek(const struct lexer *lex, size_t n)
{
	return n < (size_t)(lex->end - lex->next) ? lex->next[n] : 0;
}

/* Skips blanks and, into *comment, the comment that ends the line. */
static void skip(struct lexer *lex, bool takes_call, struct slice *comment)
{
	while (lex->next < lex->end && strchr(" \t\r", *lex->next))
		lex->next++;
	*comment = (struct slice){ 0 };
	if (peek(lex, 0) != '#' || (takes_call && is_digit(peek(lex, 1))))
		return;
	comment->text = lex->next;
	while (lex->next < lex->end && *lex->next != '\n')
		lex->next++;
	comment->len = (size_t)(lex->next - comment->text);
	while (strchr(" \t\r", comment->text[comment->len - 1]))
		comment->len--;
}

/* The value of a digit in bases up to 16, 16 for any other character. */
static unsigned digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A' + 10);
	return 16;
}

/* Reads the digits at `from` of a number or #number whose length the token has already. */
static void read_number(struct token *t, size_t from)
{
	const char *p = t->at.text + from, *end = t->at.text + t->at.len;
	unsigned base = 10;

	if (t->kind == TOKEN_NUMBER && end - p > 1 && *p == '0')
		base = p[1] == 'x' || p[1] == 'X' ? 16 : 8;
	if (base == 16)
		p += 2;
	if (p == end)
		t->why = "not a number; after 0x hexadecimal digits follow";
	for (; p < end && !t->why; p++) {
		unsigned digit = digit_value(*p);

		if (digit >= base)
			t->why = "not a number; write it in decimal, as 0x and hexadecimal or as 0 "
				 "and octal digits";
		else if (t->number > (UINT64_MAX - digit) / base)
			t->why = "too large a number; the largest is 18446744073709551615";
		else
			t->number = t->number * base + digit;
	}
	if (t->why)
		t->kind = TOKEN_BAD;
}

/* The length of the run of word characters n places on. */
static size_t word_length(const struct lexer *lex, size_t n)
{
	size_t end = n;

	while (is_word(peek(lex, end)))
		end++;
	return end - n;
}

static void read_string(const struct lexer *lex, struct token *t)
{
	autostr struct str bytes = { 0 };
	const char *newline = memchr(lex->next, '\n', (size_t)(lex->end - lex->next));
	size_t rest = (size_t)((newline ? newline : lex->end) - lex->next);

	t->at.len = str_unquote(&bytes, lex->next, rest);
	t->kind = TOKEN_STRING;
	if (t->at.len)
		return;
	t->kind = TOKEN_BAD;
	t->at.len = rest;
	t->why = "a string must end on its line, and a backslash in it stand before n, t, \", "
		 "another backslash, or x and two hexadecimal digits";
}

/* Signs, longer ones before their beginnings. */
static const struct {
	const char *text;
	enum token_kind kind;
} signs[] = {
	{ "->", TOKEN_ARROW },	   { "..", TOKEN_DOTS },       { "==", TOKEN_EQ },
	{ "!=", TOKEN_NE },	   { "<=", TOKEN_LE },	       { ">=", TOKEN_GE },
	{ "&&", TOKEN_AND },	   { "||", TOKEN_OR },	       { "<", TOKEN_LT },
	{ ">", TOKEN_GT },	   { "&", TOKEN_BIT_AND },     { "|", TOKEN_BIT_OR },
	{ "!", TOKEN_NOT },	   { "~", TOKEN_TILDE },       { "-", TOKEN_MINUS },
	{ "{", TOKEN_BRACE_OPEN }, { "}", TOKEN_BRACE_CLOSE }, { "(", TOKEN_PAREN_OPEN },
	{ ":", TOKEN_COLON },	   { ")", TOKEN_PAREN_CLOSE }, { ",", TOKEN_COMMA },
	{ "\n", TOKEN_NEWLINE },   { ";", TOKEN_SEMICOLON },
};

static void read_sign(const struct lexer *lex, struct token *t)
{
	for (size_t i = 0; i < countof(signs); i++) {
		size_t len = strlen(signs[i].text);

		if (*lex->next == *signs[i].text && len <= (size_t)(lex->end - lex->next) &&
		    !memcmp(lex->next, signs[i].text, len)) {
			t->kind = signs[i].kind;
			t->at.len = len;
			return;
		}
	}
	t->kind = TOKEN_BAD;
	t->at.len = 1;
	t->why = *lex->next == '=' ? "no such operator; equality is written ==" : NULL;
}

struct token lex_next(struct lexer *lex, bool takes_call)
{
	struct token t = { 0 };
	char c;

	skip(lex, takes_call, &t.comment);
	t.line = lex->line;
	t.at.text = lex->next;
	c = peek(lex, 0);
	if (lex->next == lex->end) {
		t.kind = TOKEN_END;
	} else if (c == '#') {
		t.kind = TOKEN_CALL;
		t.at.len = 1 + word_length(lex, 1);
		read_number(&t, 1);
	} else if (is_digit(c)) {
		t.kind = TOKEN_NUMBER;
		t.at.len = word_length(lex, 0);
		read_number(&t, 0);
	} else if (is_word(c)) {
		t.kind = TOKEN_WORD;
		t.at.len = word_length(lex, 0);
	} else if (c == '"') {
		read_string(lex, &t);
	} else {
		read_sign(lex, &t);
	}
	lex->next += t.at.len;
	if (t.kind == TOKEN_NEWLINE)
		lex->line++;
	return t;
}

bool lex_is_bare(const char *text, enum bare_kind kind)
{
	const char *p = text;

	while (*p && is_bare(*p, kind))
		p++;
	return p > text && !*p;
}

struct slice lex_bare(struct lexer *lex, const struct token *first, enum bare_kind kind)
{
	struct slice s = { first->at.text, 0 };

	while (s.text + s.len < lex->end && is_bare(s.text[s.len], kind))
		s.len++;
	if (s.len)
		lex->next = s.text + s.len;
	return s;
}

/* The first byte of a run of bytes beyond ASCII that may not stand as it is, or NULL. */
static const char *find_unsafe_beyond_ascii(const char *text, size_t len)
{
	autostr struct str s = { 0 };
	size_t i = 0;

	/* What is safe is told by the function that would have to escape it. */
	str_put_escaped(&s, text, len);
	while (i < len && i < s.len && s.data[i] == text[i])
		i++;
	return i < len ? text + i : NULL;
}

const char *lex_find_unsafe(const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *p = text; p < end; p++) {
		const char *run = p, *found;

		if (*p == '\r' && p + 1 < end && p[1] == '\n')
			continue;
		if (!(*p & 0x80)) {
			if ((*p < ' ' && *p != '\n' && *p != '\t') || *p == 0x7f)
				return p;
			continue;
		}
		while (p + 1 < end && p[1] & 0x80)
			p++;
		found = find_unsafe_beyond_ascii(run, (size_t)(p + 1 - run));
		if (found)
			return found;
	}
	return NULL;
}
