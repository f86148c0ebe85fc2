/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conditions over 64-bit arguments, lowered to tests of 32-bit words.
 *
 * Whatever its operator, mask and sign, a test is first turned into the set of unsigned 64-bit
 * values of its operand that pass, as sorted ranges; then the set is cut along the words. No
 * arithmetic is needed, not even for signed comparisons: the set falls apart at the sign bit.
 */
#include "enforce/lower.h"

#include <errno.h>

static const uint64_t SIGN = UINT64_C(1) << 63;
static const uint32_t SIGN32 = UINT32_C(1) << 31;

struct set {
	vec_of(struct range) all; /* sorted, unsigned */
};

/* Adds the values from low to high in the order of `key`, where key 0 is unsigned order and key
 * SIGN signed order. */
static int add(struct set *set, uint64_t key, uint64_t low, uint64_t high)
{
	if (key && low < SIGN && high >= SIGN)
		return add(set, key, low, SIGN - 1) || add(set, key, SIGN, high) ? -ENOMEM : 0;
	return vec_push(&set->all, ((struct range){ low ^ key, high ^ key }));
}

static int by_low(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

/* The values that pass, as if the test were of 64 bits. */
static int passing(const struct test *t, struct set *set)
{
	uint64_t key = t->is_signed && t->mask == UINT64_MAX ? SIGN : 0;
	uint64_t v = t->value ^ key;
	int r = 0;

	switch (t->op) {
	case OP_EQ:
		r = add(set, key, v, v);
		break;
	case OP_NE:
		r = v > 0 ? add(set, key, 0, v - 1) : 0;
		r = !r && v < UINT64_MAX ? add(set, key, v + 1, UINT64_MAX) : r;
		break;
	case OP_LT:
		r = v > 0 ? add(set, key, 0, v - 1) : 0;
		break;
	case OP_LE:
		r = add(set, key, 0, v);
		break;
	case OP_GT:
		r = v < UINT64_MAX ? add(set, key, v + 1, UINT64_MAX) : 0;
		break;
	case OP_GE:
		r = add(set, key, v, UINT64_MAX);
		break;
	case OP_IN:
		for (size_t i = 0; !r && i < t->range_count; i++)
			r = add(set, key, t->ranges[i].low ^ key, t->ranges[i].high ^ key);
		break;
	}
	if (set->all.len)
		qsort(set->all.data, set->all.len, sizeof(set->all.data[0]), by_low);
	return r;
}

/* The low words, between from and to, that together with this high word are in the set: yes. */
static void slice(struct cells *low, const struct set *set, uint32_t high, uint32_t from,
		  uint32_t to, uint32_t yes)
{
	uint64_t base = (uint64_t)high << 32;
	uint64_t first = base | from, last = base | to;

	vec_for(r, &set->all) {
		uint64_t a = r->low > first ? r->low : first;
		uint64_t b = r->high < last ? r->high : last;

		if (a <= b)
			cells_set(low, (uint32_t)a, (uint32_t)b, yes);
	}
}

/* Goes by the low word alone, given what the high word is. */
static uint32_t low_given_high(const struct selector *s, struct operand o, const struct set *set,
			       uint32_t high, uint32_t yes, uint32_t no)
{
	autocells struct cells low = { 0 };

	cells_set(&low, 0, UINT32_MAX, no);
	slice(&low, set, high, 0, UINT32_MAX, yes);
	return s->select(s->context, o, &low);
}

/* 32 bits: the high word is what extending the low one makes it, masked. */
static uint32_t narrow(const struct selector *s, const struct test *t, const struct set *set,
		       uint32_t yes, uint32_t no)
{
	struct operand o = { offset_arg(t->arg, false, s->is_big_endian), (uint32_t)t->mask };
	struct operand sign = { o.offset, SIGN32 };
	uint32_t extension = t->is_signed ? (uint32_t)(t->mask >> 32) : 0;
	autocells struct cells low = { 0 };

	if (!(o.mask & SIGN32)) {
		uint32_t positive = low_given_high(s, o, set, 0, yes, no);
		uint32_t negative = low_given_high(s, o, set, extension, yes, no);

		cells_set(&low, 0, UINT32_MAX, negative);
		cells_set(&low, 0, 0, positive);
		return s->select(s->context, sign, &low);
	}
	cells_set(&low, 0, UINT32_MAX, no);
	slice(&low, set, 0, 0, SIGN32 - 1, yes);
	slice(&low, set, extension, SIGN32, UINT32_MAX, yes);
	return s->select(s->context, o, &low);
}

/* 64 bits: by the high word, and where that does not decide by the low one. */
static uint32_t wide(const struct selector *s, const struct test *t, const struct set *set,
		     uint32_t yes, uint32_t no)
{
	struct operand oh = { offset_arg(t->arg, true, s->is_big_endian),
			      (uint32_t)(t->mask >> 32) };
	struct operand ol = { offset_arg(t->arg, false, s->is_big_endian), (uint32_t)t->mask };
	autocells struct cells high = { 0 };
	uint64_t done = 0; /* high words below it are decided */

	cells_set(&high, 0, UINT32_MAX, no);
	vec_for(r, &set->all) {
		uint32_t first = (uint32_t)(r->low >> 32), last = (uint32_t)(r->high >> 32);

		/* Only the ends of a range can share their high word with another range. */
		if (first >= done)
			cells_set(&high, first, first, low_given_high(s, ol, set, first, yes, no));
		if (last - first > 1)
			cells_set(&high, first + 1, last - 1, yes);
		if (last > first)
			cells_set(&high, last, last, low_given_high(s, ol, set, last, yes, no));
		done = (uint64_t)last + 1;
	}
	return s->select(s->context, oh, &high);
}

uint32_t lower_test(const struct selector *s, const struct test *t, uint32_t yes, uint32_t no)
{
	struct set set = { 0 };
	uint32_t node = NODE_NONE;

	if (!passing(t, &set))
		node = t->bits == 32 ? narrow(s, t, &set, yes, no) : wide(s, t, &set, yes, no);
	vec_fini(&set.all);
	return node;
}

static uint32_t select_in_graph(void *context, struct operand o, const struct cells *cells)
{
	return dispatch(context, o, cells);
}

static uint32_t lower_test_to_graph(struct graph *g, const struct test *t, uint32_t yes,
				    uint32_t no)
{
	struct selector s = { select_in_graph, g, g->is_big_endian };
	uint32_t node = lower_test(&s, t, yes, no);

	if (node == NODE_NONE && !g->failed)
		g->failed = -ENOMEM;
	return node;
}

uint32_t lower_cond(struct graph *g, const struct cond *c, uint32_t yes, uint32_t no)
{
	uint32_t node = NODE_NONE;

	if (!c)
		return yes;
	switch (c->kind) {
	case COND_FALSE:
		return no;
	case COND_TRUE:
		return yes;
	case COND_TEST:
		return lower_test_to_graph(g, &c->test, yes, no);
	case COND_NOT:
		return lower_cond(g, c->children[0], no, yes);
	case COND_AND:
		node = yes;
		for (size_t i = c->count; i > 0; i--)
			node = lower_cond(g, c->children[i - 1], node, no);
		return node;
	case COND_OR:
		node = no;
		for (size_t i = c->count; i > 0; i--)
			node = lower_cond(g, c->children[i - 1], yes, node);
		return node;
	}
	return node;
}
