/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_LEX_H
#define POLICY_LEX_H

/* Profile text cut into tokens. Private to the parser. */

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
	TOKEN_BAD, /* no token: why says what is wrong */
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_WORD,   /* [A-Za-z_][A-Za-z0-9_]* */
	TOKEN_NUMBER, /* number holds its value */
	TOKEN_CALL,   /* #463: a syscall by number, which number holds */
	TOKEN_STRING, /* "...", complete and with known escapes */
	TOKEN_SEMICOLON,
	TOKEN_COLON,
	TOKEN_COMMA,
	TOKEN_ARROW,
	TOKEN_MINUS,
	TOKEN_BRACE_OPEN,
	TOKEN_BRACE_CLOSE,
	TOKEN_PAREN_OPEN,
	TOKEN_PAREN_CLOSE,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_BIT_AND,
	TOKEN_BIT_OR,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_TILDE,
	TOKEN_DOTS,
};

/* A piece of the text, not terminated. */
struct slice {
	const char *text;
	size_t len;
};

struct token {
	enum token_kind kind;
	struct slice at; /* where it stands; empty at the end of the text and of a line */
	unsigned line;	 /* from 1 */
	uint64_t number;
	const char *why;      /* TOKEN_BAD; NULL: a character that is no token */
	struct slice comment; /* TOKEN_NEWLINE, TOKEN_END: the comment before it, from its '#' */
};

/* Copyable: a copy is a place to come back to. */
struct lexer {
	const char *text, *end; /* everything */
	const char *next;	/* not yet read */
	unsigned line;
};

/* What a word outside of conditions may consist of. */
enum bare_kind {
	BARE_NAME, /* [A-Za-z0-9._+:@-]: apps, releases, versions, keywords of the header */
	BARE_PATH, /* every printable ASCII character but blanks and ; { } " # */
};

/*
 * Reads the next token, blanks and a comment before it skipped. `#` and a digit are a syscall
 * number where takes_call is set, else the start of a comment.
 */
struct token lex_next(struct lexer *lex, bool takes_call);

/* Reads a bare word that starts where *first does, the token read last; empty when there is none.
 */
struct slice lex_bare(struct lexer *lex, const struct token *first, enum bare_kind kind);

/* Would the whole text be read as one bare word? */
bool lex_is_bare(const char *text, enum bare_kind kind);

/*
 * The first place that a profile must not hold: a control character other than tab, newline and the
 * carriage return before one, invalid UTF-8, or a character that steers how text is shown (such as
 * right-to-left marks). NULL when there is none.
 */
const char *lex_find_unsafe(const char *text, size_t len);

bool slice_is(struct slice s, const char *word);

#endif
