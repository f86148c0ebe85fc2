/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the difference of two sets of arguments to a condition that a person would have written. */
#include "policy/describe.h"

#include "base/cleanup.h"
#include "policy/cut.h"

#include <errno.h>

struct description {
	struct cutter cutter;
	const struct admission *own, *other;
	node_t covered; /* what has been said so far */
	struct err *e;
};

static int give_up(const struct description *s)
{
	if (diagram_is_full(s->cutter.d))
		return err_set(s->e, -E2BIG, "the conditions are too intricate to be compared");
	return err_set(s->e, -ENOMEM, "out of memory");
}

static bool meets(struct diagram *d, node_t a, node_t b)
{
	return diagram_and(d, a, b) != false;
}

/* The conditions of the rules that admit (or deny) something within the node, joined by OR. */
static struct cond *rules_within(struct diagram *d, const struct admission *a, bool is_admitting,
				 node_t node)
{
	struct cond *any = cond_bool(false);

	for (size_t i = 0; i < a->count; i++) {
		const struct cond *c = a->rules[i]->cond;
		size_t count = c && c->kind == COND_OR ? c->count : 1;

		if (action_admits(a->rules[i]->action) != is_admitting)
			continue;
		for (size_t j = 0; j < count; j++) {
			const struct cond *one = count > 1 ? c->children[j] : c;

			if (meets(d, diagram_cond(d, one), node))
				any = cond_or(any, one ? cond_clone(one) : cond_bool(true));
		}
	}
	return any;
}

/* One alternative of own's, without what own denies and without what other admits. */
static struct cond *subtract(struct diagram *d, const struct cond *c, node_t node,
			     const struct admission *own, const struct admission *other)
{
	struct cond *admitted =
		other->is_default ? cond_bool(true) : rules_within(d, other, true, node);
	struct cond *denied = rules_within(d, other, false, node);

	c = cond_and(cond_clone(c), cond_not(rules_within(d, own, false, node)));
	return cond_and((struct cond *)c, cond_or(cond_not(admitted), denied));
}

/* Says one alternative: cut to what is new, or as it is with the rest subtracted. */
static int say(struct description *s, const struct cond *c)
{
	struct cutter *k = &s->cutter;
	node_t node = diagram_cond(k->d, c), new = diagram_and(k->d, node, k->target);
	node_t more = diagram_and(k->d, new, diagram_not(k->d, s->covered));
	struct cond *rest;
	int r;

	if (more == NODE_FAILED)
		return give_up(s);
	if (more == false)
		return 0;
	s->covered = diagram_or(k->d, s->covered, new);
	r = cutter_cut(k, c);
	if (r == 0)
		return 0;
	if (r != -EAGAIN)
		return give_up(s);
	rest = subtract(k->d, c, node, s->own, s->other);
	if (!rest || vec_push(&k->found, rest) < 0) {
		cond_free(rest);
		return give_up(s);
	}
	return 0;
}

/* not (x and y) is said as what is not x, and what is not y. */
static int say_not_all(struct description *s, const struct cond *all)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->count; i++) {
		autocond struct cond *c = cond_not(cond_clone(all->children[i]));

		r = c ? say(s, c) : give_up(s);
	}
	return r;
}

static int say_rule(struct description *s, const struct cond *c)
{
	autocond struct cond *always = cond_bool(true);
	int r = 0;

	if (!always)
		return give_up(s);
	if (c && c->kind == COND_NOT && c->children[0]->kind == COND_AND)
		return say_not_all(s, c->children[0]);
	if (!c || c->kind != COND_OR)
		return say(s, c ? c : always);
	for (size_t i = 0; r == 0 && i < c->count; i++)
		r = say_rule(s, c->children[i]);
	return r;
}

static int say_all(struct description *s)
{
	const struct admission *both[] = { s->own, s->other };
	int r = 0;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < both[i]->count; j++) {
			if (cutter_hint(&s->cutter, both[i]->rules[j]->cond) < 0)
				return give_up(s);
		}
	}
	for (size_t i = 0; r == 0 && i < s->own->count; i++) {
		if (action_admits(s->own->rules[i]->action))
			r = say_rule(s, s->own->rules[i]->cond);
	}
	return r == 0 && s->own->is_default ? say_rule(s, NULL) : r;
}

static bool is_set(const struct cond *c)
{
	return c->kind == COND_TEST && (c->test.op == OP_EQ || c->test.op == OP_IN);
}

/* Two sets of values of the same operand as one; NULL where they are not, or memory is out. */
static struct cond *join_sets(const struct cond *a, const struct cond *b)
{
	struct range one[] = { { a->test.value, a->test.value }, { b->test.value, b->test.value } };
	struct test t = a->test;
	vec_of(struct range) all = { 0 };
	struct cond *c = NULL;
	bool is_fine = is_set(a) && is_set(b) && a->test.arg == b->test.arg &&
		       a->test.bits == b->test.bits && a->test.is_signed == b->test.is_signed &&
		       a->test.is_raw == b->test.is_raw && a->test.mask == b->test.mask;

	for (int side = 0; is_fine && side < 2; side++) {
		const struct test *from = side ? &b->test : &a->test;
		bool is_in = from->op == OP_IN;

		for (size_t i = 0; is_fine && i < (is_in ? from->range_count : 1); i++)
			is_fine = vec_push(&all, is_in ? from->ranges[i] : one[side]) == 0;
	}
	t.op = OP_IN;
	t.ranges = all.data;
	t.range_count = all.len;
	if (is_fine)
		c = cond_test(t);
	vec_fini(&all);
	return c;
}

/* What was found, as one condition; sets of the same operand become one set. */
static struct cond *assemble(struct cutter *k)
{
	struct cond *any = cond_bool(false);

	for (size_t i = 0; i < k->found.len; i++) {
		for (size_t j = i + 1; j < k->found.len;) {
			struct cond *joined = join_sets(k->found.data[i], k->found.data[j]);

			if (!joined) {
				j++;
				continue;
			}
			cond_free(k->found.data[i]);
			cond_free(k->found.data[j]);
			k->found.data[i] = joined;
			k->found.data[j] = k->found.data[--k->found.len];
		}
	}
	for (size_t i = 0; i < k->found.len; i++)
		any = cond_or(any, take(k->found.data[i]));
	k->found.len = 0;
	return any;
}

int difference_describe(struct diagram *d, node_t target, const struct admission *own,
			const struct admission *other, struct cond **out, struct err *e)
{
	struct description s = { .cutter = { .d = d, .target = target },
				 .own = own,
				 .other = other,
				 .covered = false,
				 .e = e };
	autocond struct cond *c = NULL;
	int r = 0;

	if (target != true)
		r = say_all(&s);
	if (r == 0 && target != true) {
		c = assemble(&s.cutter);
		/* Exact before readable: said otherwise where an alternative went wrong. */
		if (c && diagram_cond(d, c) != target) {
			cond_free(c);
			c = cond_and(admission_cond(own), cond_not(admission_cond(other)));
		}
		if (!c || diagram_cond(d, c) != target)
			r = give_up(&s);
	}
	cutter_fini(&s.cutter);
	if (r == 0)
		*out = take(c);
	return r;
}
