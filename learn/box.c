/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Boxes: joining what may be joined. */
#include "learn/box.h"

#include <errno.h>
#include <stdlib.h>

enum {
	NO_ARG = SYSCALL_ARGS, /* as the argument to leave out of a comparison: none */
	APART_MAX = 1,	       /* rules more that a call may have to keep executables apart */
	ABSORB_MAX = 2048,     /* boxes up to which each is compared with each */
};

void box_fini(struct box *b)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		set_fini(&b->cells[i].values);
	set_fini(&b->runs);
	set_fini(&b->exes);
}

void boxes_fini(struct boxes *b)
{
	vec_for(box, &b->all)
		box_fini(box);
	vec_fini(&b->all);
}

static int box_copy(struct box *to, const struct box *from)
{
	*to = *from;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		to->cells[i].values = (struct set){ 0 };
	to->runs = to->exes = (struct set){ 0 };
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (set_copy(&to->cells[i].values, &from->cells[i].values))
			return -ENOMEM;
	return set_copy(&to->runs, &from->runs) ? -ENOMEM : set_copy(&to->exes, &from->exes);
}

static int boxes_copy(struct boxes *to, const struct boxes *from)
{
	vec_for(box, &from->all) {
		struct box *copy = vec_add(&to->all);

		if (!copy || box_copy(copy, box))
			return -ENOMEM;
	}
	return 0;
}

#define ORDER(a, b)                                                                                \
	do {                                                                                       \
		if ((a) != (b))                                                                    \
			return (a) < (b) ? -1 : 1;                                                 \
	} while (0)

static int cell_compare(const struct cell *a, const struct cell *b, bool with_bits)
{
	int order;

	ORDER(a->has_condition, b->has_condition);
	if (!a->has_condition)
		return 0;
	ORDER(a->bits, b->bits);
	ORDER(a->is_signed, b->is_signed);
	ORDER(a->group, b->group);
	ORDER(a->select, b->select);
	order = set_compare(&a->values, &b->values);
	if (order || !with_bits)
		return order;
	ORDER(a->every, b->every);
	ORDER(a->some, b->some);
	return 0;
}

/* Which boxes are the same to a step of the merge. */
struct sameness {
	unsigned skip;	/* an argument that may differ, or NO_ARG */
	bool with_bits; /* the joined bits have to be equal too */
	bool with_exes; /* and the executables */
};

static int box_compare(const void *left, const void *right, void *context)
{
	const struct box *a = left, *b = right;
	const struct sameness *same = context;

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		int order = i == same->skip
				    ? 0
				    : cell_compare(&a->cells[i], &b->cells[i], same->with_bits);

		if (order)
			return order;
	}
	return same->with_exes ? set_compare(&a->exes, &b->exes) : 0;
}

/* Do the numbers of two cells mean the same? */
static bool cell_is_alike(const struct cell *a, const struct cell *b)
{
	return a->bits == b->bits && a->is_signed == b->is_signed && a->group == b->group &&
	       a->select == b->select;
}

/* Can the values of two cells become one set without touching anything else? */
static bool cell_is_joinable(const struct cell *a, const struct cell *b)
{
	return a->has_condition && b->has_condition && cell_is_alike(a, b) &&
	       a->every == b->every && a->some == b->some;
}

static int cell_join(struct cell *a, const struct cell *b)
{
	a->is_over |= b->is_over;
	a->some |= b->some;
	a->every &= b->every;
	return set_join(&a->values, &b->values);
}

/* a becomes the two of them; b is to be dropped. */
static int box_join(struct box *a, const struct box *b)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (cell_join(&a->cells[i], &b->cells[i]))
			return -ENOMEM;
	a->weight += b->weight;
	return set_join(&a->runs, &b->runs) ? -ENOMEM : set_join(&a->exes, &b->exes);
}

/* Joins neighbours that are the same in the sorted array; *is_changed is set when there were some.
 */
