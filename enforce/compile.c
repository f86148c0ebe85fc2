/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policy to program. Built from the leaves up: every call gets the graph of its rules, every token
 * (AUDIT_ARCH_*) the tree over its numbers, the program the tree over the tokens. x32 needs no
 * thought of its own: it is the part of x86_64's numbers that has bit 30.
 */
#include "enforce/dispatch.h"
#include "enforce/filter.h"
#include "enforce/graph.h"
#include "enforce/limit.h"
#include "enforce/lower.h"
#include "enforce/rank.h"

#include <errno.h>
#include <string.h>

static const struct action ALLOW = { ACTION_ALLOW, 0 };

/* How far past an arch's base `newer` reaches (policy.h). */
enum { NEWER_REACH = 1023 };

struct compiler {
	const struct policy *policy;
	const struct pass *pass; /* or NULL */
	struct graph graph;
};

void filter_fini(struct filter *f)
{
	vec_fini(&f->insns);
}

static uint32_t leaf(struct compiler *c, struct action action)
{
	return graph_leaf(&c->graph, action_ret(action));
}

static struct operand arg_word(const struct compiler *c, unsigned arg, bool high)
{
	return (struct operand){ offset_arg(arg, high, c->graph.is_big_endian), UINT32_MAX };
}

/* Where the whole argument has this value: yes, else no. */
static uint32_t arg_equal(struct compiler *c, unsigned arg, uint64_t value, uint32_t yes,
			  uint32_t no)
{
	struct operand high = arg_word(c, arg, true), low = arg_word(c, arg, false);

	yes = graph_equal(&c->graph, low, (uint32_t)value, yes, no);
	return graph_equal(&c->graph, high, (uint32_t)(value >> 32), yes, no);
}

/* One block's rules in canonical order. */
struct rules {
	vec_of(const struct rule *) all;
};

static int by_rank(const void *a, const void *b)
{
	return rule_compare(*(const struct rule *const *)a, *(const struct rule *const *)b);
}

static int sort_rules(const struct block *block, struct rules *rules)
{
	vec_for(rule, &block->rules) {
		if (vec_push(&rules->all, rule))
			return -ENOMEM;
	}
	if (rules->all.len)
		qsort(rules->all.data, rules->all.len, sizeof(rules->all.data[0]), by_rank);
	return 0;
}

/*
 * The graph of one call: its rules from the weakest to the one that the kernel would let win, each
 * in front of what was there. The default is weaker than all.
 */
static uint32_t call_node(struct compiler *c, const struct arch *arch,
			  const struct rule *const rules[], size_t count, uint32_t node)
{
	for (size_t i = count; i > 0; i--) {
		const struct rule *rule = rules[i - 1];

		c->graph.purpose = (struct purpose){ arch, rule, rule->nr, true };
		node = lower_cond(&c->graph, rule->cond, leaf(c, rule->action), node);
	}
	c->graph.purpose = (struct purpose){ 0 };
	return node;
}

/* Numbers low..high of a token belong to arch. */
struct region {
	uint32_t low, high;
};

/* What matches no rule: `newer` past the highest number of its version, else `default`. */
static void fill_region(struct compiler *c, struct cells *cells, struct region region,
			const struct arch *arch)
{
	const struct newer *newer = &c->policy->newer;
	uint32_t low, high = arch->nr_base + NEWER_REACH;

	cells_set(cells, region.low, region.high, leaf(c, c->policy->fallback));
	if (!newer->version)
		return;
	low = arch_highest_nr(arch, newer->version) + 1;
	low = low > region.low ? low : region.low;
	high = high < region.high ? high : region.high;
	if (low <= high)
		cells_set(cells, low, high, leaf(c, newer->action));
}

static int fill_block(struct compiler *c, struct cells *cells, struct region region,
		      const struct block *block)
{
	struct rules rules = { 0 };
	int r = sort_rules(block, &rules);
	size_t next;

	fill_region(c, cells, region, block->arch);
	for (size_t i = 0; !r && i < rules.all.len; i = next) {
		uint32_t nr = rules.all.data[i]->nr;

		for (next = i + 1; next < rules.all.len && rules.all.data[next]->nr == nr;)
			next++;
		if (nr < region.low || nr > region.high)
			continue;
		cells_set(cells, nr, nr,
			  call_node(c, block->arch, &rules.all.data[i], next - i,
				    cells_target(cells, nr)));
	}
	vec_fini(&rules.all);
	return r;
}

