/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The nodes of a diagram: a unique table makes equal functions one node, an operation cache makes
 * each step of an operation happen once.
 */
#include "policy/diagram_node.h"

#include <stdlib.h>
#include <string.h>

/*
 * When to give up: about 50 MB, or some seconds. No profile that a person could read comes near;
 * comparing two arguments with each other, which only a foreign filter does, gets there.
 */
enum { MAX_NODES = 1 << 21, MAX_STEPS = 1 << 24, MAX_CACHE = 1 << 19, FIRST_SIZE = 1 << 10 };

#define NO_NODE UINT32_MAX /* ends a chain of the unique table */

static size_t hash(uint32_t a, uint32_t b, uint32_t c, size_t size)
{
	uint64_t h = (a * 0x9e3779b97f4a7c15u) ^ (b * 0xc2b2ae3d27d4eb4fu);

	h = (h ^ h >> 29 ^ c) * 0xd6e8feb86659fd93u;
	return (h >> 32) & (size - 1);
}

static uint32_t *bucket_of(const struct diagram *d, const struct inner *n)
{
	uint32_t bits = n->run.pattern * 0x85ebca6bu + (n->run.variable << 6 | n->run.length);

	return &d->buckets[hash(bits, n->low, n->high, d->cap)];
}

static void file_node(struct diagram *d, size_t i)
{
	struct inner *n = &d->inner[i];
	uint32_t *head = bucket_of(d, n);

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
	struct memo *cache = malloc(size * sizeof(*cache));

	if (!cache)
		return false;
	memset(cache, 0xff, size * sizeof(*cache));
	for (size_t i = 0; i < d->cache_size; i++) {
		const struct memo *s = &d->cache[i];

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

static bool is_same(const struct inner *a, const struct inner *b)
{
	return a->low == b->low && a->high == b->high && a->run.pattern == b->run.pattern &&
	       a->run.variable == b->run.variable && a->run.length == b->run.length;
}

/* The node itself, which is in normal form, found or added. */
static node_t file(struct diagram *d, const struct inner *n)
{
	uint32_t i = *bucket_of(d, n);

	for (; i != NO_NODE; i = d->inner[i].next) {
		if (is_same(&d->inner[i], n))
			return FIRST_INNER + i;
	}
	if (!make_room(d))
		return NODE_FAILED;
	i = (uint32_t)d->count++;
	d->inner[i] = *n;
	file_node(d, i);
	return FIRST_INNER + i;
}

static bool asks_word_of(const struct diagram *d, node_t n, unsigned variable)
{
	return level(d, n) / 32 == variable / 32;
}

/*
 * Does n's high go on with the next bit of the word, leaving for n's low as well? Then it becomes a
 * part of n. n's low asks for no bit of the word.
 */
static void prolong(const struct diagram *d, struct inner *n)
{
	unsigned end = n->run.variable + n->run.length;
	const struct inner *more = is_leaf(n->high) ? NULL : inner_of(d, n->high);

	if (end % 32 == 0 || !more || more->run.variable != end)
		return;
	if (more->low == n->low) {
		n->run.pattern = n->run.pattern << more->run.length | more->run.pattern;
		n->run.length = (uint16_t)(n->run.length + more->run.length);
		n->high = more->high;
	} else if (more->run.length == 1 && more->high == n->low) {
		n->run.pattern <<= 1;
		n->run.length++;
		n->high = more->low;
	}
}

/* A run in normal form or, where it cannot become a longer one, as it is. */
static node_t file_run(struct diagram *d, struct inner *n)
{
	prolong(d, n);
	if (n->run.length == 1 && !n->run.pattern)
		*n = (struct inner){ { n->run.variable, 1, 1 }, n->high, n->low, 0 };
	return file(d, n);
}

node_t node_make(struct diagram *d, unsigned variable, node_t low, node_t high)
{
	struct inner n = { { (uint16_t)variable, 1, 1 }, low, high, 0 };

	if (low == NODE_FAILED || high == NODE_FAILED)
		return NODE_FAILED;
	if (low == high)
		return low;
	if (!asks_word_of(d, low, variable))
		return file_run(d, &n);
	if (asks_word_of(d, high, variable))
		return file(d, &n);
	n = (struct inner){ { (uint16_t)variable, 1, 0 }, high, low, 0 };
	return file_run(d, &n);
}

node_t node_run(struct diagram *d, struct run run, node_t low, node_t high)
{
	struct inner n = { run, low, high, 0 };

	if (low == NODE_FAILED || high == NODE_FAILED)
		return NODE_FAILED;
	if (low == high)
		return low;
	if (run.length > 1 && !asks_word_of(d, low, run.variable))
		return file_run(d, &n);
	for (unsigned i = 0; i < run.length; i++) {
		unsigned variable = run.variable + run.length - 1u - i;

		if (run.pattern >> i & 1)
			high = node_make(d, variable, low, high);
		else
			high = node_make(d, variable, high, low);
	}
	return high;
}

node_t memo_recall(struct diagram *d, node_t a, node_t b, uint32_t c)
{
	const struct memo *s = &d->cache[hash(a, b, c, d->cache_size)];

	if (s->a == a && s->b == b && s->c == c)
		return s->result;
	d->is_full |= ++d->steps > MAX_STEPS;
	return NODE_FAILED;
}

node_t memo_remember(struct diagram *d, node_t a, node_t b, uint32_t c, node_t result)
{
	if (result != NODE_FAILED)
		d->cache[hash(a, b, c, d->cache_size)] = (struct memo){ a, b, c, result };
	return result;
}
