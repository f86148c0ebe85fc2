/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of 64-bit numbers as sorted ranges. */
#include "learn/set.h"

#include <errno.h>

void set_fini(struct set *s)
{
	vec_fini(&s->ranges);
}

/* Appends a range that does not begin before the last one, growing that one where they meet. */
static int append(struct set *s, struct range next)
{
	struct range *last = s->ranges.len ? &s->ranges.data[s->ranges.len - 1] : NULL;

	/* last->high + 1 wraps only when the last range already reaches the end. */
	if (!last || (next.low > last->high && next.low != last->high + 1))
		return vec_push(&s->ranges, next);
	if (next.high > last->high)
		last->high = next.high;
	return 0;
}

int set_join(struct set *s, const struct set *more)
{
	struct set joined = { 0 };
	size_t ours = 0, theirs = 0;

	if (!s->ranges.len)
		return set_copy(s, more);
	if (vec_reserve(&joined.ranges, s->ranges.len + more->ranges.len))
		return -ENOMEM;
	for (;;) {
		const struct range *a = ours < s->ranges.len ? &s->ranges.data[ours] : NULL;
		const struct range *b =
			theirs < more->ranges.len ? &more->ranges.data[theirs] : NULL;
		const struct range *next = !b || (a && a->low <= b->low) ? a : b;

		if (!next)
			break;
		ours += next == a;
		theirs += next != a;
		if (append(&joined, *next)) {
			set_fini(&joined);
			return -ENOMEM;
		}
	}
	set_fini(s);
	*s = joined;
	return 0;
}

int set_add(struct set *s, uint64_t low, uint64_t high)
{
	struct range parts[] = { { 0, high }, { low, UINT64_MAX } };
	struct set more = { .ranges = { parts, 2, 2 } };

	if (low <= high) {
		parts[0] = (struct range){ low, high };
		more.ranges.len = 1;
	} else if (high + 1 == low) {
		parts[0].high = UINT64_MAX;
		more.ranges.len = 1;
	}
	return set_join(s, &more);
}

int set_copy(struct set *to, const struct set *from)
{
	struct set copy = { 0 };

	vec_for(range, &from->ranges) {
		if (vec_push(&copy.ranges, *range)) {
			set_fini(&copy);
			return -ENOMEM;
		}
	}
	set_fini(to);
	*to = copy;
	return 0;
}

int set_invert(struct set *s)
{
	struct set rest = { 0 };
	uint64_t next = 0;
	int r = 0;

	vec_for(range, &s->ranges) {
		if (!r && range->low > next)
			r = append(&rest, (struct range){ next, range->low - 1 });
		next = range->high + 1;
	}
	/* next has wrapped when the last range reaches the end. */
	if (!r && (next || !s->ranges.len))
		r = append(&rest, (struct range){ next, UINT64_MAX });
	set_fini(r ? &rest : s);
	if (!r)
		*s = rest;
	return r;
}

uint64_t set_size(const struct set *s)
{
	uint64_t size = 0;

	vec_for(range, &s->ranges) {
		uint64_t more = range->high - range->low;

		if (more == UINT64_MAX || size > UINT64_MAX - more - 1)
			return UINT64_MAX;
		size += more + 1;
	}
	return size;
}

/* The range that holds value, or NULL. */
static const struct range *find(const struct set *s, uint64_t value)
{
	size_t low = 0, high = s->ranges.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct range *range = &s->ranges.data[middle];

		if (value >= range->low && value <= range->high)
			return range;
		if (value < range->low)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool set_has(const struct set *s, uint64_t value)
{
	return find(s, value) != NULL;
}

int set_compare(const struct set *a, const struct set *b)
{
	for (size_t i = 0; i < a->ranges.len && i < b->ranges.len; i++) {
		const struct range *x = &a->ranges.data[i], *y = &b->ranges.data[i];

		if (x->low != y->low)
			return x->low < y->low ? -1 : 1;
		if (x->high != y->high)
			return x->high < y->high ? -1 : 1;
	}
	return (a->ranges.len > b->ranges.len) - (a->ranges.len < b->ranges.len);
}

bool set_is_within(const struct set *inner, const struct set *outer)
{
	vec_for(range, &inner->ranges) {
		const struct range *around = find(outer, range->low);

		if (!around || around->high < range->high)
			return false;
	}
	return true;
}