static int join_same(struct boxes *b, struct sameness same, bool *is_changed)
{
	size_t kept = 0;
	int r = 0;

	if (b->all.len > 1)
		qsort_r(b->all.data, b->all.len, sizeof(*b->all.data), box_compare, &same);
	for (size_t i = 0; i < b->all.len; i++) {
		struct box *last = kept ? &b->all.data[kept - 1] : NULL;
		struct box *next = &b->all.data[i];
		bool is_one = last && !r && box_compare(last, next, &same) == 0 &&
			      (same.skip == NO_ARG ||
			       cell_is_joinable(&last->cells[same.skip], &next->cells[same.skip]));

		if (!is_one) {
			b->all.data[kept++] = *next;
			continue;
		}
		r = box_join(last, next);
		box_fini(next);
		*is_changed = true;
	}
	b->all.len = kept;
	return r;
}

/* Joins along one argument after the other, beginning with `start`, until nothing changes. */
static int join_along(struct boxes *b, unsigned start, bool with_exes)
{
	bool is_changed = true;

	while (is_changed) {
		is_changed = false;
		for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
			struct sameness same = { (start + i) % SYSCALL_ARGS, true, with_exes };

			if (join_same(b, same, &is_changed))
				return -ENOMEM;
		}
	}
	return 0;
}

static void boxes_swap(struct boxes *a, struct boxes *b)
{
	struct boxes other = *a;

	*a = *b;
	*b = other;
}

/* The order of the arguments matters for how few boxes come out: the best of all beginnings. */
static int join_best(struct boxes *b, bool with_exes)
{
	autoboxes struct boxes best = { 0 };

	for (unsigned start = 0; start < SYSCALL_ARGS; start++) {
		autoboxes struct boxes attempt = { 0 };

		if (boxes_copy(&attempt, b) || join_along(&attempt, start, with_exes))
			return -ENOMEM;
		if (start == 0 || attempt.all.len < best.all.len)
			boxes_swap(&best, &attempt);
	}
	boxes_swap(b, &best);
	return 0;
}

static bool cell_is_within(const struct cell *inner, const struct cell *outer)
{
	if (!outer->has_condition)
		return true;
	if (!inner->has_condition || !cell_is_alike(inner, outer))
		return false;
	return (inner->some & ~outer->some) == 0 && (outer->every & ~inner->every) == 0 &&
	       set_is_within(&inner->values, &outer->values);
}

static bool box_is_within(const struct box *inner, const struct box *outer)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (!cell_is_within(&inner->cells[i], &outer->cells[i]))
			return false;
	return true;
}

/* outer takes over what inner is known from. */
static int absorb_one(struct box *outer, const struct box *inner)
{
	outer->weight += inner->weight;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		outer->cells[i].is_over |= inner->cells[i].is_over;
	return set_join(&outer->runs, &inner->runs) ? -ENOMEM
						    : set_join(&outer->exes, &inner->exes);
}

/* Drops boxes that lie within another one. */
static int absorb(struct boxes *b)
{
	if (b->all.len > ABSORB_MAX)
		return 0;
	for (size_t i = 0; i < b->all.len; i++) {
		for (size_t k = 0; k < b->all.len;) {
			struct box *inner = &b->all.data[k], *outer = &b->all.data[i];

			if (k == i || !box_is_within(inner, outer)) {
				k++;
				continue;
			}
			if (absorb_one(outer, inner))
				return -ENOMEM;
			box_fini(inner);
			*inner = b->all.data[--b->all.len];
			/* The last box moved into the hole; it may have been the outer one. */
			if (i == b->all.len)
				i = k;
		}
	}
	return 0;
}

int boxes_merge(struct boxes *b)
{
	autoboxes struct boxes apart = { 0 };
	struct sameness equal_values = { NO_ARG, false, false };
	struct sameness everything = { NO_ARG, true, false };
	bool is_changed = false;

	if (join_same(b, equal_values, &is_changed) || absorb(b) || boxes_copy(&apart, b) ||
	    join_best(&apart, true) || join_best(b, false))
		return -ENOMEM;
	if (apart.all.len <= b->all.len + APART_MAX)
		boxes_swap(b, &apart);
	if (b->all.len > 1)
		qsort_r(b->all.data, b->all.len, sizeof(*b->all.data), box_compare, &everything);
	return 0;
}
