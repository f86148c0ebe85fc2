/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a condition means, as a decision diagram. */
#include "policy/diagram.h"

#include <stdlib.h>

#define SIGN_BIT ((uint64_t)1 << 63)

struct interval {
	uint64_t low, high; /* unsigned, both ends included */
};

/* The operands for which a test holds, or, if is_inverted, for which it does not. */
struct operands {
	vec_of(struct interval) intervals;
	bool is_inverted;
	bool has_failed;
};

/* Adds low..high in the test's order: a signed one that crosses zero falls into two. */
static void add_interval(struct operands *o, const struct test *t, uint64_t low, uint64_t high)
{
	struct interval whole = { low, high };

	if (test_is_signed(t) && (low & SIGN_BIT) && !(high & SIGN_BIT)) {
		struct interval positive = { 0, high };

		o->has_failed |= vec_push(&o->intervals, positive) < 0;
		whole.high = UINT64_MAX;
	}
	o->has_failed |= vec_push(&o->intervals, whole) < 0;
}

static int compare_intervals(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static bool is_sorted(const struct operands *o)
{
	for (size_t i = 1; i < o->intervals.len; i++) {
		if (compare_intervals(&o->intervals.data[i - 1], &o->intervals.data[i]) > 0)
			return false;
	}
	return true;
}

/* Sets are given in signed order, or may have been filled by hand: sort, and join what touches. */
static void sort_intervals(struct operands *o)
{
	struct interval *all = o->intervals.data;
	size_t kept = 0;

	if (o->intervals.len < 2)
		return;
	if (!is_sorted(o))
		qsort(all, o->intervals.len, sizeof(*all), compare_intervals);
	for (size_t i = 1; i < o->intervals.len; i++) {
		if (all[kept].high != UINT64_MAX && all[i].low > all[kept].high + 1)
			all[++kept] = all[i];
		else if (all[i].high > all[kept].high)
			all[kept].high = all[i].high;
	}
	o->intervals.len = kept + 1;
}

static void operands_of(const struct test *t, struct operands *o)
{
	const uint64_t min = test_is_signed(t) ? SIGN_BIT : 0;

	switch (t->op) {
	case OP_NE:
	case OP_EQ:
		add_interval(o, t, t->value, t->value);
		break;
	case OP_GE:
	case OP_LT:
		if (t->value != min)
			add_interval(o, t, min, t->value - 1);
		break;
	case OP_GT:
	case OP_LE:
		add_interval(o, t, min, t->value);
		break;
	case OP_IN:
		for (size_t i = 0; i < t->range_count; i++)
			add_interval(o, t, t->ranges[i].low, t->ranges[i].high);
		break;
	}
	o->is_inverted = t->op == OP_NE || t->op == OP_GE || t->op == OP_GT;
	sort_intervals(o);
}

/* The cases of an operand: 1 inside the intervals. Returns how many pieces were written. */
static size_t cut(const struct operands *o, struct piece *pieces)
{
	size_t count = 0;
	const bool inside = !o->is_inverted;

	pieces[count++] = (struct piece){ 0, !inside };
	for (size_t i = 0; i < o->intervals.len; i++) {
		const struct interval *n = &o->intervals.data[i];

		if (!n->low)
			count = 0;
		pieces[count++] = (struct piece){ n->low, inside };
		if (n->high != UINT64_MAX)
			pieces[count++] = (struct piece){ n->high + 1, !inside };
	}
	return count;
}

/*
 * The operand's bits are bits of the argument where the mask has them, and 0 elsewhere. Of a signed
 * 32-bit argument the upper half is its bit 31 again, so each sign is a case of its own.
 */
static node_t place(struct diagram *d, const struct test *t, const struct piece *pieces,
		    size_t count)
{
	const unsigned low = diagram_arg_word(t->arg, false) * 32;
	struct window w = { .first = low, .bits = 32, .mask = t->mask };

	if (t->bits == 64) {
		w.first = diagram_arg_word(t->arg, true) * 32;
		w.bits = 64;
	}
	if (t->bits == 64 || !t->is_signed)
		return diagram_pieces(d, &w, pieces, count);
	w.first = low + 1;
	w.bits = 31;
	node_t positive = diagram_pieces(d, &w, pieces, count);
	w.base = t->mask & ~(uint64_t)INT32_MAX;
	node_t negative = diagram_pieces(d, &w, pieces, count);
	return diagram_choose(d, diagram_bit(d, low / 32, 31), negative, positive);
}

static node_t test_node(struct diagram *d, const struct test *t)
{
	struct operands o = { 0 };
	struct piece *pieces = NULL;
	node_t node = NODE_FAILED;

	if (t->arg >= SYSCALL_ARGS)
		return NODE_FAILED;
	operands_of(t, &o);
	if (!o.has_failed)
		pieces = reallocarray(NULL, 2 * o.intervals.len + 1, sizeof(*pieces));
	if (pieces)
		node = place(d, t, pieces, cut(&o, pieces));
	free(pieces);
	vec_fini(&o.intervals);
	return node;
}

static node_t children_node(struct diagram *d, const struct cond *c)
{
	node_t *nodes = reallocarray(NULL, c->count + 1, sizeof(*nodes));
	node_t node = NODE_FAILED;

	if (!nodes)
		return NODE_FAILED;
	for (size_t i = 0; i < c->count; i++)
		nodes[i] = diagram_cond(d, c->children[i]);
	if (c->kind == COND_AND)
		node = diagram_all(d, nodes, c->count);
	else
		node = diagram_any(d, nodes, c->count);
	free(nodes);
	return node;
}

node_t diagram_cond(struct diagram *d, const struct cond *c)
{
	if (!c)
		return true;
	switch (c->kind) {
	case COND_FALSE:
		return false;
	case COND_TRUE:
		return true;
	case COND_TEST:
		return test_node(d, &c->test);
	case COND_NOT:
		return diagram_not(d, diagram_cond(d, c->children[0]));
	case COND_AND:
	case COND_OR:
		return children_node(d, c);
	}
	return NODE_FAILED;
}
