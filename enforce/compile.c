/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policy to program. Built from the leaves up: every call gets the graph of its rules (arrange.c),
 * every token (AUDIT_ARCH_*) the tree over its numbers, the program the tree over the tokens. x32
 * needs no thought of its own: it is the part of x86_64's numbers that has bit 30.
 */
#include "enforce/arrange.h"
#include "enforce/cost.h"
#include "enforce/limit.h"
#include "enforce/part.h"
#include "enforce/rank.h"
#include "enforce/traffic.h"

#include <errno.h>
#include <string.h>

static const struct action ALLOW = { ACTION_ALLOW, 0 };

/* How far past an arch's base `newer` reaches (policy.h). */
enum { NEWER_REACH = 1023 };

struct compiler {
	const struct policy *policy;
	const struct pass *pass; /* or NULL */
	const struct part *part; /* what to judge; NULL: everything */
	struct traffic traffic;
	struct graph graph;
	struct forest forest;		     /* on the graph */
	vec_of(const struct block *) blocks; /* by arch, so that their order does not show */
	vec_of(const struct rule *) rules;   /* of all blocks, each block's in canonical order */
	vec_of(struct errand) errands;	     /* by block, then number */
};

void filter_fini(struct filter *f)
{
	vec_fini(&f->insns);
}

static void compiler_fini(struct compiler *c)
{
	forest_fini(&c->forest);
	graph_fini(&c->graph);
	traffic_fini(&c->traffic);
	vec_fini(&c->blocks);
	vec_fini(&c->rules);
	vec_fini(&c->errands);
}

static uint32_t leaf(struct compiler *c, struct action action)
{
	return graph_leaf(&c->graph, action_ret(action));
}

/* The numbers that `newer` covers; low above high where there are none. */
static void newer_numbers(const struct policy *p, const struct arch *arch, uint32_t *low,
			  uint32_t *high)
{
	*high = arch->nr_base + NEWER_REACH;
	*low = p->newer.version ? arch_highest_nr(arch, p->newer.version) + 1 : *high + 1;
}

/* What becomes of a number of the arch that no rule matches. */
static struct action unmatched(const struct policy *p, const struct arch *arch, uint32_t nr)
{
	uint32_t low, high;

	newer_numbers(p, arch, &low, &high);
	return nr >= low && nr <= high ? policy_newer(p, arch) : policy_fallback(p, arch);
}

static int by_rank(const void *a, const void *b)
{
	return rule_compare(*(const struct rule *const *)a, *(const struct rule *const *)b);
}

/* Appends the block's rules that can match at all, in canonical order. */
static int sort_rules(struct compiler *c, const struct block *block)
{
	size_t first = c->rules.len;

	vec_for(rule, &block->rules) {
		if (arch_by_token(block->arch->token, rule->nr) == block->arch &&
		    vec_push(&c->rules, rule))
			return -ENOMEM;
	}
	if (c->rules.len > first)
		qsort(c->rules.data + first, c->rules.len - first, sizeof(c->rules.data[0]),
		      by_rank);
	return 0;
}

/* One errand for every number among rules first..end-1. */
static int add_errands(struct compiler *c, const struct arch *arch, size_t first, size_t end)
{
	for (size_t next; first < end; first = next) {
		uint32_t nr = c->rules.data[first]->nr;
		struct errand errand = { .arch = arch, .nr = nr };

		for (next = first + 1; next < end && c->rules.data[next]->nr == nr;)
			next++;
		if (c->part && !part_judges(c->part, arch, nr))
			continue;
		errand.rules = &c->rules.data[first];
		errand.rule_count = next - first;
		errand.otherwise = action_ret(unmatched(c->policy, arch, nr));
		errand.samples = traffic_of(&c->traffic, arch, nr, &errand.sample_count);
		if (vec_push(&c->errands, errand))
			return -ENOMEM;
	}
	return 0;
}

static int by_arch(const void *a, const void *b)
{
	return strcmp((*(const struct block *const *)a)->arch->name,
		      (*(const struct block *const *)b)->arch->name);
}

static int collect(struct compiler *c)
{
	size_t total = 0, first;
	int r = 0;

	vec_for(block, &c->policy->blocks) {
		if (vec_push(&c->blocks, block))
			return -ENOMEM;
		total += block->rules.len;
	}
	if (c->blocks.len)
		qsort(c->blocks.data, c->blocks.len, sizeof(c->blocks.data[0]), by_arch);
	/* Errands point into the array: it must not move any more. */
	r = vec_reserve(&c->rules, total + 1);
	for (size_t i = 0; !r && i < c->blocks.len; i++) {
		first = c->rules.len;
		r = sort_rules(c, c->blocks.data[i]);
		if (!r)
			r = add_errands(c, c->blocks.data[i]->arch, first, c->rules.len);
	}
	return r;
}

