/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cheapest tree of tests over ranges, by dynamic programming.
 *
 * A tree may cut an interval of cells in two (one test for order), take one heavy value out (one
 * test for equality; the value is a hole in what is left, and neighbours of a hole can become one),
 * name what differs from the rest value by value (a chain of tests for equality), or know a set of
 * values by a mask. The holes of an interval are always the heaviest single values of the whole
 * problem down to some rank, so that (first cell, last cell, rank) is all the state there is.
 */
#include "enforce/tree.h"

#include "base/cleanup.h"
#include "enforce/cube.h"

#include <errno.h>
#include <string.h>

enum {
	RANKS_MAX = 8,	 /* values that may be taken out above a cut */
	MASK_CELLS = 33, /* that such a set may part its surroundings into */
	CUT_MARGIN = 3,	 /* cells, see cuts_worth_trying */
};

enum how { HOW_LEAF, HOW_CUT, HOW_TAKE, HOW_CHAIN, HOW_MASK };

/* The best way for one state. */
struct choice {
	double cost; /* < 0: not known yet */
	uint8_t how;
	uint8_t at;  /* HOW_CUT: the first cell of the upper part */
	uint8_t cut; /* the same of the best cut, whatever the best way; 0: none was tried */
};

struct problem {
	struct graph *graph;
	struct forest *forest;
	struct operand operand;
	double thrift;
	const struct cell *cells;
	uint32_t count;
	uint32_t end;
	uint32_t heavy[RANKS_MAX]; /* single-valued cells, the heaviest first */
	uint32_t ranks;
	uint8_t rank_of[TREE_CELLS];   /* a cell's place in heavy; RANKS_MAX: none */
	uint8_t two_until[TREE_CELLS]; /* from a cell to this one there are at most two targets */
	double before[TREE_CELLS + 1]; /* weight of all cells before this one */
	struct choice *choices;	       /* [rank][first][last] */
};

/* Cells first..last without the `rank` heaviest values. */
struct state {
	uint32_t first, last, rank;
};

static uint32_t last_value(const struct problem *p, uint32_t cell)
{
	return cell + 1 < p->count ? p->cells[cell + 1].low - 1 : p->end;
}

static bool is_single(const struct problem *p, uint32_t cell)
{
	return p->cells[cell].low == last_value(p, cell);
}

static bool is_hole(const struct problem *p, struct state s, uint32_t cell)
{
	return p->rank_of[cell] < s.rank;
}

static bool is_within(struct state s, uint32_t cell)
{
	return s.first <= cell && cell <= s.last;
}

/* The same cells by the lowest rank: holes that lie elsewhere do not tell states apart. */
static struct state simplest(const struct problem *p, struct state s)
{
	while (s.rank > 0 && !is_within(s, p->heavy[s.rank - 1]))
		s.rank--;
	return s;
}

static double weight_of(const struct problem *p, struct state s)
{
	double weight = p->before[s.last + 1] - p->before[s.first];

	for (uint32_t i = 0; i < s.rank; i++)
		weight -= is_within(s, p->heavy[i]) ? p->cells[p->heavy[i]].weight : 0;
	return weight > 0 ? weight : 0;
}

/* One target of a state, and what else there is. */
struct summary {
	uint32_t target;
	uint32_t others;		  /* cells that go elsewhere */
	bool are_single;		  /* are those single values? */
	bool is_one_other;		  /* do those go to one place? */
	uint32_t other;			  /* that place */
	uint32_t cells[FOREST_CHAIN_MAX]; /* those cells, the heaviest first, where they are few */
};

/* The target of more than half of the cells, where there is one (by majority vote). */
static uint32_t majority(const struct problem *p, struct state s)
{
	uint32_t leader = NODE_NONE, lead = 0;

	for (uint32_t i = s.first; i <= s.last; i++) {
		if (is_hole(p, s, i))
			continue;
		if (!lead)
			leader = p->cells[i].target;
		lead += p->cells[i].target == leader ? 1 : UINT32_MAX;
	}
	return leader;
}

static void insert_by_weight(const struct problem *p, struct summary *m, uint32_t cell)
{
	uint32_t at = m->others;

	while (at > 0 && p->cells[m->cells[at - 1]].weight < p->cells[cell].weight) {
		m->cells[at] = m->cells[at - 1];
		at--;
	}
	m->cells[at] = cell;
}

