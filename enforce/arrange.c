/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several graphs for each call, the best kept. Which one is best hangs on what others have that it
 * can share; so every call chooses in turn, knowing what all others use, until nobody moves.
 */
#include "enforce/arrange.h"

#include "base/cleanup.h"
#include "enforce/gauge.h"
#include "enforce/lower.h"
#include "enforce/order.h"

#include <errno.h>
#include <string.h>

enum {
	/* The ways of a call differ by factors where trees differ by single tests: between them,
	 * speed counts this much more. */
	WAY_THRIFT = 10,
	WAYS_MAX = 64,	    /* graphs of one call */
	ROUNDS_MAX = 4,	    /* of choosing */
	WORK_MAX = 1 << 16, /* cells of one call's diagrams, over all orders */
	WORK_ALL = 1 << 19, /* the same of all calls; beyond it one order of each has to do */
};

/* A way to do an errand. */
struct way {
	uint32_t root;
	double cost; /* instructions executed, weighed */
};

struct ways {
	vec_of(struct way) all;
	uint32_t chosen; /* index; UINT32_MAX: not yet */
};

struct arranger {
	struct graph *graph;
	struct errand *errands; /* groups of them */
	struct ways *ways;	/* one an errand */
	size_t count;
	struct forest *forest;
	struct gauge_tally tally; /* the users are errands */
	size_t work;		  /* done so far, in cells */
	struct gauge_room room;
};

/* When a call's graph begins, the accumulator holds its number. */
static struct operand on_arrival(void)
{
	return (struct operand){ offset_nr(), UINT32_MAX };
}

static void add_way(struct arranger *a, const struct errand *errand, struct ways *ways,
		    uint32_t root)
{
	struct way way = { .root = root };

	if (root == NODE_NONE || a->graph->failed)
		return;
	vec_for(known, &ways->all) {
		if (known->root == root)
			return;
	}
	for (size_t i = 0; i < errand->sample_count; i++)
		way.cost += errand->samples[i].weight *
			    graph_walk(a->graph, root, on_arrival(), errand->samples[i].args);
	if (vec_push(&ways->all, way))
		a->graph->failed = -ENOMEM;
}

/* Rule by rule as they are written: the way that is always there. */
static uint32_t plain_graph(struct graph *g, const struct errand *errand)
{
	uint32_t node = graph_leaf(g, errand->otherwise);

	for (size_t i = errand->rule_count; i > 0; i--) {
		const struct rule *rule = errand->rules[i - 1];

		node = lower_cond(g, rule->cond, graph_leaf(g, action_ret(rule->action)), node);
	}
	return node;
}

/* 1 where any of the rules first..end-1 matches: halves first, so that no side grows by ones. */
static uint32_t any_rule(struct cases *c, const struct rule *const rules[], size_t first,
			 size_t end)
{
	size_t middle = first + (end - first) / 2;

	if (end - first == 1)
		return cases_cond(c, rules[first]->cond);
	return cases_choose(c, any_rule(c, rules, first, middle), cases_leaf(c, true),
			    any_rule(c, rules, middle, end));
}

/* The call's function of its arguments: SECCOMP_RET words at the leaves. */
static uint32_t errand_cases(struct cases *c, const struct errand *errand)
{
	uint32_t node = cases_leaf(c, errand->otherwise);
	size_t end = errand->rule_count, first;

	/* From the weakest action to the strongest; the rules are sorted by it. */
	for (; end > 0; end = first) {
		struct action action = errand->rules[end - 1]->action;

		for (first = end - 1; first > 0; first--) {
			if (!action_equal(errand->rules[first - 1]->action, action))
				break;
		}
		node = cases_choose(c, any_rule(c, errand->rules, first, end),
				    cases_leaf(c, action_ret(action)), node);
	}
	return node;
}

/* The graph of one case node; those that it leads to have theirs. */
static uint32_t lower_case(struct arranger *a, const struct cases *c, const struct case_node *n,
			   const uint32_t *lowered)
{
	autocells struct cells cells = { 0 };

	if (n->var == CASES_LEAF)
		return graph_leaf(a->graph, n->value);
	for (uint32_t i = 0; i < n->count && !cells.failed; i++) {
		const struct case_cell *from = &c->cells.data[n->first + i];
		struct cell cell = { from->low, lowered[from->to], from->weight };

		if (vec_push(&cells.all, cell))
			cells.failed = -ENOMEM;
	}
	return forest_tree(a->forest, c->vars[n->var], &cells);
}

