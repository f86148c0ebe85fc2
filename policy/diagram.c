/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reduced ordered decision diagrams with many leaves: a unique table makes equal functions one
 * node, an operation cache makes each step of an operation happen once.
 */
#include "policy/diagram.h"

#include <stdlib.h>
#include <string.h>

/* A leaf's handle is its value; the handles of inner nodes follow. */
#define FIRST_INNER (1u << 24)
#define NO_NODE	    UINT32_MAX /* ends a chain of the unique table */
#define LEAF_LEVEL  (WORD_COUNT * 32u)

/*
 * When to give up: about 50 MB, or some seconds. No profile that a person could read comes near;
 * comparing two arguments with each other, which only a foreign filter does, gets there.
 */
enum { MAX_NODES = 1 << 21, MAX_STEPS = 1 << 24, MAX_CACHE = 1 << 19, FIRST_SIZE = 1 << 10 };

struct inner {
	uint32_t variable;
	node_t low, high; /* where the variable is 0, 1: never equal, both of later variables */
	uint32_t next;	  /* index of the next inner node in this bucket */
};

/* Operations of two operands are told from choose by a third operand that no handle can be. */
enum { KEY_WHERE = -2, KEY_EQUAL = -3 };

struct step {
	node_t a, b, c, result; /* a is NODE_FAILED where the place is free */
};

/*
 * Invariant: inner holds `cap` places of which `count` are taken; buckets holds `cap` heads and
 * cache `cache_size` places, both powers of two.
 */
struct diagram {
	struct inner *inner;
	uint32_t *buckets;
	struct step *cache;
	size_t count, cap, cache_size, limit;
	uint64_t steps;
	bool is_full;
};

static size_t hash(uint32_t a, uint32_t b, uint32_t c, size_t size)
{
	uint64_t h = (a * 0x9e3779b97f4a7c15u) ^ (b * 0xc2b2ae3d27d4eb4fu);

	h = (h ^ h >> 29 ^ c) * 0xd6e8feb86659fd93u;
	return (h >> 32) & (size - 1);
}

static void file_node(struct diagram *d, size_t i)
{
	struct inner *n = &d->inner[i];
	uint32_t *head = &d->buckets[hash(n->variable, n->low, n->high, d->cap)];

	n->next = *head;
	*head = (uint32_t)i;
}

static bool grow_nodes(struct diagram *d, size_t cap)
{
	struct inner *inner = reallocarray(d->inner, cap, sizeof(*inner));
	uint32_t *buckets;

	if (!inner)
		return false;
	d->inner = inner;
	buckets = reallocarray(d->buckets, cap, sizeof(*buckets));
	if (!buckets)
		return false;
	d->buckets = buckets;
	d->cap = cap;
	memset(buckets, 0xff, cap * sizeof(*buckets));
	for (size_t i = 0; i < d->count; i++)
		file_node(d, i);
	return true;
}

/* Keeps what the old cache knew: losing it while a deep operation runs would repeat work. */
static bool grow_cache(struct diagram *d, size_t size)
{
	struct step *cache = malloc(size * sizeof(*cache));

	if (!cache)
		return false;
	memset(cache, 0xff, size * sizeof(*cache));
	for (size_t i = 0; i < d->cache_size; i++) {
		const struct step *s = &d->cache[i];

		if (s->a != NODE_FAILED)
			cache[hash(s->a, s->b, s->c, size)] = *s;
	}
	free(d->cache);
	d->cache = cache;
	d->cache_size = size;
	return true;
}

struct diagram *diagram_new(void)
{
	struct diagram *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->limit = MAX_NODES;
	if (!grow_nodes(d, FIRST_SIZE) || !grow_cache(d, FIRST_SIZE)) {
		diagram_free(d);
		return NULL;
	}
	return d;
}

void diagram_free(struct diagram *d)
{
	if (!d)
		return;
	free(d->inner);
	free(d->buckets);
	free(d->cache);
	free(d);
}

bool diagram_is_full(const struct diagram *d)
{
	return d->is_full;
}

void diagram_limit(struct diagram *d, size_t nodes)
{
	d->limit = nodes < MAX_NODES ? nodes : MAX_NODES;
}

size_t diagram_size(const struct diagram *d)
{
	return d->count;
}

static bool is_leaf(node_t n)
{
	return n < FIRST_INNER;
}

static const struct inner *inner_of(const struct diagram *d, node_t n)
{
	return &d->inner[n - FIRST_INNER];
}

