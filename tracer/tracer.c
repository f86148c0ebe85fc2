/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The recording back ends. */
#include "tracer/tracer.h"

#include "tracer/audit.h"
#include "tracer/ptrace.h"

#include <string.h>

const struct backend *const backends[] = {
	&backend_ptrace,
	&backend_audit,
	NULL,
};

const struct backend *backend_by_name(const char *name)
{
	for (const struct backend *const *b = backends; *b; b++)
		if (strcmp((*b)->name, name) == 0)
			return *b;
	return NULL;
}
