/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a decision graph will cost. */
#include "enforce/gauge.h"

#include "enforce/cases.h"

enum { SEEN = 1, LOADED = 2, MASKED = 4 }; /* marks: visited; its load, its mask are counted */

static bool test_holds(const struct graph_node *n, uint32_t word)
{
	uint32_t value = word & n->operand.mask;

	if (n->op == BPF_JEQ)
		return value == n->k;
	return n->op == BPF_JGE ? value >= n->k : (word & n->k) != 0;
}

/* The marks of what a node needs when the accumulator holds `held`. */
static uint8_t needs(const struct graph_node *n, struct operand held)
{
	uint8_t mask = n->operand.mask != UINT32_MAX ? MASKED : 0;

	if (n->op == BPF_RET || operand_equal(n->operand, held))
		return 0;
	if (n->operand.offset == held.offset && held.mask == UINT32_MAX)
		return mask;
	return (uint8_t)(LOADED | mask);
}

static uint32_t count_marks(uint8_t marks)
{
	return (marks & LOADED ? 1u : 0u) + (marks & MASKED ? 1u : 0u);
}

uint32_t graph_walk(const struct graph *g, uint32_t root, struct operand held,
		    const uint64_t args[6])
{
	const struct operand whole = { 0, UINT32_MAX };
	const struct graph_node *n = &g->nodes.data[root];
	uint32_t count = 1;

	while (n->op != BPF_RET) {
		struct operand word = { n->operand.offset, whole.mask };
		uint32_t value = operand_value(word, args, g->is_big_endian);

		count += 1 + count_marks(needs(n, held));
		held = n->operand;
		n = &g->nodes.data[test_holds(n, value) ? n->yes : n->no];
	}
	return count;
}

/* Adds root, and what is reachable from it through nodes that have a price (or all of them, where
 * prices is NULL), to the list of len nodes on the stack that are marked. The new length. */
static size_t reach(const struct graph *g, uint32_t root, const double *prices, size_t len,
		    const struct gauge_room *room)
{
	size_t done = len;

	if (!room->marks[root] && (!prices || prices[root] > 0)) {
		room->stack[len++] = root;
		room->marks[root] = SEEN;
	}
	/* The stack doubles as the list of what was seen: it is only ever added to. */
	while (done < len) {
		const struct graph_node *n = &g->nodes.data[room->stack[done++]];
		uint32_t next[] = { n->yes, n->no };

		for (int i = 0; n->op != BPF_RET && i < 2; i++) {
			if (room->marks[next[i]] || (prices && prices[next[i]] <= 0))
				continue;
			room->marks[next[i]] = SEEN;
			room->stack[len++] = next[i];
		}
	}
	return len;
}

double graph_price(const struct graph *g, uint32_t root, struct operand held, const double *prices,
		   const struct gauge_room *room)
{
	size_t len = reach(g, root, prices, 0, room);
	double price = 0;

	if (len)
		room->marks[root] |= needs(&g->nodes.data[root], held);
	for (size_t i = 0; i < len; i++) {
		const struct graph_node *n = &g->nodes.data[room->stack[i]];

		if (n->op == BPF_RET)
			continue;
		if (room->marks[n->yes])
			room->marks[n->yes] |= needs(&g->nodes.data[n->yes], n->operand);
		if (room->marks[n->no])
			room->marks[n->no] |= needs(&g->nodes.data[n->no], n->operand);
	}
	for (size_t i = 0; i < len; i++) {
		uint32_t node = room->stack[i];

		price += prices[node] * (1 + count_marks(room->marks[node]));
		room->marks[node] = 0;
	}
	return price;
}

void graph_use(const struct graph *g, const uint32_t *roots, size_t count, int by,
	       const struct gauge_tally *tally, const struct gauge_room *room)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len = reach(g, roots[i], NULL, len, room);
	for (size_t i = 0; i < len; i++) {
		uint32_t node = room->stack[i];

		tally->users[node] += (uint32_t)by;
		tally->prices[node] = tally->users[node] ? 0 : 1;
		room->marks[node] = 0;
	}
}

void graph_label(struct graph *g, uint32_t root, struct purpose purpose, uint32_t *users,
		 const struct gauge_room *room)
{
	size_t len = reach(g, root, NULL, 0, room);

	for (size_t i = 0; i < len; i++) {
		uint32_t node = room->stack[i];

		if (users[node]++)
			purpose_join(&g->nodes.data[node].purpose, &purpose);
		else
			g->nodes.data[node].purpose = purpose;
		room->marks[node] = 0;
	}
}
