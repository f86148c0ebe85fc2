/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a policy admits, call by call. */
#include "policy/admission.h"

#include <errno.h>
#include <stdlib.h>

bool action_admits(struct action action)
{
	return action.kind == ACTION_ALLOW || action.kind == ACTION_LOG;
}

static node_t rules_node(struct diagram *d, const struct admission *a, bool is_admitting)
{
	node_t *nodes = reallocarray(NULL, a->count + 1, sizeof(*nodes));
	node_t node = NODE_FAILED;
	size_t count = 0;

	if (!nodes)
		return NODE_FAILED;
	for (size_t i = 0; i < a->count; i++) {
		if (action_admits(a->rules[i]->action) == is_admitting)
			nodes[count++] = diagram_cond(d, a->rules[i]->cond);
	}
	node = diagram_any(d, nodes, count);
	free(nodes);
	return node;
}

/* ALLOW and LOG yield to every other action, so that what another rule matches is not admitted. */
node_t admission_node(struct diagram *d, const struct admission *a)
{
	node_t yes = a->is_default ? true : rules_node(d, a, true);

	return diagram_and(d, yes, diagram_not(d, rules_node(d, a, false)));
}

static struct cond *rules_cond(const struct admission *a, bool is_admitting)
{
	struct cond *c = cond_bool(false);

	for (size_t i = 0; i < a->count; i++) {
		const struct rule *rule = a->rules[i];

		if (action_admits(rule->action) == is_admitting)
			c = cond_or(c, rule->cond ? cond_clone(rule->cond) : cond_bool(true));
	}
	return c;
}

struct cond *admission_cond(const struct admission *a)
{
	struct cond *yes = a->is_default ? cond_bool(true) : rules_cond(a, true);

	return cond_and(yes, cond_not(rules_cond(a, false)));
}

static int compare_numbers(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	/* In the order of the text, which people chose. */
	return (x > y) - (x < y);
}

int roll_init(struct roll *r, const struct policy *p, const struct arch *arch, struct err *e)
{
	const struct block *block = policy_block(p, arch);
	size_t count = block ? block->rules.len : 0;
	const struct rule **rules = reallocarray(NULL, count + 1, sizeof(struct rule *));

	if (!rules)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		rules[i] = &block->rules.data[i];
	qsort(rules, count, sizeof(struct rule *), compare_numbers);
	*r = (struct roll){ .policy = p, .arch = arch, .rules = rules, .count = count };
	return 0;
}

void roll_fini(struct roll *r)
{
	free(r->rules);
	r->rules = NULL;
	r->count = 0;
}

/* What policy_eval says of the policy without its rules. */
struct action roll_background(const struct roll *r, uint32_t nr)
{
	struct block block = { .arch = r->arch };
	struct policy bare = { .fallback = r->policy->fallback,
			       .foreign_arch = r->policy->foreign_arch,
			       .newer = r->policy->newer,
			       .has_raw_errnos = r->policy->has_raw_errnos };
	struct call call = { .token = r->arch->token, .nr = nr };

	if (policy_block(r->policy, r->arch)) {
		bare.blocks.data = &block;
		bare.blocks.len = 1;
	}
	return policy_eval(&bare, &call, NULL);
}

static struct admission take_number(const struct roll *r, size_t *at, uint32_t nr)
{
	struct admission a = { .rules = r->rules + *at };

	while (*at < r->count && r->rules[*at]->nr == nr)
		++*at;
	a.count = (size_t)(r->rules + *at - a.rules);
	return a;
}

bool roll_next(const struct roll *a, const struct roll *b, size_t at[2], uint32_t *nr,
	       struct admission *x, struct admission *y)
{
	bool has_a = at[0] < a->count, has_b = at[1] < b->count;

	if (!has_a && !has_b)
		return false;
	*nr = has_a ? a->rules[at[0]]->nr : b->rules[at[1]]->nr;
	if (has_b && b->rules[at[1]]->nr < *nr)
		*nr = b->rules[at[1]]->nr;
	*x = take_number(a, &at[0], *nr);
	*y = take_number(b, &at[1], *nr);
	return true;
}
