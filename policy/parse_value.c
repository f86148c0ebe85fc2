/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values: the right side of a comparison and the mask on its left. */
#include "policy/parser.h"

/* Is v a number of so many bits, signed or unsigned? */
static bool fits(uint64_t v, unsigned bits)
{
	return bits == 64 || v <= UINT32_MAX || (int64_t)v == (int32_t)v;
}

static bool unfit(struct parser *p, struct slice at)
{
	return parser_fail(p, at,
			   "%s does not fit into this 32-bit argument; use -2147483648 to "
			   "4294967295",
			   show(at).text);
}

static bool parse_name(struct parser *p, unsigned bits, struct value *v)
{
	struct slice at = p->tok.at;
	const char *near;

	if (slice_is(at, "NULL")) {
		v->bits = 0;
		parser_next(p);
		return true;
	}
	if (!arch_constant(p->arch, slice_name(at).text, &v->bits)) {
		if (!arch_constants_near(p->arch, slice_name(at).text, &near, 1))
			return parser_fail(p, at, "no constant %s on %s; write its number instead",
					   show(at).text, p->arch->name);
		return parser_fail(p, at, "no constant %s on %s; did you mean \"%s\"?",
				   show(at).text, p->arch->name, near);
	}
	parser_next(p);
	return fits(v->bits, bits) || unfit(p, at);
}

static bool parse_number(struct parser *p, unsigned bits, struct value *v)
{
	struct slice at = p->tok.at;

	v->is_number = true;
	v->is_negative = parser_accept(p, TOKEN_MINUS);
	v->bits = p->tok.number;
	if (p->tok.kind != TOKEN_NUMBER)
		return parser_expected(p, "a number behind the minus sign");
	at.len = (size_t)(p->tok.at.text + p->tok.at.len - at.text);
	parser_next(p);
	if (!v->is_negative)
		return fits(v->bits, bits) || unfit(p, at);
	if (v->bits > 1ull << 63)
		return parser_fail(p, at, "%s is too small; the smallest is -9223372036854775808",
				   show(at).text);
	v->bits = -v->bits;
	return fits(v->bits, bits) || unfit(p, at);
}

/* ~ or a parenthesis, which count as nesting. */
static bool parse_nested(struct parser *p, unsigned bits, struct value *v)
{
	struct slice at = p->tok.at;
	bool is_not = p->tok.kind == TOKEN_TILDE;
	bool is_read;

	if (p->value_depth == PROFILE_NESTING_MAX)
		return parser_fail(p, at, "a value nested more than %d deep; flatten it",
				   PROFILE_NESTING_MAX);
	p->value_depth++;
	p->inside += !is_not;
	parser_next(p);
	is_read = is_not ? parse_factor(p, bits, v) : parse_value(p, bits, v);
	p->inside -= !is_not;
	p->value_depth--;
	if (!is_read || (!is_not && !parser_take(p, TOKEN_PAREN_CLOSE, "\")\" or \"|\"")))
		return false;
	if (is_not) {
		v->is_number = v->is_negative = false;
		v->bits = bits == 64 ? ~v->bits : (uint32_t)~v->bits;
	}
	return true;
}

bool parse_factor(struct parser *p, unsigned bits, struct value *v)
{
	*v = (struct value){ .at = p->tok.at };
	switch (p->tok.kind) {
	case TOKEN_WORD:
		return parse_name(p, bits, v);
	case TOKEN_NUMBER:
	case TOKEN_MINUS:
		return parse_number(p, bits, v);
	case TOKEN_TILDE:
	case TOKEN_PAREN_OPEN:
		return parse_nested(p, bits, v);
	default:
		return parser_expected(p, "a value: a number, the name of a constant, ~ or (");
	}
}

bool parse_value(struct parser *p, unsigned bits, struct value *v)
{
	if (!parse_factor(p, bits, v))
		return false;
	while (p->tok.kind == TOKEN_BIT_OR) {
		struct value more;

		parser_next_line(p);
		if (!parse_factor(p, bits, &more))
			return false;
		v->bits |= more.bits;
		v->is_number = v->is_negative = false;
	}
	return true;
}
