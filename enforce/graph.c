/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decision graph: making nodes that are not there yet. */
#include "enforce/graph.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>

uint32_t offset_nr(void)
{
	return offsetof(struct seccomp_data, nr);
}

uint32_t offset_token(void)
{
	return offsetof(struct seccomp_data, arch);
}

uint32_t offset_arg(unsigned arg, bool high, bool is_big_endian)
{
	return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * arg +
			  (high != is_big_endian ? 4 : 0));
}

void graph_fini(struct graph *g)
{
	vec_fini(&g->nodes);
	free(g->slots);
	*g = (struct graph){ 0 };
}

/* Deterministic on purpose: a program depends on its policy alone. Collisions cost time only. */
static size_t hash(const struct graph_node *n)
{
	const uint32_t words[] = { n->op, n->operand.offset, n->operand.mask, n->k, n->yes, n->no };
	uint64_t h = 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < countof(words); i++) {
		h = (h ^ words[i]) * 0xd6e8feb86659fd93u;
		h ^= h >> 32;
	}
	return (size_t)h;
}

static bool is_same(const struct graph_node *a, const struct graph_node *b)
{
	return a->op == b->op && operand_equal(a->operand, b->operand) && a->k == b->k &&
	       a->yes == b->yes && a->no == b->no;
}

/* The slot that holds the node, or the free one where it would go. */
static uint32_t *find(const struct graph *g, const struct graph_node *n)
{
	size_t i = hash(n) & (g->slot_count - 1);

	while (g->slots[i] && !is_same(&g->nodes.data[g->slots[i] - 1], n))
		i = (i + 1) & (g->slot_count - 1);
	return &g->slots[i];
}

static int grow(struct graph *g)
{
	size_t count = g->slot_count ? g->slot_count * 2 : 256;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(g->slots);
	g->slots = slots;
	g->slot_count = count;
	for (uint32_t i = 0; i < g->nodes.len; i++)
		*find(g, &g->nodes.data[i]) = i + 1;
	return 0;
}

void purpose_join(struct purpose *a, const struct purpose *b)
{
	if (a->arch != b->arch)
		a->arch = NULL;
	if (!a->arch || a->nr != b->nr || !b->has_nr)
		a->has_nr = false;
	if (a->rule != b->rule)
		a->rule = NULL;
}

static uint32_t intern(struct graph *g, struct graph_node n)
{
	uint32_t *slot;

	if (!g->failed && g->nodes.len >= GRAPH_MAX)
		g->failed = -E2BIG;
	if (!g->failed && g->nodes.len + 1 > g->slot_count / 2)
		g->failed = grow(g);
	if (g->failed)
		return NODE_NONE;
	slot = find(g, &n);
	if (*slot) {
		purpose_join(&g->nodes.data[*slot - 1].purpose, &g->purpose);
		return *slot - 1;
	}
	n.purpose = g->purpose;
	g->failed = vec_push(&g->nodes, n);
	if (g->failed)
		return NODE_NONE;
	*slot = (uint32_t)g->nodes.len;
	return *slot - 1;
}

uint32_t graph_leaf(struct graph *g, uint32_t ret)
{
	return intern(g, (struct graph_node){ .op = BPF_RET, .k = ret });
}

static uint32_t test(struct graph *g, uint16_t op, struct operand o, uint32_t k, uint32_t yes,
		     uint32_t no)
{
	if (yes == NODE_NONE || no == NODE_NONE)
		return NODE_NONE;
	if (yes == no)
		return yes;
	return intern(g,
		      (struct graph_node){ .op = op, .operand = o, .k = k, .yes = yes, .no = no });
}

uint32_t graph_equal(struct graph *g, struct operand o, uint32_t k, uint32_t yes, uint32_t no)
{
	struct operand word = { .offset = o.offset, .mask = UINT32_MAX };

	if (k & ~o.mask)
		return no;
	if (!o.mask)
		return yes;
	if (o.mask == UINT32_MAX)
		return test(g, BPF_JEQ, o, k, yes, no);
	if (k == 0)
		return test(g, BPF_JSET, word, o.mask, no, yes);
	if (k == o.mask && (k & (k - 1)) == 0)
		return test(g, BPF_JSET, word, o.mask, yes, no);
	return test(g, BPF_JEQ, o, k, yes, no);
}

uint32_t graph_at_least(struct graph *g, struct operand o, uint32_t k, uint32_t yes, uint32_t no)
{
	if (k == 0)
		return yes;
	if (k > o.mask)
		return no;
	/* The ends of the range are tests for equality, which need no more and often less. */
	if (k == 1)
		return graph_equal(g, o, 0, no, yes);
	if (k == o.mask)
		return graph_equal(g, o, k, yes, no);
	return test(g, BPF_JGE, o, k, yes, no);
}
