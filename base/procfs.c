/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel says about a task in /proc. */
#include "base/procfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool procfs_is_ours(void)
{
	char pid[32];
	ssize_t len = readlink("/proc/self", pid, sizeof(pid) - 1);

	if (len <= 0)
		return false;
	pid[len] = 0;
	return strtol(pid, NULL, 10) == getpid();
}

pid_t procfs_number(pid_t tid, const char *key)
{
	size_t len = strlen(key);
	char path[64], line[256];
	int number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	file = procfs_is_ours() ? fopen(path, "re") : NULL;
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, key, len) == 0 && sscanf(line + len, ":%d", &number) == 1)
			break;
	fclose(file);
	return number;
}
