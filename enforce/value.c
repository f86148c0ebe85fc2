/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 32-bit arithmetic on functions of the call, bit by bit as a circuit would. */
#include "enforce/value.h"

#include <string.h>

enum { FIRST_PLACES = 64, FREE_PLACE = -1, WIDTH = 32 };

void values_fini(struct values *v)
{
	vec_fini(&v->all);
	free(v->places);
	v->places = NULL;
	v->place_count = 0;
}

/* Where the value is filed, or the free place where it should be. */
static uint32_t *place_of(const struct values *v, const struct value *value)
{
	uint64_t h = 0;

	for (int i = 0; i < WIDTH; i++)
		h = (h ^ value->bits[i]) * 0x9e3779b97f4a7c15u;
	size_t at = (h >> 32) & (v->place_count - 1);
	while (v->places[at] != (uint32_t)FREE_PLACE &&
	       memcmp(v->all.data[v->places[at]].bits, value->bits, sizeof(value->bits)) != 0)
		at = (at + 1) & (v->place_count - 1);
	return &v->places[at];
}

static bool grow(struct values *v)
{
	size_t count = v->place_count ? v->place_count * 2 : FIRST_PLACES;
	uint32_t *places = reallocarray(NULL, count, sizeof(*places));

	if (!places)
		return false;
	memset(places, 0xff, count * sizeof(*places));
	free(v->places);
	v->places = places;
	v->place_count = count;
	for (uint32_t i = 0; i < v->all.len; i++)
		*place_of(v, &v->all.data[i]) = i;
	return true;
}

static bool is_constant(const struct value *value)
{
	for (int i = 0; i < WIDTH; i++) {
		if (value->bits[i] != false && value->bits[i] != true)
			return false;
	}
	return true;
}

/* Is each bit either that of the word or 0? */
static bool is_word(struct diagram *d, const struct value *value, unsigned word)
{
	for (unsigned i = 0; i < WIDTH; i++) {
		if (value->bits[i] != false && value->bits[i] != diagram_bit(d, word, i))
			return false;
	}
	return true;
}

/* Tests of words against constants are nearly all there is, and need not be made bit by bit. */
static void note_kind(struct diagram *d, struct value *value)
{
	unsigned last = 0;

	value->kind = VALUE_COMPUTED;
	value->known = 0;
	for (unsigned i = 0; i < WIDTH; i++) {
		if (value->bits[i] == false)
			continue;
		value->known |= 1u << i;
		last = i;
	}
	value->word = diagram_top(d, value->bits[last]) / 32;
	if (is_constant(value))
		value->kind = VALUE_CONSTANT;
	else if (value->word < WORD_COUNT && is_word(d, value, value->word))
		value->kind = VALUE_WORD;
}

static value_t file(struct values *v, const struct value *value)
{
	uint32_t *place;

	for (int i = 0; i < WIDTH; i++) {
		if (value->bits[i] == NODE_FAILED)
			return VALUE_FAILED;
	}
	if (2 * v->all.len >= v->place_count && !grow(v))
		return VALUE_FAILED;
	place = place_of(v, value);
	if (*place != (uint32_t)FREE_PLACE)
		return *place;
	if (vec_push(&v->all, *value) < 0)
		return VALUE_FAILED;
	*place = (uint32_t)v->all.len - 1;
	note_kind(v->d, &v->all.data[*place]);
	return *place;
}

static struct value constant(uint32_t k)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (int i = 0; i < WIDTH; i++)
		out.bits[i] = k >> i & 1;
	return out;
}

value_t value_constant(struct values *v, uint32_t k)
{
	struct value out = constant(k);

	return file(v, &out);
}

value_t value_word(struct values *v, unsigned word)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (unsigned i = 0; i < WIDTH; i++)
		out.bits[i] = diagram_bit(v->d, word, i);
	return file(v, &out);
}

static node_t exclusive_or(struct diagram *d, node_t a, node_t b)
{
	return diagram_choose(d, a, diagram_not(d, b), b);
}

static struct value choose(struct diagram *d, node_t c, const struct value *a,
			   const struct value *b)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (int i = 0; i < WIDTH; i++)
		out.bits[i] = diagram_choose(d, c, a->bits[i], b->bits[i]);
	return out;
}

