/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From what was seen, where it tells; else from what the rules say. */
#include "cli/makers.h"

#include "learn/shape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void makers_fini(struct makers *m)
{
	vec_fini(&m->all);
}

static int add(struct makers *m, const char *exe)
{
	vec_for(known, &m->all) {
		if (strcmp(*known, exe) == 0)
			return 0;
	}
	return vec_push(&m->all, exe) ? -ENOMEM : 0;
}

static bool is_one(const struct observation *o, const struct calls *calls)
{
	uint64_t args[SYSCALL_ARGS];

	if (o->arch != calls->arch || o->nr != calls->nr)
		return false;
	shape_sample(o, false, args);
	return !calls->cond || cond_eval(calls->cond, args);
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

int makers_find(struct makers *m, const struct observations *seen, const struct calls *calls,
		const char *const *told, size_t told_count)
{
	vec_for(o, &seen->all) {
		if (is_one(o, calls) && add(m, o->exe))
			return -ENOMEM;
	}
	size_t count = m->all.len ? 0 : told_count;
	for (size_t i = 0; i < count; i++)
		if (add(m, told[i]))
			return -ENOMEM;
	if (m->all.len)
		qsort(m->all.data, m->all.len, sizeof(const char *), compare_names);
	return 0;
}
