/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trees over any number of cells: halved where they are many, and none made twice. */
#include "enforce/forest.h"

#include "enforce/tree.h"

#include <errno.h>
#include <string.h>

static const double EVEN_SHARE = 0.003;

enum {
	CELLS_FEW = 24, /* that a tree is searched for at once when WORK_MAX cells were looked at */
	WORK_MAX = 1 << 22,
};

/* Where to halve what is too large: in the middle of the weight, but not at its very ends. */
static uint32_t middle(const struct cell *cells, uint32_t count)
{
	double all = 0, below = 0;
	uint32_t at = 0;

	for (uint32_t i = 0; i < count; i++)
		all += cells[i].weight;
	if (all <= 0)
		return count / 2;
	while (at < count && below < all / 2)
		below += cells[at++].weight;
	at = at < count / 8 ? count / 8 : at;
	return at > count - count / 8 ? count - count / 8 : at;
}

/* Cells that stand for all values from the first one's on up to end. */
static uint32_t grow_tree(struct forest *f, struct operand o, const struct cell *cells,
			  uint32_t count, uint32_t end)
{
	uint32_t at, yes, no;

	if (count <= (f->work < WORK_MAX ? TREE_CELLS : CELLS_FEW))
		return tree_best(f, o, cells, count, end);
	at = middle(cells, count);
	no = grow_tree(f, o, cells, at, cells[at].low - 1);
	yes = grow_tree(f, o, cells + at, count - at, end);
	return graph_at_least(f->graph, o, cells[at].low, yes, no);
}

/* A question that was answered. */
struct tree_memo {
	uint64_t hash;
	struct operand operand;
	struct cell *cells; /* merged; owned; NULL in a free place */
	size_t count;
	uint32_t node;
};

static void forget(struct forest *f)
{
	for (size_t i = 0; i < f->memo_count; i++)
		free(f->memo[i].cells);
	free(f->memo);
	f->memo = NULL;
	f->memo_count = f->memo_used = 0;
}

void forest_fini(struct forest *f)
{
	forget(f);
	*f = (struct forest){ 0 };
}

void forest_aim(struct forest *f, double thrift, uint32_t chain_max)
{
	forget(f);
	f->thrift = thrift;
	f->chain_max = chain_max;
}

static uint64_t hash(struct operand o, const struct cells *c)
{
	uint64_t h = (uint64_t)o.offset << 32 | o.mask;

	vec_for(cell, &c->all) {
		uint64_t weight;

		memcpy(&weight, &cell->weight, sizeof(weight));
		h = (h ^ ((uint64_t)cell->low << 32 | cell->target)) * 0xd6e8feb86659fd93u;
		h = (h ^ h >> 32 ^ weight) * 0xa0761d6478bd642fu;
		h ^= h >> 29;
	}
	return h;
}

static bool is_asked(const struct tree_memo *m, struct operand o, const struct cells *c)
{
	if (!operand_equal(m->operand, o) || m->count != c->all.len)
		return false;
	for (size_t i = 0; i < m->count; i++) {
		const struct cell *x = &m->cells[i], *y = &c->all.data[i];

		if (x->low != y->low || x->target != y->target || x->weight < y->weight ||
		    x->weight > y->weight)
			return false;
	}
	return true;
}

/* The place of the question: one that was answered, or the free one where it would go. */
static struct tree_memo *memo_find(const struct forest *f, uint64_t h, struct operand o,
				   const struct cells *c)
{
	size_t i = h & (f->memo_count - 1);

	while (f->memo[i].cells && !(f->memo[i].hash == h && is_asked(&f->memo[i], o, c)))
		i = (i + 1) & (f->memo_count - 1);
	return &f->memo[i];
}

static int memo_grow(struct forest *f)
{
	size_t count = f->memo_count ? f->memo_count * 2 : 64;
	struct tree_memo *memo = calloc(count, sizeof(*memo));

	if (!memo)
		return -ENOMEM;
	for (size_t i = 0; i < f->memo_count; i++) {
		size_t at = f->memo[i].hash & (count - 1);

		while (f->memo[i].cells && memo[at].cells)
			at = (at + 1) & (count - 1);
		if (f->memo[i].cells)
			memo[at] = f->memo[i];
	}
	free(f->memo);
	f->memo = memo;
	f->memo_count = count;
	return 0;
}

static uint32_t answer(struct forest *f, struct operand o, struct cells *merged)
{
	uint64_t h = hash(o, merged);
	struct cell *cells = merged->all.data;
	struct tree_memo *m;

	if (f->memo_used + 1 > f->memo_count / 2 && memo_grow(f)) {
		f->graph->failed = -ENOMEM;
		return NODE_NONE;
	}
	m = memo_find(f, h, o, merged);
	if (m->cells)
		return m->node;
	*m = (struct tree_memo){ h, o, cells, merged->all.len, NODE_NONE };
	m->node = grow_tree(f, o, cells, (uint32_t)m->count, o.mask);
	merged->all.data = NULL; /* the memo's now */
	merged->all.len = merged->all.cap = 0;
	f->memo_used++;
	return m->node;
}

/*
 * Gives every cell a little weight more, so that trees over what nobody was seen to use are
 * balanced and not just small.
 */
static void weigh_evenly(struct cells *c, double least)
{
	double all = 0;

	vec_for(cell, &c->all)
		all += cell->weight;
	all = all * EVEN_SHARE > least ? all * EVEN_SHARE : least;
	vec_for(cell, &c->all)
		cell->weight += all / (double)c->all.len;
}

uint32_t forest_tree(struct forest *f, struct operand o, const struct cells *c)
{
	autocells struct cells merged = { 0 };

	if (!c->failed && !vec_reserve(&merged.all, c->all.len)) {
		memcpy(merged.all.data, c->all.data, c->all.len * sizeof(struct cell));
		merged.all.len = c->all.len;
		cells_merge(&merged, o.mask);
	}
	weigh_evenly(&merged, f->thrift / 1000);
	if (!merged.all.data || !merged.all.len) {
		f->graph->failed = f->graph->failed ? f->graph->failed : -ENOMEM;
		return NODE_NONE;
	}
	return merged.all.len == 1 ? merged.all.data[0].target : answer(f, o, &merged);
}
