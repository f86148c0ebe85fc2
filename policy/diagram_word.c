/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Diagrams of words and numbers, and calls in and out of diagrams. */
#include "policy/diagram_node.h"

node_t diagram_leaf(struct diagram *d, uint32_t value)
{
	(void)d;
	return value < FIRST_INNER ? value : NODE_FAILED;
}

node_t diagram_bit(struct diagram *d, unsigned word, unsigned bit)
{
	return node_make(d, diagram_variable(word, bit), false, true);
}

node_t diagram_masked(struct diagram *d, unsigned word, uint32_t mask, uint32_t value)
{
	node_t n = true;

	if (value & ~mask)
		return false;
	for (unsigned bit = 0; bit < 32; bit++) {
		unsigned variable = diagram_variable(word, bit);

		if (mask >> bit & 1)
			n = value >> bit & 1 ? node_make(d, variable, false, n)
					     : node_make(d, variable, n, false);
	}
	return n;
}

node_t diagram_range(struct diagram *d, unsigned word, uint32_t low, uint32_t high)
{
	const struct window w = { .first = word * 32, .bits = 32, .mask = UINT32_MAX };
	struct piece pieces[3] = { { 0, false } };
	size_t count = low > 0;

	pieces[count++] = (struct piece){ low, true };
	pieces[count++] = (struct piece){ (uint64_t)high + 1, false };
	return low > high ? false : diagram_pieces(d, &w, pieces, count);
}

/* The last piece of pieces[first..last] that begins at or before `value`. */
static size_t piece_at(const struct piece *pieces, size_t first, size_t last, uint64_t value)
{
	while (first < last) {
		size_t middle = first + (last - first + 1) / 2;

		if (pieces[middle].from <= value)
			first = middle;
		else
			last = middle - 1;
	}
	return first;
}

/* What stays the same on the way down. */
struct descent {
	struct diagram *diagram;
	const struct window *window;
	const struct piece *pieces;
};

/* pieces[first..last] are those that meet the numbers from base on with `bits` bits still open. */
static node_t descend(const struct descent *way, unsigned bits, uint64_t base, size_t first,
		      size_t last)
{
	const struct window *w = way->window;

	if (first == last)
		return way->pieces[first].node;
	uint64_t half = (uint64_t)1 << (bits - 1);
	size_t end = piece_at(way->pieces, first, last, base | (half - 1));
	node_t low = descend(way, bits - 1, base, first, end);

	if (!(w->mask & half))
		return low;
	size_t begin = piece_at(way->pieces, end, last, base | half);
	node_t high = descend(way, bits - 1, base | half, begin, last);
	return node_make(way->diagram, w->first + w->bits - bits, low, high);
}

node_t diagram_pieces(struct diagram *d, const struct window *w, const struct piece *pieces,
		      size_t count)
{
	uint64_t top = w->bits ? UINT64_MAX >> (64 - w->bits) : 0;

	return descend(&(struct descent){ d, w, pieces }, w->bits, w->base,
		       piece_at(pieces, 0, count - 1, w->base),
		       piece_at(pieces, 0, count - 1, w->base | top));
}

unsigned diagram_top(const struct diagram *d, node_t a)
{
	return a == NODE_FAILED ? LEAF_LEVEL : level(d, a);
}

static void words_of(const struct call *call, uint32_t words[WORD_COUNT])
{
	words[WORD_TOKEN] = call->token;
	words[WORD_NR] = call->nr;
	words[WORD_IP_HIGH] = (uint32_t)(call->ip >> 32);
	words[WORD_IP_LOW] = (uint32_t)call->ip;
	for (unsigned arg = 0; arg < SYSCALL_ARGS; arg++) {
		words[diagram_arg_word(arg, true)] = (uint32_t)(call->args[arg] >> 32);
		words[diagram_arg_word(arg, false)] = (uint32_t)call->args[arg];
	}
}

static uint64_t join_words(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

bool diagram_witness(const struct diagram *d, node_t a, struct call *call)
{
	uint32_t w[WORD_COUNT] = { 0 };

	if (a == NODE_FAILED)
		return false;
	/* A reduced node that is not the leaf false reaches true: any way that avoids false does.
	 */
	while (!is_leaf(a)) {
		const struct inner *n = inner_of(d, a);

		if (n->low == false)
			w[n->variable / 32] |= 1u << (31 - n->variable % 32);
		a = n->low == false ? n->high : n->low;
	}
	if (a != true)
		return false;
	*call = (struct call){ .token = w[WORD_TOKEN], .nr = w[WORD_NR] };
	call->ip = join_words(w[WORD_IP_HIGH], w[WORD_IP_LOW]);
	for (unsigned arg = 0; arg < SYSCALL_ARGS; arg++)
		call->args[arg] =
			join_words(w[diagram_arg_word(arg, true)], w[diagram_arg_word(arg, false)]);
	return true;
}

uint32_t diagram_eval(const struct diagram *d, node_t a, const struct call *call)
{
	uint32_t w[WORD_COUNT];

	words_of(call, w);
	while (!is_leaf(a) && a != NODE_FAILED) {
		const struct inner *n = inner_of(d, a);

		a = w[n->variable / 32] >> (31 - n->variable % 32) & 1 ? n->high : n->low;
	}
	return a;
}