/* All nodes that calls can reach, from the leaves up. */
static uint32_t lower_cases(struct arranger *a, const struct cases *c, uint32_t root)
{
	autofree uint32_t *lowered = calloc(c->nodes.len, sizeof(*lowered));
	autofree bool *is_used = calloc(c->nodes.len, sizeof(*is_used));

	if (!lowered || !is_used) {
		a->graph->failed = -ENOMEM;
		return NODE_NONE;
	}
	is_used[root] = true;
	for (size_t i = root + 1; i > 0; i--) {
		const struct case_node *n = &c->nodes.data[i - 1];

		for (uint32_t j = 0; is_used[i - 1] && j < n->count; j++)
			is_used[c->cells.data[n->first + j].to] = true;
	}
	for (size_t i = 0; i <= root; i++) {
		if (is_used[i])
			lowered[i] = lower_case(a, c, &c->nodes.data[i], lowered);
	}
	return lowered[root];
}

/* What an instruction is for: the call, and its rule where it has just one. */
static struct purpose purpose_of(const struct errand *errand)
{
	return (struct purpose){ errand->arch, errand->rule_count == 1 ? errand->rules[0] : NULL,
				 errand->nr, true };
}

/* Tests words in the order of vars. Returns how much work it was, 0 when it cannot be done. */
static size_t add_ordered_way(struct arranger *a, const struct errand *errand, struct ways *ways,
			      struct cases *c)
{
	uint32_t root = errand_cases(c, errand);

	if (c->failed == -E2BIG)
		return 0;
	if (root == NODE_NONE) {
		a->graph->failed = -ENOMEM;
		return 0;
	}
	for (size_t i = 0; i < errand->sample_count; i++)
		cases_weigh(c, root, errand->samples[i].args, errand->samples[i].weight);
	add_way(a, errand, ways, lower_cases(a, c, root));
	return c->cells.len + 1;
}

/* Orders that were tried: layouts of operands that have no halves to move come to the same. */
struct orders {
	struct operand all[WAYS_MAX][CASES_VARS];
	uint32_t count;
};

static bool is_new_order(struct orders *tried, const struct operand *vars, uint32_t var_count)
{
	for (uint32_t i = 0; i < tried->count; i++) {
		uint32_t same = 0;

		while (same < var_count && operand_equal(tried->all[i][same], vars[same]))
			same++;
		if (same == var_count)
			return false;
	}
	memcpy(tried->all[tried->count++], vars, var_count * sizeof(*vars));
	return true;
}

static void find_ways(struct arranger *a, const struct errand *errand, struct ways *ways)
{
	struct operands operands = { .is_big_endian = a->graph->is_big_endian };
	struct orders tried = { .count = 0 };
	size_t work = 0, last = 1;

	add_way(a, errand, ways, plain_graph(a->graph, errand));
	for (size_t i = 0; i < errand->rule_count; i++) {
		if (operands_add(&operands, errand->rules[i]->cond))
			a->graph->failed = -ENOMEM;
	}
	if (operands.has_overflown)
		return;
	for (unsigned i = 0; i < WAYS_MAX && last && work < WORK_MAX && !a->graph->failed; i++) {
		autocases struct cases c = { .var_count = operands.count,
					     .is_big_endian = operands.is_big_endian };

		if (!operands_order(&operands, i, c.vars))
			break;
		if (!is_new_order(&tried, c.vars, c.var_count))
			continue;
		if (work && a->work > WORK_ALL)
			break;
		last = add_ordered_way(a, errand, ways, &c);
		work += last;
		a->work += last;
	}
}

static uint32_t chosen_root(const struct ways *ways)
{
	return ways->all.data[ways->chosen].root;
}

/* The errand takes (1) or gives back (-1) its chosen way. */
static void use_chosen(struct arranger *a, const struct ways *ways, int by)
{
	uint32_t root = chosen_root(ways);

	graph_use(a->graph, &root, 1, by, &a->tally, &a->room);
}

/* Counts the errand as a user of every node that any of its ways has. */
static void use_all(struct arranger *a, const struct ways *ways)
{
	uint32_t roots[WAYS_MAX + 1];

	for (size_t i = 0; i < ways->all.len; i++)
		roots[i] = ways->all.data[i].root;
	graph_use(a->graph, roots, ways->all.len, 1, &a->tally, &a->room);
}

