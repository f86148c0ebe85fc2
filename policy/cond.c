/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conditions: building, copying and evaluating the tree. */
#include "policy/cond.h"

#include "base/vec.h"

#include <string.h>

static struct cond *cond_new(enum cond_kind kind)
{
	struct cond *c = calloc(1, sizeof(*c));

	if (c)
		c->kind = kind;
	return c;
}

void cond_free(struct cond *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		cond_free(c->children[i]);
	free(c->children);
	free(c->test.ranges);
	free(c);
}

struct cond *cond_bool(bool value)
{
	return cond_new(value ? COND_TRUE : COND_FALSE);
}

uint64_t test_extend(const struct test *t, uint64_t v)
{
	if (t->bits >= 64)
		return v;
	return t->is_signed ? (uint64_t)(int64_t)(int32_t)(uint32_t)v : (uint32_t)v;
}

bool test_is_signed(const struct test *t)
{
	return t->is_signed && t->mask == UINT64_MAX;
}

uint64_t test_operand(const struct test *t, const uint64_t args[6])
{
	return test_extend(t, args[t->arg]) & t->mask;
}

uint64_t test_order(const struct test *t, uint64_t v)
{
	return test_is_signed(t) ? v ^ 1ull << 63 : v;
}

static bool test_eval(const struct test *t, const uint64_t args[6])
{
	uint64_t operand = test_operand(t, args);
	uint64_t x = test_order(t, operand), y = test_order(t, t->value);

	switch (t->op) {
	case OP_EQ:
		return x == y;
	case OP_NE:
		return x != y;
	case OP_LT:
		return x < y;
	case OP_LE:
		return x <= y;
	case OP_GT:
		return x > y;
	case OP_GE:
		return x >= y;
	case OP_IN:
		for (size_t i = 0; i < t->range_count; i++) {
			if (test_order(t, t->ranges[i].low) <= x &&
			    x <= test_order(t, t->ranges[i].high))
				return true;
		}
		return false;
	}
	return false;
}

