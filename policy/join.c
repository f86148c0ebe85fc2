/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The union of two policies. */
#include "policy/algebra.h"

#include "base/cleanup.h"
#include "policy/admission.h"
#include "policy/blend.h"

#include <errno.h>
#include <string.h>

static int no_memory(struct err *e)
{
	return err_set(e, -ENOMEM, "out of memory");
}

static int no_diagram(const struct diagram *d, struct err *e)
{
	if (diagram_is_full(d))
		return err_set(e, -E2BIG, "the conditions are too intricate to be joined");
	return no_memory(e);
}

/* The rules of one call while they are joined. */
struct call_rules {
	struct diagram *d;
	struct block *out;
	uint32_t nr;
	size_t first; /* index in out of the first rule of this call */
	struct err *e;
};

/* Does one rule say all that the other does? */
static int is_covered(struct call_rules *c, const struct cond *narrow, const struct cond *wide,
		      bool *answer)
{
	node_t beyond;

	*answer = !wide || cond_same(narrow, wide);
	if (*answer)
		return 0;
	beyond = diagram_and(c->d, diagram_cond(c->d, narrow),
			     diagram_not(c->d, diagram_cond(c->d, wide)));
	*answer = beyond == false;
	return beyond == NODE_FAILED ? no_diagram(c->d, c->e) : 0;
}

/* Removes rules[at] of the block, whose place a later one may take. */
static void drop(struct block *b, size_t at)
{
	rule_fini(&b->rules.data[at]);
	memmove(&b->rules.data[at], &b->rules.data[at + 1],
		(b->rules.len - at - 1) * sizeof(*b->rules.data));
	b->rules.len--;
}

/*
 * Adds a rule with this condition (owned): into one that covers it, else as a new one that absorbs
 * those that it covers.
 */
static int add(struct call_rules *c, const struct rule *rule, struct cond *cond)
{
	autocond struct cond *mine = cond;
	struct rule *new;
	bool is_in;
	int r;

	for (size_t i = c->first; i < c->out->rules.len; i++) {
		struct rule *old = &c->out->rules.data[i];

		if (!action_equal(old->action, rule->action))
			continue;
		r = is_covered(c, mine, old->cond, &is_in);
		if (r < 0)
			return r;
		if (is_in)
			return blend_rule(old, rule) ? 0 : no_memory(c->e);
	}
	new = block_add(c->out, c->nr, take(mine), rule->action);
	if (!new || !blend_rule(new, rule))
		return no_memory(c->e);
	for (size_t i = c->first; i + 1 < c->out->rules.len;) {
		struct rule *old = &c->out->rules.data[i];

		new = &c->out->rules.data[c->out->rules.len - 1];
		is_in = false;
		r = action_equal(old->action, new->action)
			    ? is_covered(c, old->cond, new->cond, &is_in)
			    : 0;
		if (r < 0)
			return r;
		if (is_in && !blend_rule(new, old))
			return no_memory(c->e);
		if (is_in)
			drop(c->out, i);
		else
			i++;
	}
	return 0;
}

/* An unconditional rule stays one: NULL and no failure. */
static int clone(const struct rule *rule, struct cond **cond, struct err *e)
{
	*cond = rule->cond ? cond_clone(rule->cond) : NULL;
	return *cond || !rule->cond ? 0 : no_memory(e);
}

/*
 * A rule that denies would outrank what the other side admits: it is kept for what the other side
 * does not.
 */
static int add_denial(struct call_rules *c, const struct rule *rule, const struct admission *other)
{
	node_t denied = diagram_cond(c->d, rule->cond), admitted = admission_node(c->d, other);
	node_t both = diagram_and(c->d, denied, admitted);
	struct cond *cond;
	int r;

	if (both == NODE_FAILED)
		return no_diagram(c->d, c->e);
	if (both == denied)
		return 0;
	r = clone(rule, &cond, c->e);
	if (r < 0)
		return r;
	if (both != false) {
		cond = cond_and(cond ? cond : cond_bool(true), cond_not(admission_cond(other)));
		if (!cond)
			return no_memory(c->e);
	}
	return add(c, rule, cond);
}

static int add_all(struct call_rules *c, const struct admission *own, const struct admission *other)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < own->count; i++) {
		const struct rule *rule = own->rules[i];
		struct cond *cond;

		if (!action_admits(rule->action)) {
			r = add_denial(c, rule, other);
			continue;
		}
		r = clone(rule, &cond, c->e);
		if (r == 0)
			r = add(c, rule, cond);
	}
	return r;
}

static int join_call(struct block *out, uint32_t nr, const struct admission *a,
		     const struct admission *b, struct err *e)
{
	autodiagram struct diagram *d = diagram_new();
	struct call_rules c = { .d = d, .out = out, .nr = nr, .first = out->rules.len, .e = e };
	int r;

	if (!d)
		return no_memory(e);
	r = add_all(&c, a, b);
	return r < 0 ? r : add_all(&c, b, a);
}

static int join_rules(struct block *out, const struct roll *a, const struct roll *b, struct err *e)
{
	struct admission x, y;
	size_t at[2] = { 0 };
	uint32_t nr;
	int r = 0;

	while (r == 0 && roll_next(a, b, at, &nr, &x, &y)) {
		/* A default is not joined but the stricter taken: only what both admit counts. */
		x.is_default = y.is_default = action_admits(roll_background(a, nr)) &&
					      action_admits(roll_background(b, nr));
		r = join_call(out, nr, &x, &y, e);
	}
	return r;
}

static int join_block(struct policy *out, const struct policy *a, const struct policy *b,
		      const struct arch *arch, struct err *e)
{
	autoroll struct roll x = { 0 };
	autoroll struct roll y = { 0 };
	struct block *block;
	int r;

	if (policy_block(out, arch))
		return 0;
	block = policy_add_block(out, arch);
	if (!block || !blend_block(block, policy_block(a, arch)) ||
	    !blend_block(block, policy_block(b, arch)))
		return no_memory(e);
	r = roll_init(&x, a, arch, e);
	if (r == 0)
		r = roll_init(&y, b, arch, e);
	return r < 0 ? r : join_rules(block, &x, &y, e);
}

static int join_blocks(struct policy *out, const struct policy *a, const struct policy *b,
		       struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->blocks.len; i++)
		r = join_block(out, a, b, a->blocks.data[i].arch, e);
	for (size_t i = 0; r == 0 && i < b->blocks.len; i++)
		r = join_block(out, a, b, b->blocks.data[i].arch, e);
	return r;
}

static struct action stricter(struct action a, struct action b)
{
	if (a.kind != b.kind)
		return a.kind < b.kind ? a : b;
	return a.data <= b.data ? a : b;
}

/* The older version's clause covers more numbers; an action that both give is kept. */
static struct newer join_newer(struct newer a, struct newer b)
{
	if (!a.version || !b.version)
		return a.version ? a : b;
	return (struct newer){ .version = a.version < b.version ? a.version : b.version,
			       .action = stricter(a.action, b.action) };
}

int policy_join(const struct policy *a, const struct policy *b, struct policy **out, struct err *e)
{
	autopolicy struct policy *p = policy_new();
	int r;

	if (!p || !blend_policy(p, a, b))
		return no_memory(e);
	p->fallback = stricter(a->fallback, b->fallback);
	p->foreign_arch = stricter(a->foreign_arch, b->foreign_arch);
	p->newer = join_newer(a->newer, b->newer);
	r = join_blocks(p, a, b, e);
	if (r == 0)
		r = policy_validate(p, e);
	if (r < 0)
		return err_wrap(e, r, "joining");
	*out = take(p);
	return 0;
}
