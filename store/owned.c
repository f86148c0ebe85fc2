/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings that outlive the row they came from. */
#include "store/internal.h"

#include <string.h>

const char *owned_column(struct owned *o, const struct rows *row, int column)
{
	char *copy = strdup(rows_text(row, column));

	if (copy && vec_push(&o->all, copy)) {
		free(copy);
		return NULL;
	}
	return copy;
}

void owned_fini(struct owned *o)
{
	vec_for(string, &o->all)
		free(*string);
	vec_fini(&o->all);
}