static int compare_unsigned(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static int compare_signed(const void *a, const void *b)
{
	int64_t x = (int64_t)((const struct range *)a)->low;
	int64_t y = (int64_t)((const struct range *)b)->low;

	return (x > y) - (x < y);
}

/* Sorts the ranges and joins those that touch or overlap; drops those that hold nothing. */
static void join_ranges(struct test *t)
{
	size_t kept = 0;

	qsort(t->ranges, t->range_count, sizeof(*t->ranges),
	      test_is_signed(t) ? compare_signed : compare_unsigned);
	for (size_t i = 0; i < t->range_count; i++) {
		struct range next = t->ranges[i];
		struct range *last = kept ? &t->ranges[kept - 1] : NULL;

		if (test_order(t, next.low) > test_order(t, next.high))
			continue;
		/* last->high + 1 cannot wrap to below next.low: next.low is the larger one. */
		if (!last || (test_order(t, next.low) > test_order(t, last->high) &&
			      next.low != last->high + 1))
			t->ranges[kept++] = next;
		else if (test_order(t, next.high) > test_order(t, last->high))
			last->high = next.high;
	}
	t->range_count = kept;
}

/* A set of one value is a comparison, an empty one is false. */
static void simplify_set(struct cond *c)
{
	struct test *t = &c->test;
	bool is_value = t->range_count == 1 && t->ranges[0].low == t->ranges[0].high;

	if (t->range_count > 0 && !is_value)
		return;
	if (is_value) {
		t->op = OP_EQ;
		t->value = t->ranges[0].low;
	} else {
		c->kind = COND_FALSE;
	}
	free(t->ranges);
	t->ranges = NULL;
	t->range_count = 0;
}

/* Gives c its own ranges, in order; false when memory is out. */
static bool copy_set(struct cond *c, const struct test *from)
{
	struct test *t = &c->test;

	t->value = 0;
	t->ranges = calloc(from->range_count + 1, sizeof(*t->ranges));
	if (!t->ranges)
		return false;
	if (from->range_count)
		memcpy(t->ranges, from->ranges, from->range_count * sizeof(*t->ranges));
	join_ranges(t);
	simplify_set(c);
	return true;
}

struct cond *cond_test(struct test test)
{
	static const uint64_t zeros[6];
	struct cond *c = cond_new(COND_TEST);

	if (!c)
		return NULL;
	/* A mask of everything is none; only a signed argument already has its own as all ones. */
	if (test.bits == 32 && test.mask == UINT32_MAX && !test.is_signed)
		test.mask = UINT64_MAX;
	if (test.mask == 0) {
		c->kind = test_eval(&test, zeros) ? COND_TRUE : COND_FALSE;
		return c;
	}
	c->test = test;
	c->test.ranges = NULL;
	c->test.range_count = test.op == OP_IN ? test.range_count : 0;
	if (test.op == OP_IN && !copy_set(c, &test)) {
		cond_free(c);
		return NULL;
	}
	return c;
}

struct cond *cond_not(struct cond *a)
{
	struct cond *inner;

	if (!a)
		return NULL;
	if (a->kind == COND_TRUE || a->kind == COND_FALSE) {
		a->kind = a->kind == COND_TRUE ? COND_FALSE : COND_TRUE;
		return a;
	}
	if (a->kind == COND_NOT) {
		inner = a->children[0];
		a->count = 0;
		cond_free(a);
		return inner;
	}
	struct cond *c = cond_new(COND_NOT);
	struct cond **children = malloc(sizeof(struct cond *));
	if (!c || !children) {
		cond_free(a);
		cond_free(c);
		free(children);
		return NULL;
	}
	children[0] = a;
	c->children = children;
	c->count = 1;
	return c;
}

/*
 * Moves more into the children of c. Room is always a power of two, so that it need not be stored:
 * the array is full when count is one.
 */
static bool append(struct cond *c, struct cond **more, size_t n)
{
	size_t room = 1, have = 1;

	while (have < c->count)
		have *= 2;
	while (room < c->count + n)
		room *= 2;
	if (!c->children || room > have) {
		struct cond **grown = realloc(c->children, room * sizeof(struct cond *));

		if (!grown)
			return false;
		c->children = grown;
	}
	memcpy(c->children + c->count, more, n * sizeof(struct cond *));
	c->count += n;
	return true;
}

/*
 * Appends x, or the children of x when it is of c's kind, and returns c. Owns both: NULL when c is
 * NULL or memory is out.
 */
static struct cond *absorb(struct cond *c, struct cond *x)
{
	bool is_same = c && x->kind == c->kind;

	if (!c || !append(c, is_same ? x->children : &x, is_same ? x->count : 1)) {
		cond_free(c);
		cond_free(x);
		return NULL;
	}
	if (is_same) {
		x->count = 0;
		cond_free(x);
	}
	return c;
}

static struct cond *combine(enum cond_kind kind, struct cond *a, struct cond *b)
{
	enum cond_kind neutral = kind == COND_AND ? COND_TRUE : COND_FALSE;
	enum cond_kind final = kind == COND_AND ? COND_FALSE : COND_TRUE;

	if (!a || !b) {
		cond_free(a);
		cond_free(b);
		return NULL;
	}
	if (a->kind == neutral || b->kind == final) {
		cond_free(a);
		return b;
	}
	if (b->kind == neutral || a->kind == final) {
		cond_free(b);
		return a;
	}
	if (a->kind != kind)
		a = absorb(cond_new(kind), a);
	return absorb(a, b);
}

struct cond *cond_and(struct cond *a, struct cond *b)
{
	return combine(COND_AND, a, b);
}

struct cond *cond_or(struct cond *a, struct cond *b)
{
	return combine(COND_OR, a, b);
}

struct cond *cond_clone(const struct cond *c)
{
	struct cond *copy = c->kind == COND_TEST ? cond_test(c->test) : cond_new(c->kind);

	if (!copy || !c->count)
		return copy;
	for (size_t i = 0; i < c->count; i++) {
		struct cond *child = cond_clone(c->children[i]);

		if (!child || !append(copy, &child, 1)) {
			cond_free(child);
			cond_free(copy);
			return NULL;
		}
	}
	return copy;
}

static bool test_same(const struct test *a, const struct test *b)
{
	if (a->arg != b->arg || a->bits != b->bits || a->is_signed != b->is_signed ||
	    a->is_raw != b->is_raw || a->op != b->op || a->mask != b->mask ||
	    a->value != b->value || a->range_count != b->range_count)
		return false;
	for (size_t i = 0; i < a->range_count; i++) {
		if (a->ranges[i].low != b->ranges[i].low || a->ranges[i].high != b->ranges[i].high)
			return false;
	}
	return true;
}

bool cond_same(const struct cond *a, const struct cond *b)
{
	if (!a || !b || a->kind != b->kind || a->count != b->count)
		return a == b;
	if (a->kind == COND_TEST)
		return test_same(&a->test, &b->test);
	for (size_t i = 0; i < a->count; i++) {
		if (!cond_same(a->children[i], b->children[i]))
			return false;
	}
	return true;
}

bool cond_eval(const struct cond *c, const uint64_t args[6])
{
	switch (c->kind) {
	case COND_FALSE:
		return false;
	case COND_TRUE:
		return true;
	case COND_TEST:
		return test_eval(&c->test, args);
	case COND_NOT:
		return !cond_eval(c->children[0], args);
	case COND_AND:
		for (size_t i = 0; i < c->count; i++) {
			if (!cond_eval(c->children[i], args))
				return false;
		}
		return true;
	case COND_OR:
		for (size_t i = 0; i < c->count; i++) {
			if (cond_eval(c->children[i], args))
				return true;
		}
		return false;
	}
	return false;
}
