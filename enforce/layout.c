/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decision graph to program. A test wants its word, masked, in the accumulator; a node that is
 * reached with it already there is entered behind its load. So every node has up to three entries.
 */
#include "enforce/graph.h"

#include "base/cleanup.h"

#include <errno.h>

enum entry {
	ENTRY_LOAD, /* the accumulator holds something else */
	ENTRY_WORD, /* it holds the word, the mask is still to be applied */
	ENTRY_TEST, /* it holds what is tested */
	ENTRIES,
};

struct place {
	bool is_seen;
	bool is_used[ENTRIES];
	uint32_t labels[ENTRIES];
};

struct layout {
	const struct graph *graph;
	struct place *places; /* one a node */
	uint32_t *order;      /* reachable nodes, a node behind everything it leads to */
	size_t count;
};

/* How a node is entered when the accumulator holds `held`. */
static enum entry entry_of(const struct graph_node *n, struct operand held)
{
	if (n->op == BPF_RET || operand_equal(n->operand, held))
		return ENTRY_TEST;
	if (n->operand.offset == held.offset && held.mask == UINT32_MAX)
		return ENTRY_WORD;
	return ENTRY_LOAD;
}

static enum entry entry_from(const struct layout *l, const struct graph_node *from, uint32_t to)
{
	return entry_of(&l->graph->nodes.data[to], from->operand);
}

/* Depth first without recursion: a chain of tests may be thousands long. */
static int sort(struct layout *l, uint32_t root)
{
	vec_of(uint32_t) stack = { 0 };
	int r = vec_push(&stack, root);

	while (!r && stack.len) {
		uint32_t at = stack.data[stack.len - 1];
		const struct graph_node *n = &l->graph->nodes.data[at];
		bool is_test = n->op != BPF_RET;

		l->places[at].is_seen = true;
		if (is_test && !l->places[n->yes].is_seen)
			r = vec_push(&stack, n->yes);
		else if (is_test && !l->places[n->no].is_seen)
			r = vec_push(&stack, n->no);
		else {
			l->order[l->count++] = at;
			stack.len--;
		}
	}
	vec_fini(&stack);
	return r;
}

static void mark_entries(struct layout *l, uint32_t root)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct graph_node *n = &l->graph->nodes.data[l->order[i]];

		if (n->op == BPF_RET)
			continue;
		l->places[n->yes].is_used[entry_from(l, n, n->yes)] = true;
		l->places[n->no].is_used[entry_from(l, n, n->no)] = true;
	}
	/* The kernel starts with the accumulator at 0, which is no word of the call. */
	l->places[root]
		.is_used[l->graph->nodes.data[root].op == BPF_RET ? ENTRY_TEST : ENTRY_LOAD] = true;
}

static void place(struct emit *e, struct place *p, enum entry entry)
{
	p->labels[entry] = emit_label(e);
	emit_place(e, p->labels[entry]);
}

static void put_test(const struct layout *l, struct emit *e, const struct graph_node *n,
		     struct place *p)
{
	bool is_masked = n->operand.mask != UINT32_MAX;

	emit_jump(e, n->op, n->k, l->places[n->yes].labels[entry_from(l, n, n->yes)],
		  l->places[n->no].labels[entry_from(l, n, n->no)]);
	place(e, p, ENTRY_TEST);
	if (is_masked && (p->is_used[ENTRY_LOAD] || p->is_used[ENTRY_WORD]))
		emit_and(e, n->operand.mask);
	place(e, p, ENTRY_WORD);
	if (p->is_used[ENTRY_LOAD])
		emit_load(e, n->operand.offset);
	place(e, p, ENTRY_LOAD);
}

static int put_all(struct layout *l, uint32_t root, struct filter *f)
{
	struct emit e = { 0 };

	mark_entries(l, root);
	for (size_t i = 0; i < l->count && !e.failed; i++) {
		const struct graph_node *n = &l->graph->nodes.data[l->order[i]];
		struct place *p = &l->places[l->order[i]];

		e.purpose = n->purpose;
		if (n->op != BPF_RET) {
			put_test(l, &e, n, p);
			continue;
		}
		emit_ret(&e, n->k);
		place(&e, p, ENTRY_TEST);
	}
	return emit_finish(&e, f);
}

int graph_emit(const struct graph *g, uint32_t root, struct filter *f)
{
	autofree struct place *places = NULL;
	autofree uint32_t *order = NULL;
	int r;

	if (g->failed || root == NODE_NONE)
		return g->failed ? g->failed : -ENOMEM;
	places = calloc(g->nodes.len, sizeof(*places));
	order = calloc(g->nodes.len, sizeof(*order));
	if (!places || !order)
		return -ENOMEM;
	struct layout l = { .graph = g, .places = places, .order = order };
	r = sort(&l, root);
	return r ? r : put_all(&l, root, f);
}
