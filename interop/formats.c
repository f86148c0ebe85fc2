/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The formats that can be read. */
#include "interop/format.h"

#include <string.h>

const struct format *const formats[] = {
	&format_audit,
	&format_strace,
	NULL,
};

const struct format *format_by_name(const char *name)
{
	for (const struct format *const *f = formats; *f; f++)
		if (strcmp((*f)->name, name) == 0)
			return *f;
	return NULL;
}
