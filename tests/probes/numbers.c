/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* numbers x32|unknown: makes calls by numbers that the kernel may not know, prints what came of it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void call(long nr)
{
	errno = 0;
	long r = syscall(nr);

	printf("%ld: %s %s\n", nr, r > 0 ? "ran" : "refused", errno ? strerrorname_np(errno) : "");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "x32") == 0) {
		call(0x40000000 + 39); /* getpid */
		return 0;
	}
	call(-1);
	call(100000);
	return 0;
}
