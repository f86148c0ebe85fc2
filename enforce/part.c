/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which calls one filter of a stack judges. */
#include "enforce/part.h"

#include <stdlib.h>
#include <string.h>

static int by_call(const void *a, const void *b)
{
	const struct part_call *x = a, *y = b;

	int c = strcmp(x->arch->name, y->arch->name);

	if (c)
		return c;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

void part_fini(struct part *part)
{
	vec_fini(&part->calls);
}

void part_sort(struct part *part)
{
	if (part->calls.len)
		qsort(part->calls.data, part->calls.len, sizeof(struct part_call), by_call);
}

bool part_judges(const struct part *part, const struct arch *arch, uint32_t nr)
{
	const struct part_call call = { arch, nr };
	bool is_listed = part->calls.len &&
			 bsearch(&call, part->calls.data, part->calls.len, sizeof(call), by_call);

	return is_listed != part->is_rest;
}
