/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A condition is seen as the AND of its parts. The values that one part admits are sliced where the
 * other policy's tests have their ends; slices that are new altogether, whatever the other parts
 * allow, are one answer, those that are new in part are cut by another part in turn.
 */
#include "policy/cut.h"

#include "policy/slice.h"

#include <errno.h>
#include <stdlib.h>

/* What cannot be said in so much work would be no pleasure to read either. */
enum { MAX_STEPS = 300, MAX_PARTS = 16, MAX_SLICES = 4096, MAX_LONE = 32 };

/* Slices looked at for one cutter, and comparisons of their ends that weigh as much as one look. */
enum { MAX_WORK = 1 << 16, ENDS_A_LOOK = 256 };

/* The parts of an AND; borrowed. */
struct parts {
	const struct cond *all[MAX_PARTS];
	size_t count;
};

static void forget(struct cutter *k, size_t count)
{
	while (k->found.len > count)
		cond_free(k->found.data[--k->found.len]);
}

void cutter_fini(struct cutter *k)
{
	forget(k, 0);
	vec_fini(&k->found);
	vec_fini(&k->hints);
}

int cutter_hint(struct cutter *k, const struct cond *c)
{
	int r = 0;

	if (c && c->kind == COND_TEST)
		r = vec_push(&k->hints, &c->test);
	for (size_t i = 0; c && r == 0 && i < c->count; i++)
		r = cutter_hint(k, c->children[i]);
	return r;
}

/* Adds a condition and the conditions in it, ANDs being taken apart. */
static bool add_part(struct parts *p, const struct cond *c)
{
	if (c->kind == COND_AND) {
		for (size_t i = 0; i < c->count; i++) {
			if (!add_part(p, c->children[i]))
				return false;
		}
		return true;
	}
	if (p->count == MAX_PARTS)
		return false;
	if (c->kind != COND_TRUE)
		p->all[p->count++] = c;
	return true;
}

/* The same with part i replaced. */
static bool replace(const struct parts *p, size_t i, const struct cond *c, struct parts *out)
{
	out->count = 0;
	for (size_t j = 0; j < p->count; j++) {
		if (!add_part(out, j == i ? c : p->all[j]))
			return false;
	}
	return true;
}

/* The parts joined, without the one at `except`. */
static node_t parts_node(struct diagram *d, const struct parts *p, size_t except)
{
	node_t nodes[MAX_PARTS];
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (i != except)
			nodes[count++] = diagram_cond(d, p->all[i]);
	}
	return diagram_all(d, nodes, count);
}

static int emit(struct cutter *k, const struct parts *p)
{
	struct cond *c = cond_bool(true);

	for (size_t i = 0; i < p->count; i++)
		c = cond_and(c, cond_clone(p->all[i]));
	if (!c)
		return -ENOMEM;
	if (vec_push(&k->found, c) < 0) {
		cond_free(c);
		return -ENOMEM;
	}
	return 0;
}

static bool is_tired(struct cutter *k, size_t work)
{
	k->work += work;
	return k->work > (uint64_t)MAX_WORK * ENDS_A_LOOK;
}

static bool is_all_points(const struct slices *s)
{
	vec_for(r, &s->partial) {
		if (r->low != r->high)
			return false;
	}
	return true;
}

static int slice_at_hint(struct cutter *k, const struct test *hint, struct slices *s)
{
	autoslices struct slices ends = { 0 };
	int r = slices_of_test(hint, &ends);

	for (size_t j = 0; r == 0 && j < ends.partial.len; j++) {
		const struct range *end = &ends.partial.data[j];

		if (s->partial.len > MAX_SLICES || is_tired(k, s->partial.len))
			return -EAGAIN;
		r = slices_cut(s, end->low);
		if (r == 0 && end->high < UINT64_MAX)
			r = slices_cut(s, end->high + 1);
	}
	return r;
}

static int slice_at_hints(struct cutter *k, const struct test *t, struct slices *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->hints.len && !is_all_points(s); i++) {
		const struct test *hint = k->hints.data[i];

		if (test_is_alike(hint, t) && hint->mask == t->mask)
			r = slice_at_hint(k, hint, s);
	}
	return r;
}

/* Sorts the partial slices into what they are. */
static int sort_out(struct cutter *k, const struct test *t, node_t rest, struct slices *s)
{
	size_t kept = 0;

	if (is_tired(k, s->partial.len * ENDS_A_LOOK))
		return -EAGAIN;
	for (size_t i = 0; i < s->partial.len; i++) {
		struct range r = s->partial.data[i];
		struct range own = { test_order(t, r.low), test_order(t, r.high) };
		struct cond c = { .kind = COND_TEST, .test = *t };
		node_t node, new;

		c.test.op = OP_IN;
		c.test.ranges = &own;
		c.test.range_count = 1;
		node = diagram_and(k->d, diagram_cond(k->d, &c), rest);
		new = diagram_and(k->d, node, k->target);
		if (new == NODE_FAILED)
			return -ENOMEM;
		if (new == false)
			s->has_old = true;
		else if (new != node)
			s->partial.data[kept++] = r;
		else if (vec_push(&s->whole, r) < 0)
			return -ENOMEM;
	}
	s->partial.len = kept;
	return 0;
}

/* Slices part i, which is tested by t (its own test, or one that says the same). */
static int slice(struct cutter *k, const struct parts *p, size_t i, const struct test *t,
		 struct slices *s)
{
	node_t rest = parts_node(k->d, p, i);
	int r = slices_of_test(t, s);

