/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The difference of two policies: what changed, who does it, how dangerous it is. */
#include "cli/difference.h"

#include <errno.h>

static void side_fini(struct side *s)
{
	policy_free(s->policy);
	lesson_fini(&s->lesson);
	denials_fini(&s->denials);
}

void difference_fini(struct difference *d)
{
	vec_for(row, &d->rows)
		makers_fini(&row->makers);
	vec_fini(&d->rows);
	changes_fini(&d->changes);
	side_fini(&d->a);
	side_fini(&d->b);
}

bool difference_is_some(const struct difference *d)
{
	return d->rows.len || d->changes.is_default_changed || d->changes.is_foreign_changed ||
	       d->changes.is_newer_changed;
}

const char *change_kind_name(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_ADDED:
		return "added";
	case CHANGE_REMOVED:
		return "removed";
	case CHANGE_WIDENED:
		return "widened";
	case CHANGE_NARROWED:
		return "narrowed";
	}
	return "?";
}

size_t difference_count(const struct difference *d, enum change_kind kind)
{
	size_t count = 0;

	vec_for(row, &d->rows)
		count += row->change->kind == kind;
	return count;
}

bool row_is_gain(const struct row *row)
{
	return row->change->kind == CHANGE_ADDED || row->change->kind == CHANGE_WIDENED;
}

/* Denials in which the change lies; without their arguments all of the call. */
static uint64_t count_denied(const struct side *side, const struct change *c)
{
	uint64_t count = 0;

	vec_for(d, &side->denials.all) {
		if (d->arch == c->arch && d->nr == c->nr &&
		    (!c->cond || !d->has_args || cond_eval(c->cond, d->args)))
			count += d->count;
	}
	return count;
}

/* Of two apps, what only the floor of a new arch admits was made by nobody. */
static bool is_told(const struct difference *d, const struct row *row)
{
	bool is_learned = d->a.lesson.seen.all.len && d->b.lesson.seen.all.len;

	return !row->is_floor || row->makers.all.len || !is_learned;
}

static int add_row(struct difference *d, const struct change *change)
{
	const struct calls calls = { change->arch, change->nr, change->cond };
	struct row *row = vec_add(&d->rows);
	const struct rule *by = NULL;
	const struct side *side;

	if (!row)
		return -ENOMEM;
	row->change = change;
	row->danger = danger_of(change->arch, change->nr, change->cond);
	side = row_is_gain(row) ? &d->b : &d->a;
	policy_eval(side->policy, &change->witness, &by);
	row->is_floor = by && by->from.is_floor;
	row->denied = count_denied(&d->a, change) + count_denied(&d->b, change);
	if (makers_find(&row->makers, &side->lesson.seen, &calls, change->exes.data,
			change->exes.len))
		return -ENOMEM;
	if (!is_told(d, row))
		d->rows.len--;
	return 0;
}

int difference_find(struct difference *d, struct err *e)
{
	static const enum change_kind order[] = { CHANGE_ADDED, CHANGE_WIDENED, CHANGE_NARROWED,
						  CHANGE_REMOVED };
	int r = policy_diff(d->a.policy, d->b.policy, &d->changes, e);

	if (r)
		return r;
	for (size_t i = 0; i < countof(order); i++) {
		vec_for(change, &d->changes.entries) {
			if (change->kind == order[i] && add_row(d, change))
				return err_set(e, -ENOMEM, "out of memory");
		}
	}
	return 0;
}
