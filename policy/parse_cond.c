/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conditions, by recursive descent: || over && over ! and comparisons. What stands in parentheses
 * may turn out to be the left side of a comparison, so an operand can be passed up unfinished.
 */
#include "policy/parser.h"

#include <stdio.h>
#include <string.h>

/* The left side of a comparison, when it has one. */
struct operand {
	bool is_set;
	struct test test;
	struct slice at;
};

static struct cond *parse_or(struct parser *p, struct operand *open);

/* A cond from a constructor: memory is all that it can lack. */
static struct cond *built(struct parser *p, struct cond *c)
{
	if (!c)
		parser_no_memory(p);
	return c;
}

/* "fd, buf, count" */
static void list_arguments(const struct signature *s, char *out, size_t size)
{
	size_t len = 0;

	out[0] = 0;
	for (unsigned i = 0; s && i < s->count && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s", i ? ", " : "",
					s->args[i].name);
}

static bool unknown_argument(struct parser *p)
{
	struct slice at = p->tok.at;
	const char *names[SYSCALL_ARGS + 1] = { NULL };
	char list[160];
	uint64_t value;

	if (!p->signature || !p->signature->count)
		return parser_fail(p, at, "%s: this call has no named arguments; use arg0 to arg5",
				   show(at).text);
	if (arch_constant(p->arch, slice_name(at).text, &value))
		return parser_fail(p, at, "%s is a constant; the argument stands on the left",
				   show(at).text);
	for (unsigned i = 0; i < p->signature->count; i++)
		names[i] = p->signature->args[i].name;
	list_arguments(p->signature, list, sizeof(list));
	return parser_fail(p, at, "no argument %s%s; the call has %s, and arg0 to arg5 raw",
			   show(at).text, parser_near(at, names).text, list);
}

/* An argument by its name, or raw. */
static bool parse_argument(struct parser *p, struct operand *o)
{
	struct slice at = p->tok.at;
	int index;

	*o = (struct operand){ .is_set = true, .at = at };
	o->test.mask = UINT64_MAX;
	if (at.len == 4 && !memcmp(at.text, "arg", 3) && at.text[3] >= '0' && at.text[3] <= '5') {
		o->test.arg = (uint8_t)(at.text[3] - '0');
		o->test.bits = 64;
		o->test.is_raw = true;
		parser_next(p);
		return true;
	}
	index = p->signature ? signature_arg(p->signature, slice_name(at).text) : -1;
	if (index < 0)
		return unknown_argument(p);
	o->test.arg = (uint8_t)index;
	o->test.bits = p->signature->args[index].bits;
	o->test.is_signed = p->signature->args[index].is_signed;
	parser_next(p);
	return true;
}

/* `& MASK` behind an operand. */
static bool parse_mask(struct parser *p, struct operand *o)
{
	struct value mask;

	if (o->test.mask != UINT64_MAX)
		return parser_fail(p, p->tok.at, "a second mask; join both into one");
	parser_next_line(p);
	if (!parse_factor(p, o->test.bits, &mask))
		return false;
	if (p->tok.kind == TOKEN_BIT_OR)
		return parser_fail(p, p->tok.at, "\"|\" in a mask; put the mask in parentheses");
	o->test.mask = test_extend(&o->test, mask.bits);
	if (o->test.mask == 0)
		return parser_fail(p, mask.at,
				   "%s is 0, and so is whatever is masked with it; name the bits "
				   "to look at",
				   show(mask.at).text);
	if (o->test.mask == test_extend(&o->test, UINT64_MAX))
		return parser_fail(p, mask.at, "this mask covers every bit; leave it out");
	return true;
}

static struct cond *add_test(struct parser *p, struct test *test)
{
	if (++p->tests <= PROFILE_TESTS_MAX)
		return built(p, cond_test(*test));
	parser_fail(p, p->tok.at,
		    "more than %d comparisons in a profile; use sets and ranges instead",
		    PROFILE_TESTS_MAX);
	return NULL;
}

/* What an operand means that nothing was compared with. */
static struct cond *finish(struct parser *p, struct operand *o)
{
	o->is_set = false;
	o->test.op = OP_NE;
	if (o->test.mask != UINT64_MAX)
		return add_test(p, &o->test);
	if (p->tok.kind == TOKEN_BAD)
		parser_expected(p, "a comparison");
	parser_fail(p, o->at, "%s alone is no condition; compare it, as in %.*s != 0",
		    show(o->at).text, o->at.len < 60 ? (int)o->at.len : 60, o->at.text);
	return NULL;
}

/* In an order, a number must lie on the side of zero on which it was written. */
static bool check_sign(struct parser *p, const struct test *t, const struct value *v)
{
	if (!v->is_number)
		return true;
	if (!test_is_signed(t))
		return !v->is_negative ||
		       parser_fail(p, v->at,
				   "a negative number, but this is compared as unsigned; "
				   "use one from 0 on");
	return v->is_negative || (int64_t)test_extend(t, v->bits) >= 0 ||
	       parser_fail(p, v->at,
			   "%s is negative in this signed argument; write it with a minus sign",
			   show(v->at).text);
}

/* A value in the form of the test's operand. */
static bool parse_side(struct parser *p, const struct test *t, struct value *v)
{
	if (!parse_value(p, t->bits, v))
		return false;
	v->extended = test_extend(t, v->bits);
	return true;
}

