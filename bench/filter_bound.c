/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How good a filter could be at all. */
#include "bench/filter_bound.h"

#include "policy/diagram.h"

#include <stdlib.h>
#include <string.h>

/* Calls that mean the same, whatever their numbers: their conditions are one diagram. */
struct class
{
	node_t meaning;
	double weight;
};

struct classes {
	vec_of(struct class) all;
};

/* What becomes of a call, as a function of its arguments. */
static node_t meaning_of(struct diagram *d, const struct policy *p, const struct sample *s)
{
	const struct block *block = policy_block(p, s->arch);
	node_t node = diagram_leaf(d, diagram_action(p->fallback));

	/* From the weakest action to the strongest. */
	for (int kind = ACTION_ALLOW; block && kind >= ACTION_KILL_PROCESS; kind--) {
		vec_for(rule, &block->rules) {
			if (rule->nr != s->nr || (int)rule->action.kind != kind)
				continue;
			node_t then = diagram_leaf(d, diagram_action(rule->action));
			node = rule->cond
				       ? diagram_choose(d, diagram_cond(d, rule->cond), then, node)
				       : then;
		}
	}
	return node;
}

static bool classes_add(struct classes *c, node_t meaning, double weight)
{
	vec_for(class, &c->all) {
		if (class->meaning == meaning) {
			class->weight += weight;
			return true;
		}
	}
	return vec_push(&c->all, ((struct class){ meaning, weight })) == 0;
}

static int by_weight(const void *a, const void *b)
{
	const struct class *x = a, *y = b;

	return (x->weight > y->weight) - (x->weight < y->weight);
}

/*
 * Questions with two answers that tell the classes apart, on average: no tree of any tests has
 * fewer than Huffman's code. Uses the classes up.
 */
static double questions(struct classes *c)
{
	double asked = 0, all = 0;

	vec_for(class, &c->all)
		all += class->weight;
	while (c->all.len > 1) {
		struct class *first;

		qsort(c->all.data, c->all.len, sizeof(*first), by_weight);
		first = c->all.data;
		first[1].weight += first[0].weight;
		asked += first[1].weight;
		memmove(first, first + 1, (c->all.len - 1) * sizeof(*first));
		c->all.len--;
	}
	return all > 0 ? asked / all : 0;
}

/* Words worth putting in another's place: those that conditions name, and some at random. */
struct trials {
	vec_of(uint32_t) all;
	unsigned args; /* bit i: argument i is tested at all */
};

enum { TRIALS_MAX = 64, ALIKE_MAX = 64 };

static void trials_add(struct trials *t, uint64_t value)
{
	for (int i = 0; i < 6 && t->all.len < TRIALS_MAX; i++) {
		uint64_t near = value + (uint64_t)(i / 2) - 1;

		if (vec_push(&t->all, (uint32_t)(i % 2 ? near >> 32 : near)))
			return; /* fewer trials: a lower bound all the same */
	}
}

static void trials_add_cond(struct trials *t, const struct cond *c)
{
	for (size_t i = 0; i < c->count; i++)
		trials_add_cond(t, c->children[i]);
	if (c->kind != COND_TEST)
		return;
	t->args |= 1u << c->test.arg;
	trials_add(t, c->test.value);
	for (size_t i = 0; i < c->test.range_count; i++) {
		trials_add(t, c->test.ranges[i].low);
		trials_add(t, c->test.ranges[i].high);
	}
}

static struct call call_of(const struct sample *s)
{
	struct call call = { .nr = s->nr, .token = s->arch->token };

	memcpy(call.args, s->args, sizeof(call.args));
	return call;
}

static uint64_t with_word(uint64_t arg, unsigned word, uint32_t value)
{
	unsigned shift = word % 2 ? 32 : 0;

	return (arg & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)value << shift;
}

/* Has the policy another verdict with that value in the word's place? */
static bool is_turned(const struct policy *p, const struct sample *s, unsigned word, uint32_t value)
{
	struct call call = call_of(s);
	struct action before = policy_eval(p, &call, NULL);

	call.args[word / 2] = with_word(s->args[word / 2], word, value);
	return !action_equal(before, policy_eval(p, &call, NULL));
}

static bool is_decisive(const struct policy *p, const struct sample *s, unsigned word,
			const struct trials *t)
{
	vec_for(trial, &t->all) {
		if (is_turned(p, s, word, *trial))
			return true;
	}
	return false;
}

/* How many neighbouring values of the word, up to a limit, the sample's rule does not tell apart.
 */