static struct summary summarize(const struct problem *p, struct state s, uint32_t target)
{
	struct summary m = {
		.target = target, .are_single = true, .is_one_other = true, .other = NODE_NONE
	};

	for (uint32_t i = s.first; i <= s.last; i++) {
		uint32_t to = p->cells[i].target;

		if (is_hole(p, s, i) || to == target)
			continue;
		m.are_single = m.are_single && is_single(p, i);
		m.is_one_other = m.is_one_other && (m.other == NODE_NONE || m.other == to);
		m.other = to;
		if (m.others < FOREST_CHAIN_MAX)
			insert_by_weight(p, &m, i);
		m.others++;
	}
	return m;
}

/* Has the cube, of all values of the state, only those that go to target? */
static bool is_exact(const struct problem *p, struct state s, uint32_t target, uint64_t count,
		     const struct cube *cube)
{
	uint64_t in_holes = 0;

	for (uint32_t i = s.first; i <= s.last; i++) {
		bool is_met = cube_has(cube, p->cells[i].low);

		if (is_hole(p, s, i))
			in_holes += is_met;
		else if (is_met && p->cells[i].target != target)
			return false; /* the count would say so, too, but later */
	}
	return cube_count(cube, p->cells[s.first].low, last_value(p, s.last)) == count + in_holes;
}

/*
 * Are the state's values that go to target a cube? What lies outside of the state or in a hole may
 * be in it or not. A cube of bits that are 0 is best: it takes one instruction.
 */
static bool find_cube(const struct problem *p, struct state s, uint32_t target, struct cube *cube)
{
	struct likeness l = { 0 };

	for (uint32_t i = s.first; i <= s.last; i++) {
		if (!is_hole(p, s, i) && p->cells[i].target == target)
			likeness_add(&l, p->cells[i].low, last_value(p, i));
	}
	if (!l.count)
		return false;
	*cube = (struct cube){ ~l.any & p->operand.mask, 0 };
	if (cube->mask && is_exact(p, s, target, l.count, cube))
		return true;
	*cube = (struct cube){ ~(l.any & l.lacking) & p->operand.mask, ~l.lacking };
	return is_exact(p, s, target, l.count, cube);
}

/* Instructions that a cube takes: a bit test where its value is 0, else AND and a comparison. */
static double cube_cost(const struct problem *p, const struct cube *cube)
{
	return cube->value == 0 || cube->mask == p->operand.mask ? 1 : 2;
}

static bool state_cube(const struct problem *p, struct state s, const struct summary *m,
		       struct cube *cube, uint32_t *yes)
{
	struct cube other;

	if (!m->is_one_other || !m->others)
		return false;
	bool has_other = find_cube(p, s, m->other, &other);
	bool has_main = find_cube(p, s, m->target, cube);

	if (!has_other && !has_main)
		return false;
	*yes = m->target;
	if (has_other && (!has_main || cube_cost(p, &other) <= cube_cost(p, cube))) {
		*cube = other;
		*yes = m->other;
	}
	return true;
}

static struct choice *choice_of(const struct problem *p, struct state s)
{
	return &p->choices[((size_t)s.rank * p->count + s.first) * p->count + s.last];
}

static double solve(const struct problem *p, struct state s);

static void offer(struct choice *c, double cost, enum how how, uint32_t at)
{
	/* The first of equals stays, so that the result does not hang on rounding of sums. */
	if (c->cost >= 0 && cost >= c->cost - 1e-12)
		return;
	*c = (struct choice){ cost, (uint8_t)how, (uint8_t)at, c->cut };
}

static void offer_chain(const struct problem *p, const struct summary *m, double weight,
			bool is_swapped, struct choice *c)
{
	double cost = p->thrift * m->others, rest = weight;

	if (!m->are_single || m->others > p->forest->chain_max)
		return;
	for (uint32_t i = 0; i < m->others; i++) {
		cost += rest;
		rest -= p->cells[m->cells[i]].weight;
	}
	offer(c, cost, HOW_CHAIN, is_swapped);
}

