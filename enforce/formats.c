/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The array of formats. */
#include "enforce/formats.h"

#include <string.h>

const struct filter_format *const filter_formats[] = {
	&format_bpf, &format_asm, &format_pfc, &format_c, NULL,
};

const struct filter_format *filter_format_by_name(const char *name)
{
	for (const struct filter_format *const *f = filter_formats; *f; f++) {
		if (strcmp((*f)->name, name) == 0)
			return *f;
	}
	return NULL;
}
