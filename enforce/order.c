/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In which order to test the words of a call's arguments. */
#include "enforce/order.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>

enum { ARGS = 6, PERMUTED_MAX = 4 }; /* arguments that are tried in every order */

/* How the halves of the arguments stand to each other; each also with the masks turned round. */
enum layout { HIGH_LOW, LOW_HIGH, LOWS_FIRST, HIGHS_FIRST, LAYOUTS };

/* The selector that only takes notes. Nothing may look alike to it, lest a test go unnoticed. */
struct collector {
	struct operands *operands;
	uint32_t next;
};

static uint32_t note(void *context, struct operand o, const struct cells *cells)
{
	struct collector *c = context;
	struct operands *all = c->operands;
	bool is_test = false;

	if (cells->failed)
		return NODE_NONE;
	vec_for(cell, &cells->all) {
		is_test = is_test ||
			  (cell->low <= o.mask && cell->target != cells->all.data[0].target);
	}
	if (!is_test)
		return cells->all.data[0].target;
	for (uint32_t i = 0; i < all->count; i++) {
		if (operand_equal(all->all[i], o))
			return c->next++;
	}
	if (all->count == CASES_VARS)
		all->has_overflown = true;
	else
		all->all[all->count++] = o;
	return c->next++;
}

int operands_add(struct operands *o, const struct cond *cond)
{
	struct collector c = { o, 2 };
	struct selector s = { note, &c, o->is_big_endian };
	int r = 0;

	if (!cond)
		return 0;
	if (cond->kind == COND_TEST && lower_test(&s, &cond->test, 1, 0) == NODE_NONE)
		return -ENOMEM;
	for (size_t i = 0; !r && i < cond->count; i++)
		r = operands_add(o, cond->children[i]);
	return r;
}

static unsigned arg_of(struct operand o)
{
	return (o.offset - (uint32_t)offsetof(struct seccomp_data, args)) / 8;
}

static bool is_high(const struct operands *o, struct operand operand)
{
	return (operand.offset % 8 != 0) != o->is_big_endian;
}

/* The arguments that are tested, and each one's place in the permutation of this number. */
static unsigned permute(const struct operands *o, unsigned number, unsigned place[ARGS])
{
	unsigned args[ARGS], count = 0, factorial = 1;

	for (unsigned arg = 0; arg < ARGS; arg++) {
		bool is_tested = false;

		for (uint32_t i = 0; i < o->count; i++)
			is_tested = is_tested || arg_of(o->all[i]) == arg;
		if (is_tested)
			args[count++] = arg;
	}
	for (unsigned i = 2; i <= count && count <= PERMUTED_MAX; i++)
		factorial *= i;
	if (number >= factorial)
		return 0;
	for (unsigned i = 0, left = count; left > 0; i++, left--) {
		unsigned pick = number % left;

		number /= left;
		place[args[pick]] = i;
		for (unsigned j = pick; j + 1 < left; j++)
			args[j] = args[j + 1];
	}
	return factorial;
}

/* What operands are sorted by. */
struct key {
	struct operand operand;
	uint32_t rank;
};

static uint32_t rank_of(const struct operands *o, struct operand operand, unsigned layout,
			const unsigned place[ARGS])
{
	unsigned at = place[arg_of(operand)], high = is_high(o, operand);

	switch ((enum layout)layout) {
	case HIGH_LOW:
		return 2 * at + !high;
	case LOW_HIGH:
		return 2 * at + high;
	case LOWS_FIRST: /* the high halves last and always in one order, to be shared */
		return high ? ARGS + arg_of(operand) : at;
	case HIGHS_FIRST:
		return high ? arg_of(operand) : ARGS + at;
	case LAYOUTS:
		break;
	}
	return 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->operand.mask > y->operand.mask) - (x->operand.mask < y->operand.mask);
}

static int by_rank_masks_turned(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	return x->rank != y->rank ? by_rank(a, b) : by_rank(b, a);
}

bool operands_order(const struct operands *o, unsigned i, struct operand vars[CASES_VARS])
{
	unsigned layout = i % (2 * LAYOUTS), place[ARGS];
	struct key keys[CASES_VARS];

	if (!permute(o, i / (2 * LAYOUTS), place))
		return false;
	for (uint32_t j = 0; j < o->count; j++)
		keys[j] = (struct key){ o->all[j], rank_of(o, o->all[j], layout / 2, place) };
	qsort(keys, o->count, sizeof(keys[0]), layout % 2 ? by_rank_masks_turned : by_rank);
	for (uint32_t j = 0; j < o->count; j++)
		vars[j] = keys[j].operand;
	return true;
}