struct region {
	uint32_t low, high;
};

/* What matches no rule: `newer` past the highest number of its version, else `default`. */
static void fill_region(struct compiler *c, struct cells *cells, struct region region,
			const struct arch *arch)
{
	uint32_t low, high;

	cells_set(cells, region.low, region.high, leaf(c, policy_fallback(c->policy, arch)));
	newer_numbers(c->policy, arch, &low, &high);
	low = low > region.low ? low : region.low;
	high = high < region.high ? high : region.high;
	if (low <= high)
		cells_set(cells, low, high, leaf(c, policy_newer(c->policy, arch)));
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

/* Does the filter judge calls that no rule names? */
static bool judges_rest(const struct compiler *c)
{
	return !c->part || c->part->is_rest;
}

/* What no errand of the token is about. */
static void fill_base(struct compiler *c, struct cells *cells, uint32_t token)
{
	/* Bit 30 chooses between the two arches of a token; -1 is the first one's (arch.h). */
	static const struct region regions[] = {
		{ 0, 0x3fffffff },	    { 0x40000000, 0x7fffffff }, { 0x80000000, 0xbfffffff },
		{ 0xc0000000, 0xfffffffe }, { 0xffffffff, 0xffffffff },
	};

	if (!judges_rest(c)) {
		cells_set(cells, 0, UINT32_MAX, leaf(c, ALLOW));
		return;
	}
	cells_set(cells, 0, UINT32_MAX, leaf(c, c->policy->foreign_arch));
	for (size_t i = 0; i < countof(regions); i++) {
		const struct arch *arch = arch_by_token(token, regions[i].low);

		if (arch && policy_block(c->policy, arch))
			fill_region(c, cells, regions[i], arch);
	}
	/* What another filter of the stack judges. */
	for (size_t i = 0; c->part && i < c->part->calls.len; i++) {
		const struct part_call *call = &c->part->calls.data[i];

		if (call->arch->token == token && arch_by_token(token, call->nr) == call->arch)
			cells_set(cells, call->nr, call->nr, leaf(c, ALLOW));
	}
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

/* Has the kernel the answer for the number in its cache? */
static bool is_cached(const struct compiler *c, const struct errand *errand)
{
	const struct graph_node *n = &c->graph.nodes.data[errand->node];

	return n->op == BPF_RET && n->k == action_ret(ALLOW) && !(errand->nr >> 30);
}

/* Gives every cell what the calls in it weigh, and all of them an even share. */
static void weigh_numbers(struct compiler *c, struct cells *cells, uint32_t token)
{
	if (cells->failed)
		return;
	cells_merge(cells, UINT32_MAX);
	vec_for(cell, &cells->all)
		cell->weight = traffic_even_share(&c->traffic) / (double)cells->all.len;
	vec_for(errand, &c->errands) {
		if (errand->arch->token != token || is_cached(c, errand))
			continue;
		for (size_t i = 0; i < errand->sample_count; i++)
			cells_weigh(cells, errand->nr, errand->samples[i].weight);
	}
}

/* The tree over all numbers of a token. */
static uint32_t token_node(struct compiler *c, uint32_t token)
{
	struct operand nr = { offset_nr(), UINT32_MAX };
	autocells struct cells cells = { 0 };

	fill_base(c, &cells, token);
	vec_for(errand, &c->errands) {
		if (errand->arch->token == token)
			cells_set(&cells, errand->nr, errand->nr, errand->node);
	}
	if (c->pass && token == arch_native()->token)
		fill_pass(c, &cells);
	weigh_numbers(c, &cells, token);
	c->graph.purpose = (struct purpose){ .arch = arch_by_token(token, 0) };
	uint32_t node = forest_tree(&c->forest, nr, &cells);
	c->graph.purpose = (struct purpose){ 0 };
	return node;
}

/* The tree over all tokens. */
static uint32_t root_node(struct compiler *c)
{
	struct operand token = { offset_token(), UINT32_MAX };
	uint32_t native = arch_native()->token;
	autocells struct cells tokens = { 0 };

	cells_set(&tokens, 0, UINT32_MAX,
		  leaf(c, judges_rest(c) ? c->policy->foreign_arch : ALLOW));
	for (size_t i = 0; i < c->blocks.len; i++) {
		uint32_t value = c->blocks.data[i]->arch->token;

		cells_set(&tokens, value, value, token_node(c, value));
	}
	if (c->pass)
		cells_set(&tokens, native, native, token_node(c, native));
	if (tokens.failed)
		return NODE_NONE;
	vec_for(sample, &c->traffic.samples.all)
		cells_weigh(&tokens, sample->arch->token, sample->weight);
	return forest_tree(&c->forest, token, &tokens);
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

/*
 * What the compiler aims at. Longer chains and more thrift give smaller programs with longer worst
 * paths.
 */
struct aim {
	double thrift;
	uint32_t chain_max;
};

struct aims {
	const struct aim *all; /* at least one */
	size_t count;
};

/*
 * For the trees over numbers, of which several are made and the best one kept, and first in the
 * list, for those over arguments. Where size, mean and worst path of recorded profiles meet is
 * shown by bench/filter.c.
 */
static const struct aim FAIR[] = {
	{ 0.1, 6 }, { 0.03, 6 }, { 0.1, 3 }, { 0.1, 12 }, { 0.15, 4 },
};

/* An instruction more on the longest path is worth as many in the program ... */
static const double WORST_WORTH = 2;

/* ... and one more on every call that reaches the program as many. */
static const double MEAN_WORTH = 10;

enum { TOO_LONG = 2 * FILTER_MAX }; /* instructions, for any thrift to make it fit */

/* What speaks against a program; less is better. Negative: memory is out. */
static double badness(const struct compiler *c, const struct filter *f)
{
	double sum = 0, weight = 0;
	uint32_t worst, executed;

	if (filter_worst(f, &worst))
		return -1;
	vec_for(s, &c->traffic.samples.all) {
		struct call call = { .nr = s->nr, .token = s->arch->token };

		memcpy(call.args, s->args, sizeof(call.args));
		filter_run(f, &call, &executed);
		sum += s->weight * executed;
		weight += s->weight;
	}
	return (double)f->insns.len + WORST_WORTH * worst +
	       MEAN_WORTH * (weight > 0 ? sum / weight : 0);
}

/* Makes the program with each of the aims; f gets the best. */
static int choose_root(struct compiler *c, const struct aims *aims, struct filter *f)
{
	double least = 0;
	int r = 0;

	for (size_t i = 0; !r && i < aims->count; i++) {
		autofilter struct filter made = { .is_big_endian = c->graph.is_big_endian };
		double bad;

		forest_aim(&c->forest, aims->all[i].thrift, aims->all[i].chain_max);
		r = graph_emit(&c->graph, root_node(c), &made);
		bad = r || aims->count == 1 ? 0 : badness(c, &made);
		if (bad < 0)
			r = -ENOMEM;
		if (r || (i > 0 && bad >= least))
			continue;
		least = bad;
		filter_fini(f);
		*f = made;
		made = (struct filter){ 0 };
		/* Trees over numbers are no large part of what is so far from fitting. */
		if (f->insns.len > TOO_LONG)
			break;
	}
	return r;
}

static int build(struct compiler *c, const struct samples *samples, const struct aims *aims,
		 struct filter *f)
{
	int r = traffic_init(&c->traffic, c->policy, samples);

	if (!r)
		r = collect(c);
	forest_aim(&c->forest, aims->all[0].thrift, aims->all[0].chain_max);
	if (!r)
		arrange(&c->forest, c->errands.data, c->errands.len);
	if (!r && !c->graph.failed)
		r = choose_root(c, aims, f);
	return r ? r : c->graph.failed;
}

/* *length gets how long the program is, also when that is too long. */
static int compile(const struct policy *p, const struct compile_options *options,
		   const struct aims *aims, struct filter *f, size_t *length, struct err *e)
{
	struct compiler c = { .policy = p, .pass = options->pass, .part = options->part };
	struct filter made = { 0 };
	int r = choose_byte_order(p, c.pass, &c.graph.is_big_endian, e);

	if (r)
		return r;
	c.forest.graph = &c.graph;
	r = build(&c, options->samples, aims, &made);
	compiler_fini(&c);
	*length = made.insns.len;
	if (r == -E2BIG)
		err_set(e, r, "the policy needs far more than %d instructions", FILTER_MAX);
	else if (r)
		err_set(e, r, "out of memory");
	else
		r = filter_limit(&made, e);
	if (r)
		filter_fini(&made);
	else
		*f = made;
	return r;
}

int filter_compile(const struct policy *p, const struct compile_options *options, struct filter *f,
		   struct err *e)
{
	static const struct compile_options none;
	static const struct aim small = { 1000, FOREST_CHAIN_MAX };
	int r = policy_validate(p, e);
	size_t length = 0;

	options = options ? options : &none;
	const bool is_given = options->thrift > 0;
	const struct aim given = { options->thrift, FAIR[0].chain_max };
	const struct aims first = { is_given ? &given : FAIR, is_given ? 1 : countof(FAIR) };

	if (!r)
		r = compile(p, options, &first, f, &length, e);
	/* Size alone can win a little, not a half. */
	if (r == -E2BIG && length && length < TOO_LONG)
		r = compile(p, options, &(struct aims){ &small, 1 }, f, &length, e);
	return r;
}
