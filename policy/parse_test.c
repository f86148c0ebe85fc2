/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comparisons: an argument, a mask, an operator, a value or a set. */
#include "policy/parser.h"

#include <stdio.h>
#include <string.h>

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

bool parse_argument(struct parser *p, struct operand *o)
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

bool parse_mask(struct parser *p, struct operand *o)
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
		return parser_built(p, cond_test(*test));
	parser_fail(p, p->tok.at,
		    "more than %d comparisons in a profile; use sets and ranges instead",
		    PROFILE_TESTS_MAX);
	return NULL;
}

struct cond *operand_finish(struct parser *p, struct operand *o)
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
		is_read =
			parser_fail(p, p->tok.at, "an empty set; write false for what never holds");
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

bool parser_is_comparison(const struct parser *p, enum cond_op *op)
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

struct cond *parse_comparison(struct parser *p, struct operand *o)
{
	struct test *t = &o->test;
	struct value v;

	if (!parser_is_comparison(p, &t->op))
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