static uint32_t level(const struct diagram *d, node_t n)
{
	return is_leaf(n) ? LEAF_LEVEL : inner_of(d, n)->variable;
}

static bool make_room(struct diagram *d)
{
	if (d->count >= d->limit) {
		d->is_full = true;
		return false;
	}
	if (d->count < d->cap)
		return true;
	if (!grow_nodes(d, d->cap * 2))
		return false;
	/* A cache that cannot grow is merely slow. */
	if (d->cache_size < MAX_CACHE && d->cache_size < d->cap / 4)
		(void)!grow_cache(d, d->cache_size * 2);
	return true;
}

/* The one node that is low where the variable is 0 and high where it is 1. */
static node_t make(struct diagram *d, unsigned variable, node_t low, node_t high)
{
	if (low == NODE_FAILED || high == NODE_FAILED)
		return NODE_FAILED;
	if (low == high)
		return low;
	uint32_t i = d->buckets[hash(variable, low, high, d->cap)];
	for (; i != NO_NODE; i = d->inner[i].next) {
		const struct inner *n = &d->inner[i];

		if (n->variable == variable && n->low == low && n->high == high)
			return FIRST_INNER + i;
	}
	if (!make_room(d))
		return NODE_FAILED;
	i = (uint32_t)d->count++;
	d->inner[i] = (struct inner){ .variable = variable, .low = low, .high = high };
	file_node(d, i);
	return FIRST_INNER + i;
}

node_t diagram_leaf(struct diagram *d, uint32_t value)
{
	(void)d;
	return value < FIRST_INNER ? value : NODE_FAILED;
}

node_t diagram_bit(struct diagram *d, unsigned word, unsigned bit)
{
	return make(d, diagram_variable(word, bit), false, true);
}