	if (r == 0)
		r = slice_at_hints(k, t, s);
	return r < 0 ? r : sort_out(k, t, rest, s);
}

/* Is there an earlier hint that looks at the same bits? */
static bool is_known_view(const struct cutter *k, size_t hint)
{
	for (size_t i = 0; i < hint; i++) {
		if (test_is_alike(k->hints.data[i], k->hints.data[hint]) &&
		    k->hints.data[i]->mask == k->hints.data[hint]->mask)
			return true;
	}
	return false;
}

/*
 * The next way to see a part: first as it is (*finer is NULL), then finer, as a hint looks at it.
 * at starts as 0.
 */
static bool next_view(struct cutter *k, const struct test *t, size_t *at, struct cond **finer)
{
	cond_free(*finer);
	*finer = NULL;
	if (*at == 0) {
		*at = 1;
		return true;
	}
	while (*at <= k->hints.len && !is_tired(k, *at)) {
		const struct test *hint = k->hints.data[*at - 1];

		if (test_is_alike(hint, t) && hint->mask != t->mask && !is_known_view(k, *at - 1))
			*finer = test_refine(t, hint->mask);
		++*at;
		if (*finer)
			return true;
	}
	return false;
}

static int cut(struct cutter *k, const struct parts *p);

/* Goes on with part i admitting these values only. */
static int cut_with(struct cutter *k, const struct parts *p, size_t i, const struct test *t,
		    const struct range *ranges, size_t count)
{
	autocond struct cond *c = slices_cond(t, ranges, count);
	struct parts narrow;

	if (!c)
		return -ENOMEM;
	return replace(p, i, c, &narrow) ? cut(k, &narrow) : -EAGAIN;
}

/* The partial slices: all at once, or, where that cannot be said, one by one. */
static int cut_partial(struct cutter *k, const struct parts *p, size_t i, const struct test *t,
		       const struct slices *s)
{
	size_t before = k->found.len;
	int r = -EAGAIN;

	/* Where every value is partial, all at once is what there was before. */
	if (s->whole.len || s->has_old)
		r = cut_with(k, p, i, t, s->partial.data, s->partial.len);
	if (r != -EAGAIN || s->partial.len == 1 || s->partial.len > MAX_LONE)
		return r;
	forget(k, before);
	r = 0;
	for (size_t j = 0; r == 0 && j < s->partial.len; j++)
		r = cut_with(k, p, i, t, &s->partial.data[j], 1);
	return r;
}

/* Cuts part i, seen as t. -EAGAIN where that brings nothing, or, when is_strict, not everything. */
static int cut_view(struct cutter *k, const struct parts *p, size_t i, const struct test *t,
		    bool is_strict)
{
	autoslices struct slices s = { 0 };
	size_t before = k->found.len;
	int r = slice(k, p, i, t, &s);

	if (r < 0)
		return r;
	if (s.partial.len && (is_strict || (!s.whole.len && !s.has_old && s.partial.len == 1)))
		return -EAGAIN;
	if (s.whole.len)
		r = cut_with(k, p, i, t, s.whole.data, s.whole.len);
	if (r == 0 && s.partial.len)
		r = cut_partial(k, p, i, t, &s);
	if (r < 0)
		forget(k, before);
	return r;
}

static int cut_part(struct cutter *k, const struct parts *p, size_t i, bool is_strict)
{
	const struct test *t = &p->all[i]->test;
	autocond struct cond *finer = NULL;
	size_t at = 0;
	int r = -EAGAIN;

	while (r == -EAGAIN && next_view(k, t, &at, &finer)) {
		if (finer && finer->kind != COND_TEST)
			continue;
		r = cut_view(k, p, i, finer ? &finer->test : t, is_strict);
	}
	return r;
}

/* An OR among the parts: each of its alternatives for itself. */
static int cut_alternatives(struct cutter *k, const struct parts *p, size_t i)
{
	const struct cond *c = p->all[i];
	size_t before = k->found.len;
	int r = 0;

	for (size_t j = 0; r == 0 && j < c->count; j++) {
		struct parts one;

		r = replace(p, i, c->children[j], &one) ? cut(k, &one) : -EAGAIN;
	}
	if (r < 0)
		forget(k, before);
	return r;
}

/* First the ways that need one cut, then those that need several. */
static int cut(struct cutter *k, const struct parts *p)
{
	node_t all = parts_node(k->d, p, SIZE_MAX), new = diagram_and(k->d, all, k->target);
	int r = -EAGAIN;

	if (new == NODE_FAILED)
		return -ENOMEM;
	if (new == false)
		return 0;
	if (new == all)
		return emit(k, p);
	for (int strict = 1; strict >= 0; strict--) {
		for (size_t i = 0; r == -EAGAIN && i < p->count; i++) {
			if (++k->steps > MAX_STEPS)
				return -EAGAIN;
			if (p->all[i]->kind == COND_TEST)
				r = cut_part(k, p, i, strict);
			else if (p->all[i]->kind == COND_OR && !strict)
				r = cut_alternatives(k, p, i);
		}
	}
	return r;
}

int cutter_cut(struct cutter *k, const struct cond *c)
{
	struct parts p = { .count = 0 };

	k->steps = 0;
	return add_part(&p, c) ? cut(k, &p) : -EAGAIN;
}
