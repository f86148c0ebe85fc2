/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a word cut into ranges to a tree of tests. */
#include "enforce/dispatch.h"

#include <errno.h>
#include <string.h>

void cells_fini(struct cells *c)
{
	vec_fini(&c->all);
}

/* The first cell at or after index `from` that starts at or above low. */
static size_t first_from(const struct cells *c, uint32_t low)
{
	size_t a = 0, b = c->all.len;

	while (a < b) {
		size_t middle = a + (b - a) / 2;

		if (c->all.data[middle].low < low)
			a = middle + 1;
		else
			b = middle;
	}
	return a;
}

/* Makes a cell start at low, as a copy of the one that it lies in; its index. */
static size_t cut(struct cells *c, uint32_t low)
{
	size_t at = first_from(c, low);
	uint32_t target = at ? c->all.data[at - 1].target : NODE_NONE;

	if (at < c->all.len && c->all.data[at].low == low)
		return at;
	if (vec_reserve(&c->all, 1)) {
		c->failed = -ENOMEM;
		return 0;
	}
	memmove(c->all.data + at + 1, c->all.data + at, (c->all.len - at) * sizeof(c->all.data[0]));
	c->all.data[at] = (struct cell){ .low = low, .target = target };
	c->all.len++;
	return at;
}

void cells_set(struct cells *c, uint32_t low, uint32_t high, uint32_t target)
{
	if (c->failed || low > high)
		return;
	size_t first = cut(c, low);
	size_t end = high == UINT32_MAX ? c->all.len : cut(c, high + 1);

	if (c->failed)
		return;
	c->all.data[first].target = target;
	memmove(c->all.data + first + 1, c->all.data + end,
		(c->all.len - end) * sizeof(c->all.data[0]));
	c->all.len -= end - first - 1;
}

uint32_t cells_target(const struct cells *c, uint32_t value)
{
	size_t at = first_from(c, value);

	if (at < c->all.len && c->all.data[at].low == value)
		return c->all.data[at].target;
	return at ? c->all.data[at - 1].target : NODE_NONE;
}

void cells_weigh(struct cells *c, uint32_t value, double weight)
{
	size_t at = first_from(c, value);

	if (at == c->all.len || c->all.data[at].low != value)
		at--;
	c->all.data[at].weight += weight;
}

void cells_merge(struct cells *c, uint32_t mask)
{
	size_t kept = 0;

	vec_for(cell, &c->all) {
		struct cell *last = kept ? &c->all.data[kept - 1] : NULL;

		if (cell->low > mask)
			break;
		if (last && last->target == cell->target)
			last->weight += cell->weight;
		else
			c->all.data[kept++] = *cell;
	}
	c->all.len = kept;
}

/* Cells a..b-1 of c; `end` is the highest value that the last one holds. */
struct span {
	const struct cell *cells;
	size_t count;
	uint32_t end;
};

static bool is_single(const struct span *s, size_t i)
{
	uint32_t last = i + 1 < s->count ? s->cells[i + 1].low - 1 : s->end;

	return s->cells[i].low == last;
}

static uint32_t tree(struct graph *g, struct operand o, struct span s)
{
	size_t half = s.count / 2;

	if (s.count == 1)
		return s.cells[0].target;
	if (s.count == 3 && s.cells[0].target == s.cells[2].target && is_single(&s, 1))
		return graph_equal(g, o, s.cells[1].low, s.cells[1].target, s.cells[0].target);
	struct span below = { s.cells, half, s.cells[half].low - 1 };
	struct span above = { s.cells + half, s.count - half, s.end };
	uint32_t no = tree(g, o, below);
	uint32_t yes = tree(g, o, above);

	return graph_at_least(g, o, s.cells[half].low, yes, no);
}

uint32_t dispatch(struct graph *g, struct operand o, const struct cells *c)
{
	vec_of(struct cell) merged = { 0 };
	uint32_t node;

	if (c->failed || vec_reserve(&merged, c->all.len)) {
		g->failed = -ENOMEM;
		return NODE_NONE;
	}
	vec_for(cell, &c->all) {
		if (cell->low <= o.mask &&
		    (!merged.len || merged.data[merged.len - 1].target != cell->target))
			merged.data[merged.len++] = *cell;
	}
	node = tree(g, o, (struct span){ merged.data, merged.len, o.mask });
	vec_fini(&merged);
	return node;
}