static struct value complement(struct diagram *d, const struct value *a)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (int i = 0; i < WIDTH; i++)
		out.bits[i] = diagram_not(d, a->bits[i]);
	return out;
}

/* a + b + carry; *overflow (may be NULL) gets the carry out. */
static struct value add(struct diagram *d, const struct value *a, const struct value *b,
			node_t carry, node_t *overflow)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (int i = 0; i < WIDTH; i++) {
		node_t differ = exclusive_or(d, a->bits[i], b->bits[i]);

		out.bits[i] = exclusive_or(d, differ, carry);
		carry = diagram_choose(d, differ, carry, a->bits[i]);
	}
	if (overflow)
		*overflow = carry;
	return out;
}

/* a - b; *is_less (may be NULL) gets where b is the larger. */
static struct value subtract(struct diagram *d, const struct value *a, const struct value *b,
			     node_t *is_less)
{
	struct value inverse = complement(d, b);
	node_t no_borrow;
	struct value out = add(d, a, &inverse, true, &no_borrow);

	if (is_less)
		*is_less = diagram_not(d, no_borrow);
	return out;
}

/* Towards the most significant bit for a positive count. */
static struct value shift(const struct value *a, int count)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (int i = 0; i < WIDTH; i++) {
		int from = i - count;

		out.bits[i] = from >= 0 && from < WIDTH ? a->bits[from] : false;
	}
	return out;
}

/* The low five bits of b count: what eBPF's 32-bit shifts and the JITs do. */
static struct value shift_by(struct diagram *d, const struct value *a, const struct value *b,
			     int sign)
{
	struct value out = *a;

	for (int i = 0; i < 5; i++) {
		struct value shifted = shift(&out, sign * (1 << i));

		out = choose(d, b->bits[i], &shifted, &out);
	}
	return out;
}

static struct value multiply(struct diagram *d, const struct value *a, const struct value *b)
{
	struct value out = constant(0);

	for (int i = 0; i < WIDTH; i++) {
		struct value shifted = shift(a, i);
		struct value sum;

		if (b->bits[i] == false)
			continue;
		sum = add(d, &out, &shifted, false, NULL);
		out = choose(d, b->bits[i], &sum, &out);
	}
	return out;
}

/* By hand, most significant digit first. The rest is never more than what was read of a so far. */
static struct value divide(struct diagram *d, const struct value *a, const struct value *b)
{
	struct value out = { .kind = VALUE_COMPUTED }, rest = constant(0);

	for (int i = WIDTH - 1; i >= 0; i--) {
		node_t is_less;
		struct value less;

		rest = shift(&rest, 1);
		rest.bits[0] = a->bits[i];
		less = subtract(d, &rest, b, &is_less);
		out.bits[i] = diagram_not(d, is_less);
		rest = choose(d, is_less, &rest, &less);
	}
	return out;
}

static struct value bitwise(struct diagram *d, uint16_t op, const struct value *a,
			    const struct value *b)
{
	struct value out = { .kind = VALUE_COMPUTED };

	for (int i = 0; i < WIDTH; i++) {
		if (op == BPF_AND)
			out.bits[i] = diagram_and(d, a->bits[i], b->bits[i]);
		else if (op == BPF_OR)
			out.bits[i] = diagram_or(d, a->bits[i], b->bits[i]);
		else
			out.bits[i] = exclusive_or(d, a->bits[i], b->bits[i]);
	}
	return out;
}

static struct value compute(struct diagram *d, uint16_t op, const struct value *a,
			    const struct value *b)
{
	const struct value zero = constant(0);

	switch (op) {
	case BPF_ADD:
		return add(d, a, b, false, NULL);
	case BPF_SUB:
		return subtract(d, a, b, NULL);
	case BPF_NEG:
		return subtract(d, &zero, a, NULL);
	case BPF_MUL:
		return multiply(d, a, b);
	case BPF_DIV:
		return divide(d, a, b);
	case BPF_LSH:
		return shift_by(d, a, b, 1);
	case BPF_RSH:
		return shift_by(d, a, b, -1);
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		return bitwise(d, op, a, b);
	}
	/* No operation that seccomp takes: fail, never guess. */
	return (struct value){ .bits = { NODE_FAILED } };
}