node_t diagram_masked(struct diagram *d, unsigned word, uint32_t mask, uint32_t value)
{
	node_t n = true;

	if (value & ~mask)
		return false;
	for (unsigned bit = 0; bit < 32; bit++) {
		unsigned variable = diagram_variable(word, bit);

		if (mask >> bit & 1)
			n = value >> bit & 1 ? make(d, variable, false, n)
					     : make(d, variable, n, false);
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

/* pieces[first..last] are those that meet the numbers from base on with `bits` bits still open. */
static node_t descend(struct diagram *d, const struct window *w, unsigned bits, uint64_t base,
		      const struct piece *pieces, size_t first, size_t last)
{
	if (first == last)
		return pieces[first].node;
	uint64_t half = (uint64_t)1 << (bits - 1);
	size_t end = piece_at(pieces, first, last, base | (half - 1));
	node_t low = descend(d, w, bits - 1, base, pieces, first, end);

	if (!(w->mask & half))
		return low;
	size_t begin = piece_at(pieces, end, last, base | half);
	node_t high = descend(d, w, bits - 1, base | half, pieces, begin, last);
	return make(d, w->first + w->bits - bits, low, high);
}

node_t diagram_pieces(struct diagram *d, const struct window *w, const struct piece *pieces,
		      size_t count)
{
	uint64_t top = w->bits ? UINT64_MAX >> (64 - w->bits) : 0;

	return descend(d, w, w->bits, w->base, pieces, piece_at(pieces, 0, count - 1, w->base),
		       piece_at(pieces, 0, count - 1, w->base | top));
}

/* What n becomes where the variable has that value; n's own variable is not an earlier one. */
static node_t half_of(const struct diagram *d, node_t n, uint32_t variable, bool value)
{
	if (level(d, n) != variable)
		return n;
	return value ? inner_of(d, n)->high : inner_of(d, n)->low;
}

static uint32_t first_level(const struct diagram *d, node_t a, node_t b)
{
	uint32_t x = level(d, a), y = level(d, b);

	return x < y ? x : y;
}

/* The cached result of a step or NODE_FAILED. Also counts the work. */
static node_t recall(struct diagram *d, node_t a, node_t b, uint32_t c)
{
	const struct step *s = &d->cache[hash(a, b, c, d->cache_size)];

	if (s->a == a && s->b == b && s->c == c)
		return s->result;
	d->is_full |= ++d->steps > MAX_STEPS;
	return NODE_FAILED;
}

/* Remembers the result of a step, failures excepted, and returns it. */
static node_t remember(struct diagram *d, node_t a, node_t b, uint32_t c, node_t result)
{
	if (result != NODE_FAILED)
		d->cache[hash(a, b, c, d->cache_size)] = (struct step){ a, b, c, result };
	return result;
}

/* Recursion ends at the leaves: at most 512 levels. */
static node_t choose(struct diagram *d, node_t c, node_t a, node_t b)
{
	if (is_leaf(c))
		return c == true ? a : b;
	if (a == c)
		a = true;
	if (b == c)
		b = false;
	if (a == b)
		return a;
	if (a == true && b == false)
		return c;
	uint32_t ab = first_level(d, a, b), variable = first_level(d, c, a);
	const struct inner *n = inner_of(d, c);
	if (n->variable < ab && n->low == false && n->high == true)
		return make(d, n->variable, b, a);
	if (ab < variable)
		variable = ab;
	node_t known = recall(d, c, a, b);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	node_t low = choose(d, half_of(d, c, variable, false), half_of(d, a, variable, false),
			    half_of(d, b, variable, false));
	if (low == NODE_FAILED)
		return NODE_FAILED;
	node_t high = choose(d, half_of(d, c, variable, true), half_of(d, a, variable, true),
			     half_of(d, b, variable, true));
	return remember(d, c, a, b, make(d, variable, low, high));
}

node_t diagram_choose(struct diagram *d, node_t c, node_t a, node_t b)
{
	if (c == NODE_FAILED || a == NODE_FAILED || b == NODE_FAILED)
		return NODE_FAILED;
	return choose(d, c, a, b);
}

/* and and or take the later-made operand for the condition, so that a op b and b op a share. */
node_t diagram_and(struct diagram *d, node_t a, node_t b)
{
	return a > b ? diagram_choose(d, a, b, false) : diagram_choose(d, b, a, false);
}

node_t diagram_or(struct diagram *d, node_t a, node_t b)
{
	return a > b ? diagram_choose(d, a, true, b) : diagram_choose(d, b, true, a);
}

node_t diagram_not(struct diagram *d, node_t a)
{
	return diagram_choose(d, a, false, true);
}

/* Neighbours are joined first: they are often alike, and no operand is walked more than log times.
 */
static node_t join(struct diagram *d, node_t *nodes, size_t count, bool empty,
		   node_t (*op)(struct diagram *, node_t, node_t))
{
	if (!count)
		return empty;
	for (; count > 1; count = (count + 1) / 2) {
		for (size_t i = 0; i < count / 2; i++)
			nodes[i] = op(d, nodes[2 * i], nodes[2 * i + 1]);
		if (count % 2)
			nodes[count / 2] = nodes[count - 1];
	}
	return nodes[0];
}

node_t diagram_any(struct diagram *d, node_t *nodes, size_t count)
{
	return join(d, nodes, count, false, diagram_or);
}

node_t diagram_all(struct diagram *d, node_t *nodes, size_t count)
{
	return join(d, nodes, count, true, diagram_and);
}

static node_t equal(struct diagram *d, node_t a, node_t b)
{
	if (a == b)
		return true;
	if (is_leaf(a) && is_leaf(b))
		return false;
	node_t known = recall(d, a, b, (uint32_t)KEY_EQUAL);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	uint32_t variable = first_level(d, a, b);
	node_t low = equal(d, half_of(d, a, variable, false), half_of(d, b, variable, false));
	if (low == NODE_FAILED)
		return NODE_FAILED;
	node_t high = equal(d, half_of(d, a, variable, true), half_of(d, b, variable, true));
	return remember(d, a, b, (uint32_t)KEY_EQUAL, make(d, variable, low, high));
}

node_t diagram_equal(struct diagram *d, node_t a, node_t b)
{
	if (a == NODE_FAILED || b == NODE_FAILED)
		return NODE_FAILED;
	return a < b ? equal(d, a, b) : equal(d, b, a);
}

static node_t where(struct diagram *d, node_t a, uint32_t value)
{
	if (is_leaf(a))
		return a == value;
	node_t known = recall(d, a, value, (uint32_t)KEY_WHERE);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	uint32_t variable = level(d, a);
	node_t low = where(d, half_of(d, a, variable, false), value);
	if (low == NODE_FAILED)
		return NODE_FAILED;
	node_t high = where(d, half_of(d, a, variable, true), value);
	return remember(d, a, value, (uint32_t)KEY_WHERE, make(d, variable, low, high));
}

node_t diagram_where(struct diagram *d, node_t a, uint32_t value)
{
	return a == NODE_FAILED ? NODE_FAILED : where(d, a, value);
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