/* Takes the best way at the present prices. */
static uint32_t best_way(struct arranger *a, const struct ways *ways)
{
	double best_score = 0;
	uint32_t best = 0;

	for (uint32_t i = 0; i < ways->all.len; i++) {
		const struct way *way = &ways->all.data[i];
		double price =
			graph_price(a->graph, way->root, on_arrival(), a->tally.prices, &a->room);
		double score = way->cost + a->forest->thrift / WAY_THRIFT * price;

		if (i == 0 || score < best_score - 1e-12) {
			best = i;
			best_score = score;
		}
	}
	return best;
}

/*
 * Who shares what hangs on what all others take, and at first nobody has taken anything: the more
 * errands could use a node, the less each of them is asked for it.
 */
static void choose_hopefully(struct arranger *a)
{
	for (size_t i = 0; i < a->count; i++)
		use_all(a, &a->ways[i]);
	for (size_t i = 0; i < a->graph->nodes.len; i++) {
		a->tally.prices[i] = a->tally.users[i] ? 1.0 / a->tally.users[i] : 1;
		a->tally.users[i] = 0;
	}
	for (size_t i = 0; i < a->count; i++)
		a->ways[i].chosen = best_way(a, &a->ways[i]);
	for (size_t i = 0; i < a->graph->nodes.len; i++)
		a->tally.prices[i] = 1;
	for (size_t i = 0; i < a->count; i++)
		use_chosen(a, &a->ways[i], 1);
}

/* Chooses again, knowing what the others have taken: that is free, the rest is not. */
static bool choose_again(struct arranger *a, struct ways *ways)
{
	uint32_t before = ways->chosen;

	use_chosen(a, ways, -1);
	ways->chosen = best_way(a, ways);
	use_chosen(a, ways, 1);
	return ways->chosen != before;
}

static void choose_all(struct arranger *a)
{
	size_t nodes = a->graph->nodes.len;
	autofree uint32_t *users = calloc(nodes, sizeof(*users));
	autofree double *prices = calloc(nodes, sizeof(*prices));
	autofree uint32_t *stack = calloc(nodes, sizeof(*stack));
	autofree uint8_t *marks = calloc(nodes, sizeof(*marks));
	bool has_moved = true;

	if (!users || !prices || !stack || !marks) {
		a->graph->failed = -ENOMEM;
		return;
	}
	a->tally.users = users;
	a->tally.prices = prices;
	a->room = (struct gauge_room){ stack, marks };
	choose_hopefully(a);
	for (int round = 0; has_moved && round < ROUNDS_MAX; round++) {
		has_moved = false;
		for (size_t i = 0; i < a->count; i++)
			has_moved |= choose_again(a, &a->ways[i]);
	}
	for (size_t i = 0; i < a->count; i++)
		a->errands[i].node = chosen_root(&a->ways[i]);
}

/* Says of all nodes what they are for, now that it is known who uses them. */
static void label_all(struct graph *g, const struct errand *errands, size_t count)
{
	size_t nodes = g->nodes.len;
	autofree uint32_t *users = calloc(nodes, sizeof(*users));
	autofree uint32_t *stack = calloc(nodes, sizeof(*stack));
	autofree uint8_t *marks = calloc(nodes, sizeof(*marks));
	struct gauge_room room = { stack, marks };

	if (!users || !stack || !marks) {
		g->failed = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < count; i++)
		graph_label(g, errands[i].node, purpose_of(&errands[i]), users, &room);
}

static void arrange_groups(struct forest *f, struct errand *groups, size_t count)
{
	autofree struct ways *ways = calloc(count + 1, sizeof(*ways));
	struct graph *g = f->graph;
	struct arranger a = {
		.graph = g, .forest = f, .errands = groups, .ways = ways, .count = count
	};

	if (!ways)
		g->failed = -ENOMEM;
	for (size_t i = 0; i < count && !g->failed; i++) {
		ways[i].chosen = UINT32_MAX;
		find_ways(&a, &groups[i], &ways[i]);
	}
	if (!g->failed && count)
		choose_all(&a);
	for (size_t i = 0; ways && i < count; i++)
		vec_fini(&ways[i].all);
}

void arrange(struct forest *f, struct errand *errands, size_t count)
{
	struct errand_groups groups;

	if (errand_groups_init(&groups, errands, count)) {
		f->graph->failed = -ENOMEM;
		return;
	}
	arrange_groups(f, groups.all.data, groups.all.len);
	for (size_t i = 0; i < count; i++)
		errands[i].node = groups.all.data[groups.of[i]].node;
	if (!f->graph->failed && count)
		label_all(f->graph, errands, count);
	errand_groups_fini(&groups);
}
