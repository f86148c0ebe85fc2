/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which dangers a policy admits: decided on conditions, with decision diagrams. */
#include "learn/danger.h"

#include "policy/diagram.h"
#include "policy/text.h"

#include <errno.h>
#include <string.h>

static bool is_admission(struct action action)
{
	return action.kind == ACTION_ALLOW || action.kind == ACTION_LOG;
}

/* The parser reads them as the condition of a one-rule policy. */
int danger_cases(const struct danger *danger, const struct arch *arch, struct policy **p,
		 struct err *e)
{
	autostr struct str s = { 0 };

	str_putf(&s, "wont 1\narch %s {\n%s%s%s\n}\n", arch->name, danger->call,
		 danger->cond ? ": " : "", danger->cond ? danger->cond : "");
	return s.failed ? err_set(e, -ENOMEM, "out of memory")
			: policy_parse(str_text(&s), s.len, danger->name, p, e);
}

static int parse_danger(struct diagram *d, const struct danger *danger, const struct arch *arch,
			node_t *cases, struct err *e)
{
	autopolicy struct policy *p = NULL;
	int r = danger_cases(danger, arch, &p, e);

	if (r)
		return r;
	*cases = diagram_leaf(d, 0);
	vec_for(block, &p->blocks) {
		vec_for(rule, &block->rules)
			*cases = diagram_or(d, *cases, diagram_cond(d, rule->cond));
	}
	return 0;
}

/*
 * Does one of the block's rules on nr (or, where `fallback` admits, no rule) let a dangerous case
 * through? Every rule is asked by itself: the union of thousands of rules may be large where each
 * of them is small. 1 or 0, or NODE_FAILED.
 */
static node_t admitted(struct diagram *d, const struct block *block, uint32_t nr, node_t dangerous,
		       struct action fallback, struct call *witness)
{
	node_t open = dangerous; /* what no rule with an action that outranks admission takes */
	node_t rest;

	vec_for(rule, &block->rules) {
		if (rule->nr == nr && !is_admission(rule->action))
			open = diagram_and(d, open, diagram_not(d, diagram_cond(d, rule->cond)));
	}
	rest = is_admission(fallback) ? open : diagram_leaf(d, 0);
	if (diagram_witness(d, rest, witness))
		return 1;
	vec_for(rule, &block->rules) {
		if (rule->nr != nr || !is_admission(rule->action))
			continue;
		rest = diagram_and(d, open, diagram_cond(d, rule->cond));
		if (rest == NODE_FAILED || diagram_witness(d, rest, witness))
			return rest == NODE_FAILED ? rest : 1;
	}
	return open == NODE_FAILED ? open : 0;
}

/*
 * Is the entry about this arch's call? A condition is, where the call has the argument that it
 * begins with: mmap of i386 takes one pointer.
 */
static bool is_about(const struct danger *danger, const struct syscall *call)
{
	const char *word = danger->cond ? danger->cond + strspn(danger->cond, "!(") : NULL;
	size_t len = word ? strcspn(word, " ") : 0;

	for (unsigned i = 0; word && i < call->signature->count; i++) {
		const char *name = call->signature->args[i].name;

		if (strlen(name) == len && strncmp(name, word, len) == 0)
			return true;
	}
	return !word;
}

static bool has_rule(const struct block *block, uint32_t nr)
{
	vec_for(rule, &block->rules) {
		if (rule->nr == nr)
			return true;
	}
	return false;
}

static bool is_accepted(const struct danger *danger, const char *const *accept)
{
	for (; accept && *accept; accept++)
		if (strcmp(*accept, danger->name) == 0)
			return true;
	return false;
}

static int find_one(const struct policy *p, const struct block *block, const struct danger *danger,
		    struct danger_hit *hit, bool *is_hit, struct err *e)
{
	const struct syscall *call = arch_syscall_named(block->arch, danger->call);
	autodiagram struct diagram *d = NULL;
	node_t node = 0;
	int r;

	*is_hit = false;
	if (!call || !is_about(danger, call) ||
	    !(has_rule(block, call->nr) || is_admission(p->fallback)))
		return 0;
	d = diagram_new();
	r = d ? parse_danger(d, danger, block->arch, &node, e)
	      : err_set(e, -ENOMEM, "out of memory");
	if (r)
		return r;
	node = admitted(d, block, call->nr, node, p->fallback, &hit->witness);
	if (node == NODE_FAILED)
		return err_set(e, -ENOMEM, "cannot tell whether the profile admits \"%s\"",
			       danger->name);
	*is_hit = node == 1;
	hit->danger = danger;
	hit->arch = block->arch;
	hit->nr = call->nr;
	hit->witness.nr = call->nr;
	hit->witness.token = block->arch->token;
	return 0;
}

/* The names that are refused, each once, for an error message. */
static void put_names(struct str *s)
{
	const char *last = "";

	for (size_t i = 0; i < danger_count; i++) {
		if (dangers[i].level != DANGER_REFUSE || strcmp(dangers[i].name, last) == 0)
			continue;
		last = dangers[i].name;
		str_putf(s, "%s%s", s->len ? ", " : "", last);
	}
}

static int check_names(const char *const *accept, struct err *e)
{
	for (; accept && *accept; accept++) {
		autostr struct str names = { 0 };
		size_t i = 0;

		while (i < danger_count && strcmp(dangers[i].name, *accept) != 0)
			i++;
		if (i < danger_count)
			continue;
		put_names(&names);
		return err_set(e, -EINVAL, "unknown danger \"%s\"; those that are refused are %s",
			       *accept, str_text(&names));
	}
	return 0;
}

int danger_find(const struct policy *p, const char *const *accept, struct danger_hits *out,
		struct err *e)
{
	struct danger_hits hits = { 0 };
	int r = check_names(accept, e);

	for (size_t i = 0; !r && i < danger_count; i++) {
		vec_for(block, &p->blocks) {
			struct danger_hit hit = { .is_accepted = is_accepted(&dangers[i], accept) };
			bool is_hit = false;

			r = find_one(p, block, &dangers[i], &hit, &is_hit, e);
			if (!r && is_hit && vec_push(&hits.all, hit))
				r = err_set(e, -ENOMEM, "out of memory");
			if (r)
				break;
		}
	}
	if (r)
		danger_hits_fini(&hits);
	else
		*out = hits;
	return r;
}

void danger_hits_fini(struct danger_hits *hits)
{
	vec_fini(&hits->all);
}

/* Has a call under cond a case of this danger? What cannot be told is taken for dangerous. */
static bool is_case(const struct danger *danger, const struct arch *arch, const struct cond *cond)
{
	autodiagram struct diagram *d = diagram_new();
	node_t cases = 0;

	if (!d || parse_danger(d, danger, arch, &cases, NULL))
		return true;
	return diagram_and(d, diagram_cond(d, cond), cases) != diagram_leaf(d, 0);
}

const struct danger *danger_of(const struct arch *arch, uint32_t nr, const struct cond *cond)
{
	const struct syscall *call = arch_syscall(arch, nr);
	const struct danger *worst = NULL;

	for (size_t i = 0; call && i < danger_count; i++) {
		if (strcmp(dangers[i].call, call->name) == 0 && is_about(&dangers[i], call) &&
		    (!worst || dangers[i].level > worst->level) && is_case(&dangers[i], arch, cond))
			worst = &dangers[i];
	}
	return worst;
}