/* The next heaviest value of the state that is no hole yet: its rank, or p->ranks. */
static uint32_t next_heavy(const struct problem *p, struct state s)
{
	uint32_t rank = s.rank;

	while (rank < p->ranks && (p->heavy[rank] < s.first || p->heavy[rank] > s.last))
		rank++;
	return rank;
}

/*
 * Where to cut moves with the interval: hardly ever before where the one without the last cell is
 * cut, or behind where the one without the first is. That spares most of the search.
 */
static void cuts_worth_trying(const struct problem *p, struct state s, uint32_t *from, uint32_t *to)
{
	struct state shorter = { s.first, s.last - 1, s.rank },
		     later = { s.first + 1, s.last, s.rank };
	const struct choice *c;

	*from = s.first + 1;
	*to = s.last;
	if (s.last - s.first < 2 * CUT_MARGIN)
		return;
	solve(p, shorter);
	solve(p, later);
	c = choice_of(p, simplest(p, shorter));
	if (c->cut > *from + CUT_MARGIN)
		*from = c->cut - CUT_MARGIN;
	c = choice_of(p, simplest(p, later));
	if (c->cut && (uint32_t)c->cut + CUT_MARGIN < *to)
		*to = c->cut + CUT_MARGIN;
	if (*from > *to) { /* chains have upset the rule */
		*from = s.first + 1;
		*to = s.last;
	}
}

static void offer_cuts(const struct problem *p, struct state s, double weight, struct choice *c)
{
	double least = 0;
	uint32_t from, to;

	cuts_worth_trying(p, s, &from, &to);
	for (uint32_t at = from; at <= to; at++) {
		struct state below = { s.first, at - 1, s.rank }, above = { at, s.last, s.rank };
		double cost = weight + p->thrift + solve(p, below) + solve(p, above);

		if (!c->cut || cost < least - 1e-12) {
			c->cut = (uint8_t)at;
			least = cost;
		}
	}
	offer(c, least, HOW_CUT, c->cut);
}

/*
 * Is it certain that neither a leaf nor a chain nor a mask will do? Neighbours differ, so that no
 * target has more than every other cell; a hole can bring two cells of one target together.
 */
static bool must_be_parted(const struct problem *p, struct state s)
{
	uint32_t cells = s.last - s.first + 1;

	return cells > 2 * s.rank && (cells - 2 * s.rank) / 2 > p->forest->chain_max &&
	       (s.rank > 0 || s.last > p->two_until[s.first] || cells > MASK_CELLS);
}

/* Offers what makes an end of it: a leaf (true: then there is nothing better), a chain, a mask. */
static bool offer_ends(const struct problem *p, struct state s, double weight, struct choice *c)
{
	struct summary m = summarize(p, s, majority(p, s));
	struct cube cube;
	uint32_t yes;

	p->forest->work += s.last - s.first + 1;
	if (!m.others) {
		*c = (struct choice){ .how = HOW_LEAF };
		return true;
	}
	offer_chain(p, &m, weight, false, c);
	if (m.is_one_other) {
		struct summary swapped = summarize(p, s, m.other);

		offer_chain(p, &swapped, weight, true, c);
	}
	/* Of two cells one cut makes an end as well, and is read more easily. */
	if (s.last > s.first + 1 && state_cube(p, s, &m, &cube, &yes))
		offer(c, (weight + p->thrift) * cube_cost(p, &cube), HOW_MASK, 0);
	return false;
}

static double solve(const struct problem *p, struct state s)
{
	struct choice *known, c = { .cost = -1 };
	uint32_t rank;
	double weight;

	s = simplest(p, s);
	known = choice_of(p, s);
	if (known->cost >= 0)
		return known->cost;
	p->forest->work++;
	weight = weight_of(p, s);
	if (!must_be_parted(p, s) && offer_ends(p, s, weight, &c)) {
		*known = c;
		return c.cost;
	}
	rank = next_heavy(p, s);
	if (rank < p->ranks)
		offer(&c,
		      weight + p->thrift + solve(p, (struct state){ s.first, s.last, rank + 1 }),
		      HOW_TAKE, 0);
	offer_cuts(p, s, weight, &c);
	*known = c;
	return c.cost;
}

