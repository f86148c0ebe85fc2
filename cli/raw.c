/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Raw programs as files. */
#include "cli/raw.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <string.h>

bool raw_is_named(const char *word)
{
	size_t len = strlen(word);

	return len > 4 && strcmp(word + len - 4, ".bpf") == 0;
}

int raw_read(const char *path, struct filter *f, struct err *e)
{
	autofree char *bytes = NULL;
	size_t len;
	int r = file_read(path, FILTER_MAX * sizeof(struct sock_filter), &bytes, &len, e);

	if (r)
		return r;
	r = filter_from_bytes(bytes, len, f, e);
	return r == -EINVAL ? err_wrap(e, r, "%s", path) : r;
}
