/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_PARSER_H
#define POLICY_PARSER_H

/*
 * The state of a parser of profiles and what its parts share. Private to policy/parse*.c.
 *
 * Every function that reads something returns false (or NULL) when it failed; the error is then
 * already told in p->e, its code in p->code.
 */

#include "base/err.h"
#include "base/str.h"
#include "policy/lex.h"
#include "policy/policy.h"
#include "policy/roster.h"

enum {
	PROFILE_SIZE_MAX = 16 << 20,
	PROFILE_RULES_MAX = 65536,
	PROFILE_TESTS_MAX = 1 << 18, /* comparisons in all conditions together */
	PROFILE_SET_MAX = 65536,
	PROFILE_EXES_MAX =
		64 << 20, /* bytes of paths, a path counted at every rule that names it */
	PROFILE_NESTING_MAX = 64,
};

struct parser {
	struct lexer lex;
	struct token tok; /* read, not yet used */
	bool in_rules;	  /* in a block: a rule may begin with #463 */
	bool goes_on;	  /* after an operator: the end of the line means nothing */
	unsigned inside;  /* open parentheses and braces of a condition: nor does it there */
	struct str above; /* the comment for what is read next or just now */

	const char *text, *name;
	struct err *e;
	int code; /* of the failure, 0 as long as there is none */

	struct policy *policy;
	struct roster exes; /* of the header's `exe` lines so far */
	size_t rules, tests, exe_bytes;
	unsigned header[HEADER_COUNT]; /* the line where each was read, 0: not yet */
	unsigned paths, nets;	       /* the same of these sections */
	vec_of(unsigned) blocks;       /* the same of the policy's blocks */

	const struct arch *arch;	   /* of the block being read */
	uint32_t nr;			   /* of the rule being read */
	const struct signature *signature; /* of its call, NULL where there is none */
	unsigned depth, value_depth;
};

/* A word of the text as messages show it: quoted and cut. */
struct shown {
	char text[80];
};
struct shown show(struct slice s);

/* A word as a string to look up; empty when it is longer than any name. */
struct shown slice_name(struct slice s);

/* Tells an error at a place of the text; always false. */
bool parser_fail(struct parser *p, struct slice at, const char *format, ...) format_printf(3, 4);
bool parser_no_memory(struct parser *p);

/* c from a constructor, for which all that can have lacked is memory. */
struct cond *parser_built(struct parser *p, struct cond *c);

/* "expected WHAT, found TOKEN", or what is wrong with the token itself; always false. */
bool parser_expected(struct parser *p, const char *what);

/* As in base/err.h: what a static analyser cannot see. */
#if defined(__clang_analyzer__) && !defined(PARSER_DEFINES)
#define parser_fail(...)	 ((void)parser_fail(__VA_ARGS__), false)
#define parser_no_memory(p)	 ((void)parser_no_memory(p), false)
#define parser_expected(p, what) ((void)parser_expected(p, what), false)
#endif

/* " (did you mean \"read\"?)", or "" where no word of the list is near. */
struct shown parser_near(struct slice word, const char *const *words);

/* Reads the next token. Ends of lines are passed over where they mean nothing. */
void parser_next(struct parser *p);

/* As parser_next, after an operator or a comma: the next token may stand on a later line. */
void parser_next_line(struct parser *p);

/* Is the token of this kind? Then the next one is read. */
bool parser_accept(struct parser *p, enum token_kind kind);

/* As parser_accept, but an error when not. */
bool parser_take(struct parser *p, enum token_kind kind, const char *what);

bool parser_is_word(const struct parser *p, const char *word);

/* Reads a bare word; empty when there is none. */
struct slice parser_bare(struct parser *p, enum bare_kind kind);

bool parser_number(struct parser *p, uint64_t max, const char *what, uint64_t *number);

/* A string's bytes, which hold no NUL; the caller's. NULL: failed. */
char *parser_string(struct parser *p, const char *what);
char *parser_copy(struct parser *p, struct slice s);

/* Passes over empty lines and semicolons; comments gather in p->above. */
void parser_skip_empty(struct parser *p);

/* Takes the comment gathered so far (NULL when there is none); false when memory is out. */
bool parser_comment(struct parser *p, char **comment);

/* Adds a line to the comment gathered so far. */
bool parser_note(struct parser *p, const char *line);

/* Reads the end of a statement and the remark behind it, if any. */
bool parser_end(struct parser *p, const char *what, char **remark);

/* An action; errno names are those of arch. */
bool parse_action(struct parser *p, const struct arch *arch, struct action *action);

/* A condition of p->nr under p->arch. NULL: failed. */
struct cond *parse_cond(struct parser *p);

/* The right side of a comparison. */
struct value {
	uint64_t bits;	   /* of a 32-bit argument the low half counts */
	uint64_t extended; /* in the form of the argument (test_extend) */
	bool is_negative;  /* written with a minus sign */
	bool is_number;	   /* written as a number, so that its sign is meant */
	struct slice at;
};

/* A value for an argument of so many bits: numbers, names, |, ~ and parentheses. */
bool parse_value(struct parser *p, unsigned bits, struct value *v);

/* One of those without a | outside of parentheses. */
bool parse_factor(struct parser *p, unsigned bits, struct value *v);

/* The left side of a comparison, as long as nothing is compared with it. */
struct operand {
	bool is_set;
	struct test test;
	struct slice at;
};

/* An argument by its name, or raw. */
bool parse_argument(struct parser *p, struct operand *o);

/* `& MASK` behind an operand. */
bool parse_mask(struct parser *p, struct operand *o);

/* Is the token an operator of comparison, and which? */
bool parser_is_comparison(const struct parser *p, enum cond_op *op);

/* OP VALUE behind an operand. NULL: failed, or there is no operator and o stays set. */
struct cond *parse_comparison(struct parser *p, struct operand *o);

/* What an operand means that nothing is compared with. NULL: failed. */
struct cond *operand_finish(struct parser *p, struct operand *o);

/* The rules of p->arch's block up to its closing brace, which stays the token. */
bool parse_rules(struct parser *p, struct block *block);

/* A line of the header from behind its first word on. */
bool parse_header(struct parser *p, enum header_line line);

/* An `exe` line from behind that word on. */
bool parse_exe(struct parser *p);

/* A path, bare or as a string; the caller's. NULL: failed. */
char *parse_path(struct parser *p, const char *what);

/* The sections `paths` and `net` from behind that word on. */
bool parse_paths(struct parser *p);
bool parse_nets(struct parser *p);

#endif