/* VALUE or VALUE..VALUE of a set. */
static bool parse_item(struct parser *p, const struct test *t, bool is_set, struct range *range)
{
	struct value low, high;

	if (!parse_side(p, t, &low))
		return false;
	*range = (struct range){ low.extended, low.extended };
	if (p->tok.kind != TOKEN_DOTS)
		return is_set ||
		       parser_expected(p, "\"..\" and the end of the range (for one value "
					  "write ==)");
	parser_next_line(p);
	if (!parse_side(p, t, &high) || !check_sign(p, t, &low) || !check_sign(p, t, &high))
		return false;
	range->high = high.extended;
	return test_order(t, low.extended) <= test_order(t, high.extended) ||
	       parser_fail(p, low.at, "an empty range: its end is below its start; swap them");
}

/* The items of a set, from behind its brace on. */
static bool parse_items(struct parser *p, struct test *t, struct cond **c)
{
	vec_of(struct range) items = { 0 };
	bool is_read = true;

	while (is_read && p->tok.kind != TOKEN_BRACE_CLOSE) {
		struct range item;

		if (items.len == PROFILE_SET_MAX)
			is_read =
				parser_fail(p, p->tok.at, "more than %d items in a set; use ranges",
					    PROFILE_SET_MAX);
		else
			is_read = parse_item(p, t, true, &item) &&
				  (!vec_push(&items, item) || parser_no_memory(p));
		if (is_read && !parser_accept(p, TOKEN_COMMA))
			break;
	}
	if (is_read && !items.len)
		is_read = parser_fail(p, p->tok.at,
				      "an empty set; write false for what never "
				      "holds");
	t->ranges = items.data;
	t->range_count = items.len;
	if (is_read)
		*c = add_test(p, t);
	vec_fini(&items);
	return is_read && *c;
}

/* What stands behind `in`. */
static struct cond *parse_in(struct parser *p, struct test *t)
{
	struct range range;
	struct cond *c = NULL;
	bool is_read;

	t->op = OP_IN;
	parser_next_line(p);
	if (p->tok.kind != TOKEN_BRACE_OPEN) {
		t->ranges = &range;
		t->range_count = 1;
		return parse_item(p, t, false, &range) ? add_test(p, t) : NULL;
	}
	p->inside++;
	parser_next(p);
	is_read = parse_items(p, t, &c);
	p->inside--;
	if (is_read && parser_take(p, TOKEN_BRACE_CLOSE, "\",\" or \"}\""))
		return c;
	cond_free(c);
	return NULL;
}

/* Which comparison the token is; false when none. */
static bool comparison(const struct parser *p, enum cond_op *op)
{
	switch (p->tok.kind) {
	case TOKEN_EQ:
		*op = OP_EQ;
		return true;
	case TOKEN_NE:
		*op = OP_NE;
		return true;
	case TOKEN_LT:
		*op = OP_LT;
		return true;
	case TOKEN_LE:
		*op = OP_LE;
		return true;
	case TOKEN_GT:
		*op = OP_GT;
		return true;
	case TOKEN_GE:
		*op = OP_GE;
		return true;
	default:
		*op = OP_IN;
		return parser_is_word(p, "in");
	}
}

/* OP VALUE behind an operand; without it the operand stays open. */
static struct cond *parse_comparison(struct parser *p, struct operand *o)
{
	struct test *t = &o->test;
	struct value v;

	if (!comparison(p, &t->op))
		return NULL;
	o->is_set = false;
	if (t->op == OP_IN)
		return parse_in(p, t);
	parser_next_line(p);
	if (p->tok.kind == TOKEN_BRACE_OPEN) {
		parser_fail(p, p->tok.at, "a set is compared with in, as in %.*s in { ... }",
			    o->at.len < 60 ? (int)o->at.len : 60, o->at.text);
		return NULL;
	}
	if (!parse_side(p, t, &v))
		return NULL;
	if (t->op != OP_EQ && t->op != OP_NE && !check_sign(p, t, &v))
		return NULL;
	if (p->tok.kind == TOKEN_DOTS || p->tok.kind == TOKEN_BIT_AND) {
		parser_fail(p, p->tok.at,
			    p->tok.kind == TOKEN_DOTS
				    ? "a range is compared with in, as in %.*s in 0..2"
				    : "a mask belongs to the left side, as in (%.*s & 1) == 1",
			    o->at.len < 60 ? (int)o->at.len : 60, o->at.text);
		return NULL;
	}
	t->value = v.extended;
	return add_test(p, t);
}

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
	if (!c && comparison(p, &op)) {
		parser_fail(p, p->tok.at,
			    "what \"!\" negates ends before this; put the whole "
			    "comparison in parentheses");
		return NULL;
	}
	if (!c)
		c = finish(p, &open);
	return c ? built(p, cond_not(c)) : NULL;
}

static struct cond *parse_primary(struct parser *p, struct operand *open)
{
	struct cond *c = NULL;

	if (p->tok.kind == TOKEN_NOT)
		return parse_not(p);
	if (parser_is_word(p, "true") || parser_is_word(p, "false")) {
		bool value = slice_is(p->tok.at, "true");

		parser_next(p);
		return built(p, cond_bool(value));
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
			c = finish(p, open);
		parser_next_line(p);
		next = p->code ? NULL
		       : is_or ? parse_chain(p, &right, false)
			       : parse_primary(p, &right);
		if (!p->code && !next)
			next = finish(p, &right);
		if (p->code) {
			cond_free(next);
			break;
		}
		c = built(p, is_or ? cond_or(c, next) : cond_and(c, next));
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

	return c || p->code ? c : finish(p, &open);
}
