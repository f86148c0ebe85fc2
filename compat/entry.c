/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A rule as a program added it. */
#include "compat/entry.h"

#include <errno.h>

static uint64_t width(const struct entry *e)
{
	return e->is_narrow ? UINT32_MAX : UINT64_MAX;
}

static struct comparison comparison_of(const struct entry *e, const struct scmp_arg_cmp *arg)
{
	struct comparison c = { arg->arg, arg->op, width(e), arg->datum_a & width(e) };

	if (arg->op == SCMP_CMP_MASKED_EQ) {
		c.mask = arg->datum_a & width(e);
		c.datum = arg->datum_b & c.mask;
	}
	return c;
}

/* Puts a comparison in its place among the arguments. */
static void insert(struct entry *e, struct comparison c)
{
	unsigned at = e->count++;

	for (; at > 0 && e->all[at - 1].arg > c.arg; at--)
		e->all[at] = e->all[at - 1];
	e->all[at] = c;
}

int entry_compare(struct entry *e, const struct scmp_arg_cmp *args, unsigned count)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < count; i++) {
		if (args[i].arg >= SYSCALL_ARGS || seen & 1U << args[i].arg)
			return -EINVAL;
		if (args[i].op <= _SCMP_CMP_MIN || args[i].op >= _SCMP_CMP_MAX)
			return -EINVAL;
		seen |= 1U << args[i].arg;
	}
	e->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct comparison c = comparison_of(e, &args[i]);

		if (c.mask)
			insert(e, c);
	}
	return 0;
}

void entry_pin_first(struct entry *e, uint64_t value)
{
	struct comparison first = { 0, SCMP_CMP_EQ, width(e), value };

	if (e->count && e->all[0].arg == 0)
		e->all[0] = first;
	else
		insert(e, first);
}

static bool comparison_same(const struct comparison *a, const struct comparison *b)
{
	return a->arg == b->arg && a->op == b->op && a->mask == b->mask && a->datum == b->datum;
}

bool entry_begins(const struct entry *a, const struct entry *b)
{
	if (a->count > b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (!comparison_same(&a->all[i], &b->all[i]))
			return false;
	return true;
}

static int sign(bool is_less, bool is_more)
{
	return is_more - is_less;
}

/* 0 for what is tested first. */
static unsigned rank(enum scmp_compare op)
{
	switch (op) {
	case SCMP_CMP_EQ:
		return 0;
	case SCMP_CMP_MASKED_EQ:
		return 1;
	case SCMP_CMP_NE:
		return 2;
	case SCMP_CMP_LT:
	case SCMP_CMP_LE:
		return 3;
	case SCMP_CMP_GE:
	case SCMP_CMP_GT:
		return 4;
	case _SCMP_CMP_MIN:
	case _SCMP_CMP_MAX:
		break;
	}
	return 5;
}

static int bits(uint64_t mask)
{
	return __builtin_popcountll(mask);
}

static int comparison_order(const struct comparison *a, const struct comparison *b)
{
	int order = sign(a->arg > b->arg, a->arg < b->arg);

	if (!order)
		order = sign(rank(a->op) < rank(b->op), rank(a->op) > rank(b->op));
	if (!order && a->op == SCMP_CMP_MASKED_EQ)
		order = sign(bits(a->mask) > bits(b->mask), bits(a->mask) < bits(b->mask));
	if (!order)
		order = sign(a->mask > b->mask, a->mask < b->mask);
	if (!order) /* < 5 is tighter than <= 5, > 5 than >= 5 */
		order = sign(a->datum > b->datum, a->datum < b->datum);
	if (rank(a->op) == 3 && rank(b->op) == 3)
		order = -order;
	if (!order)
		order = sign(a->op == SCMP_CMP_LT || a->op == SCMP_CMP_GT,
			     b->op == SCMP_CMP_LT || b->op == SCMP_CMP_GT);
	return order;
}

int entry_order(const struct entry *a, const struct entry *b)
{
	for (unsigned i = 0; i < a->count && i < b->count; i++) {
		int order = comparison_order(&a->all[i], &b->all[i]);

		if (order)
			return order;
	}
	return sign(a->count<b->count, a->count> b->count);
}

static enum cond_op cond_op_of(enum scmp_compare op)
{
	switch (op) {
	case SCMP_CMP_NE:
		return OP_NE;
	case SCMP_CMP_LT:
		return OP_LT;
	case SCMP_CMP_LE:
		return OP_LE;
	case SCMP_CMP_GE:
		return OP_GE;
	case SCMP_CMP_GT:
		return OP_GT;
	case SCMP_CMP_EQ:
	case SCMP_CMP_MASKED_EQ:
	case _SCMP_CMP_MIN:
	case _SCMP_CMP_MAX:
		break;
	}
	return OP_EQ;
}

int entry_cond(const struct entry *e, struct cond **cond)
{
	struct cond *all = NULL;

	for (unsigned i = 0; i < e->count; i++) {
		const struct comparison *c = &e->all[i];
		struct cond *one = cond_test((struct test){
			.arg = (uint8_t)c->arg,
			.bits = 64,
			.is_raw = true,
			.op = cond_op_of(c->op),
			.mask = c->mask,
			.value = c->datum,
		});

		all = i ? cond_and(all, one) : one;
		if (!all)
			return -ENOMEM;
	}
	*cond = all;
	return 0;
}
