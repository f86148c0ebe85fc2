/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a policy means, as a decision diagram: policy_eval for all calls at once. */
#include "policy/diagram.h"

#include <stdlib.h>

/* How far past an arch's base `newer` reaches, see policy_eval. */
enum { NEWER_REACH = 1023 };

/* How the kernel tells x32 from x86_64: arch/x86/include/uapi/asm/unistd.h, __X32_SYSCALL_BIT. */
enum { SIBLING_BIT = 30 };

uint32_t diagram_action(struct action action)
{
	struct action done = action_from_ret(action_ret(action));

	return (uint32_t)done.kind << 16 | done.data;
}

struct action diagram_action_of(uint32_t leaf)
{
	return (struct action){ (enum action_kind)(leaf >> 16), (uint16_t)leaf };
}

node_t diagram_admitted(struct diagram *d, node_t a)
{
	const struct action allow = { ACTION_ALLOW, 0 }, log = { ACTION_LOG, 0 };

	return diagram_or(d, diagram_where(d, a, diagram_action(allow)),
			  diagram_where(d, a, diagram_action(log)));
}

/* Pieces being laid from left to right. */
struct pieces {
	vec_of(struct piece) all;
	bool has_failed;
};

/* From `from` on it is node; a piece that began at the same place is replaced. */
static void lay(struct pieces *p, uint64_t from, node_t node)
{
	struct piece piece = { from, node };
	struct piece *last = p->all.len ? &p->all.data[p->all.len - 1] : NULL;

	if (last && last->from == from)
		last->node = node;
	else if (!last || last->node != node)
		p->has_failed |= vec_push(&p->all, piece) < 0;
}

static node_t finish(struct diagram *d, struct pieces *p, unsigned word)
{
	const struct window w = { .first = word * 32, .bits = 32, .mask = UINT32_MAX };
	node_t node = NODE_FAILED;

	if (!p->has_failed)
		node = diagram_pieces(d, &w, p->all.data, p->all.len);
	vec_fini(&p->all);
	return node;
}

/* By number; within it, what yields to others first. */
static int compare_rules(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a;
	const struct rule *y = *(const struct rule *const *)b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	if (x->action.kind != y->action.kind)
		return x->action.kind > y->action.kind ? -1 : 1;
	return (x->action.data < y->action.data) - (x->action.data > y->action.data);
}

static bool is_alike(const struct rule *a, const struct rule *b)
{
	return a->nr == b->nr && diagram_action(a->action) == diagram_action(b->action);
}

/* One number: the rules of each action joined, laid over those that they outrank. */
static node_t number_node(struct diagram *d, const struct rule *const *rules, size_t count,
			  node_t background, node_t *scratch)
{
	node_t node = background;

	for (size_t i = 0, end; i < count; i = end) {
		for (end = i; end < count && is_alike(rules[i], rules[end]); end++)
			scratch[end - i] = diagram_cond(d, rules[end]->cond);
		node = diagram_choose(d, diagram_any(d, scratch, end - i),
				      diagram_leaf(d, diagram_action(rules[i]->action)), node);
	}
	return node;
}

/* What holds where no rule matches, from one number up to the next boundary. */
static node_t background_at(const struct piece background[3], uint64_t nr)
{
	node_t node = background[0].node;

	for (int i = 1; i < 3; i++) {
		if (background[i].from <= nr)
			node = background[i].node;
	}
	return node;
}

static void fill_background(const struct policy *p, const struct arch *arch,
			    struct piece background[3])
{
	node_t fallback = diagram_action(policy_fallback(p, arch));
	node_t newer = diagram_action(policy_newer(p, arch));
	uint64_t end = (uint64_t)arch->nr_base + NEWER_REACH + 1, begin = end;

	if (p->newer.version)
		begin = (uint64_t)arch_highest_nr(arch, p->newer.version) + 1;
	if (begin > end)
		begin = end;
	background[0] = (struct piece){ 0, fallback };
	background[1] = (struct piece){ begin, begin < end ? newer : fallback };
	background[2] = (struct piece){ end, fallback };
}

/* All numbers of one block. rules is sorted, scratch as long. */
static node_t numbers_node(struct diagram *d, const struct rule *const *rules, size_t count,
			   const struct piece background[3], node_t *scratch)
{
	struct pieces pieces = { 0 };
	int next = 0;

	for (size_t i = 0, end; i < count; i = end) {
		uint64_t nr = rules[i]->nr;

		for (end = i; end < count && rules[end]->nr == nr; end++)
			;
		for (; next < 3 && background[next].from <= nr; next++)
			lay(&pieces, background[next].from, background[next].node);
		lay(&pieces, nr,
		    number_node(d, rules + i, end - i, background_at(background, nr), scratch));
		for (; next < 3 && background[next].from == nr + 1; next++)
			;
		lay(&pieces, nr + 1, background_at(background, nr + 1));
	}
	for (; next < 3; next++)
		lay(&pieces, background[next].from, background[next].node);
	return finish(d, &pieces, WORD_NR);
}

static node_t block_node(struct diagram *d, const struct policy *p, const struct arch *arch)
{
	const struct block *block = arch ? policy_block(p, arch) : NULL;
	size_t count = block ? block->rules.len : 0;
	const struct rule **rules = reallocarray(NULL, count + 1, sizeof(struct rule *));
	node_t *scratch = reallocarray(NULL, count + 1, sizeof(*scratch));
	node_t node = NODE_FAILED;
	struct piece background[3];

	if (!block)
		node = diagram_action(p->foreign_arch);
	if (block && rules && scratch) {
		for (size_t i = 0; i < count; i++)
			rules[i] = &block->rules.data[i];
		qsort(rules, count, sizeof(struct rule *), compare_rules);
		fill_background(p, arch, background);
		node = numbers_node(d, rules, count, background, scratch);
	}
	free(rules);
	free(scratch);
	return node;
}

/* All numbers under one token: those with bit 30 may belong to a sibling, nr -1 never does. */
static node_t token_node(struct diagram *d, const struct policy *p, uint32_t token)
{
	const struct arch *main = arch_by_token(token, 0);
	const struct arch *sibling = arch_by_token(token, 1u << SIBLING_BIT);
	node_t node = block_node(d, p, main);

	if (sibling == main)
		return node;
	node_t is_sibling = diagram_and(d, diagram_bit(d, WORD_NR, SIBLING_BIT),
					diagram_range(d, WORD_NR, 0, UINT32_MAX - 1));
	return diagram_choose(d, is_sibling, block_node(d, p, sibling), node);
}

static int compare_tokens(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

node_t diagram_policy(struct diagram *d, const struct policy *p)
{
	uint32_t *tokens = reallocarray(NULL, p->blocks.len + 1, sizeof(*tokens));
	node_t foreign = diagram_action(p->foreign_arch);
	struct pieces pieces = { 0 };

	if (!tokens)
		return NODE_FAILED;
	for (size_t i = 0; i < p->blocks.len; i++)
		tokens[i] = p->blocks.data[i].arch->token;
	qsort(tokens, p->blocks.len, sizeof(*tokens), compare_tokens);
	lay(&pieces, 0, foreign);
	for (size_t i = 0; i < p->blocks.len; i++) {
		if (i && tokens[i] == tokens[i - 1])
			continue;
		lay(&pieces, tokens[i], token_node(d, p, tokens[i]));
		lay(&pieces, (uint64_t)tokens[i] + 1, foreign);
	}
	free(tokens);
	return finish(d, &pieces, WORD_TOKEN);
}
