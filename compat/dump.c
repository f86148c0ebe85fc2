/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The debugging hook: filters and rules into files. */
#include "compat/dump.h"

#include "base/cleanup.h"
#include "compat/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum { PAIRS_MAX = 4096 }; /* of one process number */

static const char *folder(void)
{
	const char *path = secure_getenv("WONT_SECCOMP_DUMP");

	return path && *path ? path : NULL;
}

bool dump_is_wanted(void)
{
	return folder();
}

/* A new file PID-N.ENDING, or -1. */
static int create(unsigned n, const char *ending)
{
	char path[4096];
	int len = snprintf(path, sizeof(path), "%s/%d-%u.%s", folder(), getpid(), n, ending);

	if (len < 0 || (size_t)len >= sizeof(path))
		return -1;
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

void dump_product(const struct product *p)
{
	static unsigned next;
	autoclose int profile = -1;
	autoclose int program = -1;

	if (!p->profile)
		return;
	/* Containers number their processes alike: never over what is there. */
	for (unsigned tries = 0; profile < 0 && tries < PAIRS_MAX; tries++) {
		profile = create(next, "wont");
		if (profile < 0 && errno != EEXIST)
			return;
		if (profile >= 0)
			program = create(next, "bpf");
		next++;
	}
	if (program < 0)
		return;
	(void)!output_write(profile, p->profile, strlen(p->profile));
	(void)!output_write(program, p->codes, p->len * sizeof(*p->codes));
}
