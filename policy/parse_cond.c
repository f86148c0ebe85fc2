/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conditions, by recursive descent: || over && over ! and comparisons. What stands in parentheses
 * may turn out to be the left side of a comparison, so an operand can be passed up unfinished.
 */
#include "policy/parser.h"

#include <stdio.h>

static struct cond *parse_or(struct parser *p, struct operand *open);

/* A condition in parentheses, or the left side of a comparison in them, which stays open. */
static struct cond *parse_parens(struct parser *p, struct operand *open)
{
	struct token paren = p->tok;
	char close[64];
	struct cond *c;

	snprintf(close, sizeof(close), "an operator or the \")\" to the \"(\" of line %u",
		 paren.line);
	/* One deeper than conditions may be, for the parentheses of an operand. */
	if (++p->depth > PROFILE_NESTING_MAX + 1) {
		parser_fail(p, paren.at, "a condition nested more than %d deep; flatten it",
			    PROFILE_NESTING_MAX);
		return NULL;
	}
	p->inside++;
	parser_next(p);
	c = parse_or(p, open);
	p->inside--;
	if (c && p->depth > PROFILE_NESTING_MAX)
		parser_fail(p, paren.at, "a condition nested more than %d deep; flatten it",
			    PROFILE_NESTING_MAX);
	p->depth--;
	if (!p->code && parser_take(p, TOKEN_PAREN_CLOSE, close))
		return c;
	cond_free(c);
	return NULL;
}

/* `!` and what it negates, which must be in parentheses: !x == 1 would read either way. */
static struct cond *parse_not(struct parser *p)
{
	struct operand open = { 0 };
	enum cond_op op;
	struct cond *c;

	parser_next_line(p);
	if (p->tok.kind != TOKEN_PAREN_OPEN) {
		parser_expected(p, "\"(\" behind \"!\"");
		return NULL;
	}
	c = parse_parens(p, &open);
	if (!c && !open.is_set)
		return NULL;
	if (!c && parser_is_comparison(p, &op)) {
		parser_fail(p, p->tok.at,
			    "what \"!\" negates ends before this; put the whole "
			    "comparison in parentheses");
		return NULL;
	}
	if (!c)
		c = operand_finish(p, &open);
	return c ? parser_built(p, cond_not(c)) : NULL;
}

static struct cond *parse_primary(struct parser *p, struct operand *open)
{
	struct cond *c = NULL;

	if (p->tok.kind == TOKEN_NOT)
		return parse_not(p);
	if (parser_is_word(p, "true") || parser_is_word(p, "false")) {
		bool value = slice_is(p->tok.at, "true");

		parser_next(p);
		return parser_built(p, cond_bool(value));
	}
	if (p->tok.kind == TOKEN_PAREN_OPEN) {
		c = parse_parens(p, open);
	} else if (p->tok.kind == TOKEN_WORD) {
		parse_argument(p, open);
	} else {
		parser_expected(p, "a condition: an argument's name, \"!\" or \"(\"");
	}
	if (c || p->code || (p->tok.kind == TOKEN_BIT_AND && !parse_mask(p, open)))
		return c;
	return parse_comparison(p, open);
}

/* A chain of one operator. A lone operand is passed up open. */
static struct cond *parse_chain(struct parser *p, struct operand *open, bool is_or)
{
	enum token_kind operator= is_or ? TOKEN_OR : TOKEN_AND;
	struct cond *c = is_or ? parse_chain(p, open, false) : parse_primary(p, open);

	while (!p->code && p->tok.kind == operator) {
		struct operand right = { 0 };
		struct cond *next;

		if (!c)
			c = operand_finish(p, open);
		parser_next_line(p);
		next = p->code ? NULL
		       : is_or ? parse_chain(p, &right, false)
			       : parse_primary(p, &right);
		if (!p->code && !next)
			next = operand_finish(p, &right);
		if (p->code) {
			cond_free(next);
			break;
		}
		c = parser_built(p, is_or ? cond_or(c, next) : cond_and(c, next));
	}
	if (!p->code)
		return c;
	cond_free(c);
	return NULL;
}

static struct cond *parse_or(struct parser *p, struct operand *open)
{
	return parse_chain(p, open, true);
}

struct cond *parse_cond(struct parser *p)
{
	struct operand open = { 0 };
	struct cond *c = parse_or(p, &open);

	return c || p->code ? c : operand_finish(p, &open);
}