static uint32_t build_chain(const struct problem *p, const struct summary *m)
{
	uint32_t node = m->target;

	for (uint32_t i = m->others; i > 0; i--) {
		const struct cell *cell = &p->cells[m->cells[i - 1]];

		node = graph_equal(p->graph, p->operand, cell->low, cell->target, node);
	}
	return node;
}

static uint32_t build_mask(const struct problem *p, struct state s, const struct summary *m)
{
	struct operand o = p->operand;
	struct cube cube;
	uint32_t yes = NODE_NONE;

	if (!state_cube(p, s, m, &cube, &yes))
		return NODE_NONE;
	o.mask = cube.mask;
	return graph_equal(p->graph, o, cube.value, yes, yes == m->target ? m->other : m->target);
}

static uint32_t build(const struct problem *p, struct state s)
{
	s = simplest(p, s);
	struct choice c = *choice_of(p, s);
	struct summary m = summarize(p, s, majority(p, s));
	uint32_t rank, yes, no;

	switch ((enum how)c.how) {
	case HOW_LEAF:
		return m.target;
	case HOW_CHAIN:
		if (c.at)
			m = summarize(p, s, m.other);
		return build_chain(p, &m);
	case HOW_MASK:
		return build_mask(p, s, &m);
	case HOW_TAKE:
		rank = next_heavy(p, s);
		no = build(p, (struct state){ s.first, s.last, rank + 1 });
		return graph_equal(p->graph, p->operand, p->cells[p->heavy[rank]].low,
				   p->cells[p->heavy[rank]].target, no);
	case HOW_CUT:
		no = build(p, (struct state){ s.first, c.at - 1u, s.rank });
		yes = build(p, (struct state){ c.at, s.last, s.rank });
		return graph_at_least(p->graph, p->operand, p->cells[c.at].low, yes, no);
	}
	return NODE_NONE;
}

static void find_heavy(struct problem *p)
{
	double average = p->before[p->count] / p->count;

	for (uint32_t i = 0; i < p->count; i++) {
		uint32_t at = p->ranks;

		if (!is_single(p, i) || p->cells[i].weight <= average)
			continue;
		while (at > 0 && p->cells[p->heavy[at - 1]].weight < p->cells[i].weight) {
			if (at < RANKS_MAX)
				p->heavy[at] = p->heavy[at - 1];
			at--;
		}
		if (at < RANKS_MAX)
			p->heavy[at] = i;
		p->ranks += p->ranks < RANKS_MAX;
	}
}

static void find_pairs(struct problem *p)
{
	for (uint32_t first = 0, last = 0; first < p->count; first++) {
		uint32_t a = p->cells[first].target, b = NODE_NONE;

		for (last = first; last < p->count; last++) {
			uint32_t to = p->cells[last].target;

			if (to != a && b == NODE_NONE)
				b = to;
			if (to != a && to != b)
				break;
		}
		p->two_until[first] = (uint8_t)(last - 1);
	}
}

static void prepare(struct problem *p)
{
	find_pairs(p);
	for (uint32_t i = 0; i < p->count; i++)
		p->before[i + 1] = p->before[i] + p->cells[i].weight;
	find_heavy(p);
	memset(p->rank_of, RANKS_MAX, p->count);
	for (uint32_t i = 0; i < p->ranks; i++)
		p->rank_of[p->heavy[i]] = (uint8_t)i;
}

uint32_t tree_best(struct forest *f, struct operand o, const struct cell *cells, uint32_t count,
		   uint32_t end)
{
	struct problem p = { .graph = f->graph,
			     .forest = f,
			     .operand = o,
			     .thrift = f->thrift,
			     .cells = cells,
			     .count = count,
			     .end = end };
	autofree struct choice *choices = NULL;
	struct state all = { 0, count - 1, 0 };
	size_t states;

	prepare(&p);
	states = (size_t)(p.ranks + 1) * count * count;
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): count is 1 at least */
	choices = malloc(states * sizeof(*choices));
	if (!choices) {
		f->graph->failed = -ENOMEM;
		return NODE_NONE;
	}
	for (size_t i = 0; i < states; i++)
		choices[i].cost = -1;
	p.choices = choices;
	solve(&p, all);
	return build(&p, all);
}