value_t value_alu(struct values *v, uint16_t op, value_t a, value_t b)
{
	struct value out = { .kind = VALUE_COMPUTED };

	if (a == VALUE_FAILED || b == VALUE_FAILED)
		return VALUE_FAILED;
	out = compute(v->d, op, &v->all.data[a], &v->all.data[b]);
	return file(v, &out);
}

/* choose, which takes time only where its condition is not yet known. */
static node_t pick(struct diagram *d, node_t c, node_t a, node_t b)
{
	if (c == true)
		return a;
	return c == false ? b : diagram_choose(d, c, a, b);
}

/* From the last bit to the first, since the last is the furthest down in a diagram. */
static node_t compare(struct diagram *d, uint16_t op, const struct value *a, const struct value *b)
{
	node_t n = op == BPF_JEQ || op == BPF_JGE;

	for (int i = 0; i < WIDTH; i++) {
		/* What is known where b's bit is 1, and where it is 0. */
		node_t one = n, zero = n;

		if (op == BPF_JSET) {
			one = diagram_or(d, a->bits[i], n);
		} else {
			one = pick(d, a->bits[i], n, false);
			zero = pick(d, a->bits[i], op == BPF_JEQ ? false : true, n);
		}
		n = pick(d, b->bits[i], one, zero);
	}
	return n;
}

/* The same for a word of the call and a constant; orders are known of whole words alone. */
static node_t compare_word(struct diagram *d, uint16_t op, const struct value *a, uint32_t k)
{
	switch (op) {
	case BPF_JEQ:
		return diagram_masked(d, a->word, a->known, k);
	case BPF_JGT:
		return k == UINT32_MAX ? false : diagram_range(d, a->word, k + 1, UINT32_MAX);
	case BPF_JGE:
		return diagram_range(d, a->word, k, UINT32_MAX);
	}
	return diagram_not(d, diagram_masked(d, a->word, a->known & k, 0));
}

static bool is_simple(uint16_t op, const struct value *a, const struct value *b)
{
	if (a->kind != VALUE_WORD || b->kind != VALUE_CONSTANT)
		return false;
	return op == BPF_JEQ || op == BPF_JSET || a->known == UINT32_MAX;
}

node_t value_test(struct values *v, uint16_t op, value_t a, value_t b)
{
	if (a == VALUE_FAILED || b == VALUE_FAILED)
		return NODE_FAILED;
	switch (op) {
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		if (is_simple(op, &v->all.data[a], &v->all.data[b]))
			return compare_word(v->d, op, &v->all.data[a], v->all.data[b].known);
		return compare(v->d, op, &v->all.data[a], &v->all.data[b]);
	}
	return NODE_FAILED;
}

/* The verdicts of one action: of its data, the bits from `bit` down are still open. */
static node_t data_verdict(struct diagram *d, const struct value *a, uint32_t ret, int bit)
{
	if (bit < 0)
		return diagram_leaf(d, diagram_action(action_from_ret(ret)));
	if (a->bits[bit] == true)
		return data_verdict(d, a, ret | 1u << bit, bit - 1);
	if (a->bits[bit] == false)
		return data_verdict(d, a, ret, bit - 1);
	return diagram_choose(d, a->bits[bit], data_verdict(d, a, ret | 1u << bit, bit - 1),
			      data_verdict(d, a, ret, bit - 1));
}

node_t value_verdict(struct values *v, value_t a)
{
	/* An unknown action kills the process. */
	node_t verdict = diagram_action((struct action){ ACTION_KILL_PROCESS, 0 });
	struct diagram *d = v->d;

	if (a == VALUE_FAILED)
		return NODE_FAILED;
	for (enum action_kind kind = ACTION_KILL_PROCESS; kind <= ACTION_ALLOW; kind++) {
		const struct value *bits = &v->all.data[a];
		uint32_t ret = action_ret((struct action){ kind, 0 });
		node_t is_kind = true;

		for (int i = 16; i < WIDTH; i++)
			is_kind = diagram_and(
				d, is_kind,
				diagram_choose(d, bits->bits[i], ret >> i & 1, !(ret >> i & 1)));
		if (is_kind != false)
			verdict =
				diagram_choose(d, is_kind, data_verdict(d, bits, ret, 15), verdict);
	}
	return verdict;
}