/* Lets the pass's calls through, before what cells have for their numbers. */
static void fill_pass(struct compiler *c, struct cells *cells)
{
	const struct arch *native = arch_native();
	const struct syscall *execve = arch_syscall_named(native, "execve");
	const struct syscall *write = arch_syscall_named(native, "write");
	const struct syscall *exit_group = arch_syscall_named(native, "exit_group");
	uint32_t allow = leaf(c, ALLOW), node, no;

	no = cells_target(cells, execve->nr);
	node = arg_equal(c, 2, c->pass->envp, allow, no);
	node = arg_equal(c, 1, c->pass->argv, node, no);
	node = arg_equal(c, 0, c->pass->path, node, no);
	cells_set(cells, execve->nr, execve->nr, node);

	/* Whatever part of a message does not match, the next message may. */
	node = cells_target(cells, write->nr);
	for (unsigned i = 0; i < c->pass->message_count; i++) {
		const struct pass_message *m = &c->pass->messages[i];
		uint32_t yes = graph_equal(&c->graph, arg_word(c, 0, false), 2, allow, node);

		yes = arg_equal(c, 2, m->length, yes, node);
		node = arg_equal(c, 1, m->address, yes, node);
	}
	cells_set(cells, write->nr, write->nr, node);
	cells_set(cells, exit_group->nr, exit_group->nr, allow);
}

/* The tree over all numbers of a token. */
static int token_node(struct compiler *c, uint32_t token, uint32_t *node)
{
	/* Bit 30 chooses between the two arches of a token; -1 is the first one's (arch.h). */
	static const struct region regions[] = {
		{ 0, 0x3fffffff },	    { 0x40000000, 0x7fffffff }, { 0x80000000, 0xbfffffff },
		{ 0xc0000000, 0xfffffffe }, { 0xffffffff, 0xffffffff },
	};
	struct operand nr = { offset_nr(), UINT32_MAX };
	autocells struct cells cells = { 0 };
	int r = 0;

	cells_set(&cells, 0, UINT32_MAX, leaf(c, c->policy->foreign_arch));
	for (size_t i = 0; !r && i < countof(regions); i++) {
		const struct arch *arch = arch_by_token(token, regions[i].low);
		const struct block *block = arch ? policy_block(c->policy, arch) : NULL;

		if (block)
			r = fill_block(c, &cells, regions[i], block);
	}
	if (c->pass && token == arch_native()->token)
		fill_pass(c, &cells);
	c->graph.purpose = (struct purpose){ .arch = arch_by_token(token, 0) };
	*node = dispatch(&c->graph, nr, &cells);
	c->graph.purpose = (struct purpose){ 0 };
	return r;
}

static int add_token(struct compiler *c, struct cells *tokens, uint32_t token)
{
	uint32_t node = NODE_NONE;
	int r = token_node(c, token, &node);

	cells_set(tokens, token, token, node);
	return r;
}

static int root_node(struct compiler *c, uint32_t *root)
{
	struct operand token = { offset_token(), UINT32_MAX };
	autocells struct cells tokens = { 0 };
	int r = 0;

	cells_set(&tokens, 0, UINT32_MAX, leaf(c, c->policy->foreign_arch));
	vec_for(block, &c->policy->blocks) {
		if (!r)
			r = add_token(c, &tokens, block->arch->token);
	}
	if (!r && c->pass)
		r = add_token(c, &tokens, arch_native()->token);
	*root = dispatch(&c->graph, token, &tokens);
	return r;
}

/* All arches of one program share a byte order. */
static int choose_byte_order(const struct policy *p, const struct pass *pass, bool *is_big_endian,
			     struct err *e)
{
	const struct arch *first = p->blocks.len ? p->blocks.data[0].arch : arch_native();

	vec_for(block, &p->blocks) {
		if (block->arch->is_big_endian != first->is_big_endian)
			return err_set(e, -EINVAL,
				       "%s and %s differ in byte order: one filter cannot serve "
				       "both",
				       first->name, block->arch->name);
	}
	if (pass && first->is_big_endian != arch_native()->is_big_endian)
		return err_set(e, -EINVAL, "the policy is for %s, which cannot run here",
			       first->name);
	*is_big_endian = first->is_big_endian;
	return 0;
}

static int build(struct compiler *c, struct filter *f, struct err *e)
{
	uint32_t root = NODE_NONE;
	int r = root_node(c, &root);

	if (!r)
		r = graph_emit(&c->graph, root, f);
	if (r == -E2BIG)
		return err_set(e, r, "the policy needs far more than %d instructions", FILTER_MAX);
	if (r)
		return err_set(e, r, "out of memory");
	return filter_limit(f, e);
}

int filter_compile(const struct policy *p, const struct compile_options *options, struct filter *f,
		   struct err *e)
{
	struct compiler c = { .policy = p, .pass = options ? options->pass : NULL };
	struct filter made = { 0 };
	int r = policy_validate(p, e);

	if (!r)
		r = choose_byte_order(p, c.pass, &c.graph.is_big_endian, e);
	if (!r)
		r = build(&c, &made, e);
	made.is_big_endian = c.graph.is_big_endian;
	graph_fini(&c.graph);
	if (r)
		filter_fini(&made);
	else
		*f = made;
	return r;
}