static unsigned count_alike(const struct sample *s, unsigned word)
{
	const uint32_t value = (uint32_t)(s->args[word / 2] >> (word % 2 ? 32 : 0));
	uint64_t args[SYSCALL_ARGS];
	unsigned count = 1;

	memcpy(args, s->args, sizeof(args));
	for (int sign = -1; sign <= 1; sign += 2) {
		for (uint32_t i = 1; i <= ALIKE_MAX; i++, count++) {
			args[word / 2] = with_word(s->args[word / 2], word,
						   sign < 0 ? value - i : value + i);
			if (!cond_eval(s->rule->cond, args))
				break;
		}
	}
	return count;
}

/*
 * Instructions that tell what a decisive word must be, beside its load. One will do where it is a
 * single value. A sample that was made for a rule, though, stands for n values of a range, all as
 * likely: equality is true of one of them alone, and whatever else one instruction can ask has 0 or
 * the largest value on its side (order; bits that are all 0, or not; any other mask takes two
 * instructions). So where both of these are turned down, the others of the range take two.
 */
static double tests_of_word(const struct policy *p, const struct sample *s, unsigned word)
{
	if (!s->rule || !s->rule->cond || !is_turned(p, s, word, 0) ||
	    !is_turned(p, s, word, UINT32_MAX))
		return 1;
	return 2 - 1.0 / count_alike(s, word);
}

/* A view of p with the rules of one call alone; only its arrays are to be freed. */
static bool view_of_call(const struct policy *p, const struct sample *s, struct policy *view)
{
	const struct block *block = policy_block(p, s->arch);
	struct block only = { .arch = s->arch };
	bool is_fine = true;

	*view = *p;
	memset(&view->blocks, 0, sizeof(view->blocks));
	vec_for(rule, &block->rules) {
		if (rule->nr == s->nr && vec_push(&only.rules, *rule))
			is_fine = false;
	}
	return vec_push(&view->blocks, only) == 0 && is_fine;
}

/* What it takes to look at the argument words that can turn the call's verdict by themselves. */
static double looks(const struct policy *p, const struct sample *s)
{
	struct trials t = { 0 };
	struct policy view;
	double count = 0;

	if (!view_of_call(p, s, &view))
		return 0;
	trials_add(&t, 0);
	trials_add(&t, 0x5a5a5a5aa5a5a5a5);
	vec_for(rule, &view.blocks.data[0].rules) {
		if (rule->cond)
			trials_add_cond(&t, rule->cond);
	}
	for (unsigned word = 0; word < 2 * SYSCALL_ARGS; word++) {
		if ((t.args >> word / 2 & 1) && is_decisive(&view, s, word, &t))
			count += 1 + tests_of_word(&view, s, word);
	}
	vec_fini(&t.all);
	vec_fini(&view.blocks.data[0].rules);
	vec_fini(&view.blocks);
	return count;
}

static bool is_killed(const struct policy *p, const struct sample *s)
{
	struct call call = call_of(s);

	return policy_eval(p, &call, NULL).kind <= ACTION_KILL_THREAD;
}

/* What never comes still has to be told apart: numbers of the policy that no call has. */
static bool add_rest(struct diagram *d, const struct policy *p, struct classes *classes)
{
	bool is_fine = classes_add(classes, diagram_leaf(d, diagram_action(p->fallback)), 0);

	vec_for(block, &p->blocks) {
		vec_for(rule, &block->rules) {
			struct sample any = { .arch = block->arch, .nr = rule->nr };
			node_t meaning = meaning_of(d, p, &any);

			is_fine = is_fine && meaning != NODE_FAILED &&
				  classes_add(classes, meaning, 0);
		}
	}
	return is_fine;
}

double bound_executed(const struct input *in)
{
	autodiagram struct diagram *d = diagram_new();
	struct classes classes = { 0 };
	double looked = 0, weight = 0, asked;
	bool is_fine = d != NULL;

	vec_for(s, &in->samples.all) {
		node_t allow =
			is_fine ? diagram_leaf(d,
					       diagram_action((struct action){ ACTION_ALLOW, 0 }))
				: NODE_FAILED;
		node_t meaning = is_fine ? meaning_of(d, in->policy, s) : NODE_FAILED;

		if ((meaning == allow && !(s->nr >> 30)) || is_killed(in->policy, s))
			continue; /* the kernel's cache knows it; or nobody makes it twice */
		is_fine = meaning != NODE_FAILED && classes_add(&classes, meaning, s->weight);
		looked += s->weight * looks(in->policy, s);
		weight += s->weight;
	}
	is_fine = is_fine && add_rest(d, in->policy, &classes);
	asked = questions(&classes);
	vec_fini(&classes.all);
	return is_fine && weight > 0 ? 2 + 1 + asked + looked / weight + 1 : 0;
}
