/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of words that some of their bits tell. */
#include "enforce/cube.h"

/* How many values below `end` the cube has. */
static uint64_t count_below(const struct cube *c, uint64_t end)
{
	const uint64_t mask = c->mask, value = c->value;
	uint64_t count = 0;

	/* Values that are like `end` in the bits above this one, and have 0 where it has 1. */
	for (int bit = 32; bit >= 0; bit--) {
		const uint64_t open = ~mask & ((UINT64_C(1) << bit) - 1);
		const bool is_asked = mask >> bit & 1, is_set = value >> bit & 1;
		const bool is_high = end >> bit & 1;

		if (is_high && !is_set)
			count += UINT64_C(1) << __builtin_popcountll(open);
		if (is_asked && is_set != is_high)
			break;
	}
	return count;
}

uint64_t cube_count(const struct cube *c, uint32_t low, uint32_t high)
{
	if (c->value & ~c->mask)
		return 0;
	return count_below(c, (uint64_t)high + 1) - count_below(c, low);
}

void likeness_add(struct likeness *l, uint32_t low, uint32_t high)
{
	/* From the first bit in which the ends differ on, there are values of both kinds. */
	const uint32_t differ = low ^ high;
	const uint32_t open = differ ? UINT32_MAX >> __builtin_clz(differ) : 0;

	l->count += (uint64_t)high - low + 1;
	l->any |= low | open;
	l->lacking |= ~low | open;
}
