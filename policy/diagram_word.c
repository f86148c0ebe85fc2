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
	/* Row by row of neighbouring bits, from the last on. */
	for (uint64_t left = mask; left; left &= left + (left & -left)) {
		unsigned end = (unsigned)__builtin_ctzll(left);
		unsigned length = (unsigned)__builtin_ctzll(~(left >> end));

		n = node_run(d,
			     (struct run){ (uint16_t)diagram_variable(word, end + length - 1),
					   (uint16_t)length,
					   value >> end & (UINT32_MAX >> (32 - length)) },
			     false, n);
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

/* All ones below bit `bits`, 0..64. */
static uint64_t ones(unsigned bits)
{
	return bits ? UINT64_MAX >> (64 - bits) : 0;
}

/*
 * Numbers with open bits: from base on, `bits` bits still open, in which the cases first..last are
 * met.
 */
struct stretch {
	uint64_t base;
	unsigned bits;
	size_t first, last;
};

/* The part of a stretch from base on with fewer bits open. */
static struct stretch part_of(const struct descent *way, const struct stretch *in, uint64_t base,
			      unsigned bits)
{
	const uint64_t top = base | ones(bits);
	struct stretch part = { base, bits, in->first, in->last };

	if (base != in->base)
		part.first = piece_at(way->pieces, in->first, in->last, base);
	if (top != (in->base | ones(in->bits)))
		part.last = piece_at(way->pieces, part.first, in->last, top);
	return part;
}

/* How many of the next bits one run may ask for: those of one word, all in the mask. */
static unsigned row_length(const struct window *w, unsigned bits)
{
	unsigned length = 32 - (w->first + w->bits - bits) % 32;
	uint64_t missing = ~w->mask & ones(bits);
	unsigned row = bits - (missing ? 64 - (unsigned)__builtin_clzll(missing) : 0);

	return row < length ? row : length;
}

/*
 * Every number of the stretch for which the function is not `outside`, what it is at one of the
 * ends or at both, is among the least so many numbers that have all but the last bits in common.
 * Returns how many those are, and in *base where they begin.
 */
static unsigned kernel_of(const struct descent *way, const struct stretch *b, node_t outside,
			  unsigned length, uint64_t *base)
{
	const struct piece *first = &way->pieces[b->first], *last = &way->pieces[b->last];
	uint64_t low = first->node == outside ? first[1].from : b->base;
	uint64_t high = last->node == outside ? last->from - 1 : b->base | ones(b->bits);
	unsigned bits = low == high ? 0 : 64 - (unsigned)__builtin_clzll(low ^ high);

	if (bits < b->bits - length)
		bits = b->bits - length;
	*base = low & ~ones(bits);
	return bits;
}

static node_t descend(const struct descent *way, const struct stretch *b);

/* Asks for the next bit alone, which the mask may not have. */
static node_t descend_bit(const struct descent *way, const struct stretch *b)
{
	const struct window *w = way->window;
	const uint64_t half = (uint64_t)1 << (b->bits - 1), middle = b->base | half;
	const struct stretch low = part_of(way, b, b->base, b->bits - 1);
	const bool is_cut = low.last < b->last && way->pieces[low.last + 1].from == middle;
	const struct stretch high = { middle, b->bits - 1, low.last + is_cut, b->last };
	node_t n = descend(way, &low);

	if (!(w->mask & half))
		return n;
	return node_make(way->diagram, w->first + w->bits - b->bits, n, descend(way, &high));
}

static node_t descend(const struct descent *way, const struct stretch *b)
{
	const struct window *w = way->window;
	const unsigned length = b->bits ? row_length(w, b->bits) : 0;
	node_t outside = way->pieces[b->first].node;
	uint64_t base;
	unsigned bits;

	if (b->first == b->last)
		return outside;
	bits = kernel_of(way, b, outside, length, &base);
	if (bits == b->bits) {
		outside = way->pieces[b->last].node;
		bits = kernel_of(way, b, outside, length, &base);
	}
	if (bits == b->bits)
		return descend_bit(way, b);
	const struct stretch kernel = part_of(way, b, base, bits);
	const struct run run = { (uint16_t)(w->first + w->bits - b->bits),
				 (uint16_t)(b->bits - bits),
				 (uint32_t)(base >> bits & ones(b->bits - bits)) };
	return node_run(way->diagram, run, outside, descend(way, &kernel));
}

node_t diagram_pieces(struct diagram *d, const struct window *w, const struct piece *pieces,
		      size_t count)
{
	const struct descent way = { d, w, pieces };
	const uint64_t top = w->base | ones(w->bits);
	const size_t first = piece_at(pieces, 0, count - 1, w->base);
	const struct stretch met = { w->base, w->bits, first,
				     piece_at(pieces, first, count - 1, top) };

	return descend(&way, &met);
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

/* Where a run's least significant bit is in its word. */
static unsigned last_bit(const struct run *run)
{
	return 32u - run->variable % 32u - run->length;
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
		uint32_t bits = n->run.pattern;

		if (n->low != false)
			bits = bits == 0; /* the least that are not the pattern */
		w[n->run.variable / 32] |= bits << last_bit(&n->run);
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

		a = (w[n->run.variable / 32] >> last_bit(&n->run) &
		     (UINT32_MAX >> (32 - n->run.length))) == n->run.pattern
			    ? n->high
			    : n->low;
	}
	return a;
}
