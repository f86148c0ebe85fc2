/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multiway decision diagrams. */
#include "enforce/cases.h"

#include "enforce/lower.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

struct case_memo {
	uint32_t where, a, b;
	uint32_t result; /* + 1; 0: a free slot */
};

void cases_fini(struct cases *c)
{
	vec_fini(&c->nodes);
	vec_fini(&c->cells);
	free(c->slots);
	free(c->memo);
	*c = (struct cases){ 0 };
}

static uint64_t mix(uint64_t h, uint32_t word)
{
	h = (h ^ word) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

static uint64_t hash(const struct cases *c, const struct case_node *n)
{
	uint64_t h = mix(mix(0x9e3779b97f4a7c15u, n->var), n->value);

	for (uint32_t i = 0; i < n->count; i++) {
		h = mix(h, c->cells.data[n->first + i].low);
		h = mix(h, c->cells.data[n->first + i].to);
	}
	return h;
}

static bool is_same(const struct cases *c, const struct case_node *a, const struct case_node *b)
{
	if (a->var != b->var || a->value != b->value || a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		const struct case_cell *x = &c->cells.data[a->first + i];
		const struct case_cell *y = &c->cells.data[b->first + i];

		if (x->low != y->low || x->to != y->to)
			return false;
	}
	return true;
}

static uint32_t *find(const struct cases *c, const struct case_node *n)
{
	size_t i = hash(c, n) & (c->slot_count - 1);

	while (c->slots[i] && !is_same(c, &c->nodes.data[c->slots[i] - 1], n))
		i = (i + 1) & (c->slot_count - 1);
	return &c->slots[i];
}

static int grow(struct cases *c)
{
	size_t count = c->slot_count ? c->slot_count * 2 : 64;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(c->slots);
	c->slots = slots;
	c->slot_count = count;
	for (uint32_t i = 0; i < c->nodes.len; i++)
		*find(c, &c->nodes.data[i]) = i + 1;
	return 0;
}

/* The node n, whose cells are the last ones of the pool; they are dropped when it is there. */
static uint32_t intern(struct cases *c, struct case_node n)
{
	uint32_t *slot;

	if (!c->failed && c->cells.len > (c->max ? c->max : CASES_MAX))
		c->failed = -E2BIG;
	if (!c->failed && c->nodes.len + 1 > c->slot_count / 2)
		c->failed = grow(c);
	if (c->failed)
		return NODE_NONE;
	slot = find(c, &n);
	if (*slot) {
		c->cells.len -= n.count;
		return *slot - 1;
	}
	c->failed = vec_push(&c->nodes, n);
	if (c->failed)
		return NODE_NONE;
	*slot = (uint32_t)c->nodes.len;
	return *slot - 1;
}

uint32_t cases_leaf(struct cases *c, uint32_t value)
{
	return intern(c, (struct case_node){ .var = CASES_LEAF, .value = value });
}

/* A node being made: its cells lie apart until all of them are known. */
struct draft {
	vec_of(struct case_cell) cells;
};

static void draft_add(struct cases *c, struct draft *d, uint32_t low, uint32_t to)
{
	struct case_cell cell = { .low = low, .to = to };

	if (to == NODE_NONE || c->failed)
		return;
	if (d->cells.len && d->cells.data[d->cells.len - 1].to == to)
		return;
	c->failed = vec_push(&d->cells, cell);
}

static uint32_t draft_finish(struct cases *c, struct draft *d, uint32_t var)
{
	uint32_t count = (uint32_t)d->cells.len, node = NODE_NONE;

	if (!c->failed && count > 1)
		c->failed = vec_reserve(&c->cells, count);
	if (!c->failed && count == 1)
		node = d->cells.data[0].to;
	if (!c->failed && count > 1) {
		struct case_node n = { .var = var,
				       .first = (uint32_t)c->cells.len,
				       .count = count };

		memcpy(c->cells.data + n.first, d->cells.data, count * sizeof(struct case_cell));
		c->cells.len += count;
		node = intern(c, n);
	}
	vec_fini(&d->cells);
	return node;
}

/* One function's side of a common walk along the values of a variable. */
struct side {
	uint32_t node;
	bool is_cut; /* does it cut the variable at all? */
	uint32_t at; /* the cell that the walk is in */
};

static struct side side_of(const struct cases *c, uint32_t node, uint32_t var)
{
	return (struct side){ node, c->nodes.data[node].var == var, 0 };
}

static uint32_t side_to(const struct cases *c, const struct side *s)
{
	return s->is_cut ? c->cells.data[c->nodes.data[s->node].first + s->at].to : s->node;
}

/* Where the side's next cell starts; past the last: 2^32. */
static uint64_t side_next(const struct cases *c, const struct side *s)
{
	const struct case_node *n = &c->nodes.data[s->node];

	if (!s->is_cut || s->at + 1 >= n->count)
		return UINT64_C(1) << 32;
	return c->cells.data[n->first + s->at + 1].low;
}

static uint32_t choose_by_cells(struct cases *c, uint32_t where, uint32_t a, uint32_t b)
{
	const struct case_node *n = c->nodes.data;
	uint32_t var = n[where].var < n[a].var ? n[where].var : n[a].var;
	struct draft d = { 0 };

	var = n[b].var < var ? n[b].var : var;
	struct side sides[3] = { side_of(c, where, var), side_of(c, a, var), side_of(c, b, var) };
	for (uint64_t low = 0, next; low < UINT64_C(1) << 32 && !c->failed; low = next) {
		draft_add(c, &d, (uint32_t)low,
			  cases_choose(c, side_to(c, &sides[0]), side_to(c, &sides[1]),
				       side_to(c, &sides[2])));
		next = UINT64_C(1) << 32;
		for (size_t i = 0; i < countof(sides); i++)
			next = side_next(c, &sides[i]) < next ? side_next(c, &sides[i]) : next;
		for (size_t i = 0; i < countof(sides); i++)
			sides[i].at += side_next(c, &sides[i]) == next;
	}
	return draft_finish(c, &d, var);
}

static struct case_memo *memo_find(const struct cases *c, uint32_t where, uint32_t a, uint32_t b)
{
	size_t i = mix(mix(mix(0x2545f4914f6cdd1du, where), a), b) & (c->memo_count - 1);

	for (;; i = (i + 1) & (c->memo_count - 1)) {
		struct case_memo *m = &c->memo[i];

		if (!m->result || (m->where == where && m->a == a && m->b == b))
			return m;
	}
}

static int memo_grow(struct cases *c)
{
	size_t old_count = c->memo_count;
	struct case_memo *old = c->memo;

	c->memo_count = old_count ? old_count * 2 : 256;
	c->memo = calloc(c->memo_count, sizeof(*c->memo));
	if (!c->memo) {
		c->memo = old;
		c->memo_count = old_count;
		return -ENOMEM;
	}
	for (size_t i = 0; i < old_count; i++)
		if (old[i].result)
			*memo_find(c, old[i].where, old[i].a, old[i].b) = old[i];
	free(old);
	return 0;
}

uint32_t cases_choose(struct cases *c, uint32_t where, uint32_t a, uint32_t b)
{
	uint32_t result;

	if (c->failed || where == NODE_NONE || a == NODE_NONE || b == NODE_NONE)
		return NODE_NONE;
	if (a == b)
		return a;
	if (c->nodes.data[where].var == CASES_LEAF)
		return c->nodes.data[where].value ? a : b;
	if (c->memo_used + 1 > c->memo_count / 2)
		c->failed = memo_grow(c);
	if (c->failed)
		return NODE_NONE;
	struct case_memo *m = memo_find(c, where, a, b);
	if (m->result)
		return m->result - 1;
	result = choose_by_cells(c, where, a, b);
	if (c->failed)
		return NODE_NONE;
	/* The table may have moved meanwhile, and may be full. */
	if (c->memo_used + 1 > c->memo_count / 2)
		c->failed = memo_grow(c);
	if (c->failed)
		return NODE_NONE;
	*memo_find(c, where, a, b) = (struct case_memo){ where, a, b, result + 1 };
	c->memo_used++;
	return result;
}

/* The variable of an operand; the caller has put all operands into the order. */
static uint32_t var_of(const struct cases *c, struct operand o)
{
	uint32_t var = 0;

	while (var < c->var_count && !operand_equal(c->vars[var], o))
		var++;
	return var;
}

/* Do all cells lead to nodes that stand behind var in the order? */
static bool is_in_order(const struct cases *c, const struct cells *cells, uint32_t var)
{
	vec_for(cell, &cells->all) {
		if (cell->target == NODE_NONE || c->nodes.data[cell->target].var <= var)
			return false;
	}
	return true;
}

/* 1 where the operand lies in a cell that leads to target. */
static uint32_t leads_to(struct cases *c, uint32_t var, const struct cells *cells, uint32_t target)
{
	struct draft d = { 0 };

	vec_for(cell, &cells->all) {
		if (cell->low <= c->vars[var].mask)
			draft_add(c, &d, cell->low, cases_leaf(c, cell->target == target));
	}
	return draft_finish(c, &d, var);
}

/* The selector of diagrams: cells may lead to nodes of any place in the order. */
static uint32_t select_case(void *context, struct operand o, const struct cells *cells)
{
	struct cases *c = context;
	uint32_t var = var_of(c, o), node = NODE_NONE;
	struct draft d = { 0 };

	if (is_in_order(c, cells, var)) {
		vec_for(cell, &cells->all) {
			if (cell->low <= o.mask)
				draft_add(c, &d, cell->low, cell->target);
		}
		return draft_finish(c, &d, var);
	}
	vec_for(cell, &cells->all) {
		if (node == NODE_NONE)
			node = cell->target;
		else if (cell->low <= o.mask && cell->target != cells->all.data[0].target)
			node = cases_choose(c, leads_to(c, var, cells, cell->target), cell->target,
					    node);
	}
	return node;
}

static uint32_t cases_test(struct cases *c, const struct test *t)
{
	struct selector s = { select_case, c, c->is_big_endian };

	return lower_test(&s, t, cases_leaf(c, true), cases_leaf(c, false));
}

/* All (or any) of the conditions first..end-1: halves first, so that no side grows by ones. */
static uint32_t join(struct cases *c, struct cond *const conds[], size_t first, size_t end,
		     bool is_and)
{
	size_t middle = first + (end - first) / 2;
	uint32_t a, b;

	if (end - first == 1)
		return cases_cond(c, conds[first]);
	a = join(c, conds, first, middle, is_and);
	b = join(c, conds, middle, end, is_and);
	return is_and ? cases_choose(c, a, b, cases_leaf(c, false))
		      : cases_choose(c, a, cases_leaf(c, true), b);
}

uint32_t cases_cond(struct cases *c, const struct cond *cond)
{
	if (!cond)
		return cases_leaf(c, true);
	switch (cond->kind) {
	case COND_FALSE:
	case COND_TRUE:
		return cases_leaf(c, cond->kind == COND_TRUE);
	case COND_TEST:
		return cases_test(c, &cond->test);
	case COND_NOT:
		return cases_choose(c, cases_cond(c, cond->children[0]), cases_leaf(c, false),
				    cases_leaf(c, true));
	case COND_AND:
	case COND_OR:
		return join(c, cond->children, 0, cond->count, cond->kind == COND_AND);
	}
	return NODE_NONE;
}

uint32_t operand_value(struct operand o, const uint64_t args[6], bool is_big_endian)
{
	uint32_t at = o.offset - (uint32_t)offsetof(struct seccomp_data, args);
	bool is_high = (at % 8 != 0) != is_big_endian;

	return (uint32_t)(args[at / 8] >> (is_high ? 32 : 0)) & o.mask;
}

void cases_weigh(struct cases *c, uint32_t root, const uint64_t args[6], double weight)
{
	struct case_node *n = &c->nodes.data[root];

	n->weight += weight;
	while (n->var != CASES_LEAF) {
		uint32_t value = operand_value(c->vars[n->var], args, c->is_big_endian);
		struct case_cell *cell = &c->cells.data[n->first];

		for (uint32_t i = 1; i < n->count && cell[1].low <= value; i++)
			cell++;
		cell->weight += weight;
		n = &c->nodes.data[cell->to];
		n->weight += weight;
	}
}
