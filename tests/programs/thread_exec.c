/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that is not the leader executes the program anew, while its siblings sleep. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static char **arguments;

static void *sleeper(void *unused)
{
	(void)unused;
	pause();
	return NULL;
}

static void *executor(void *unused)
{
	(void)unused;
	execl(arguments[0], arguments[0], "again", (char *)NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[4];

	if (argc > 1) {
		puts("executed from a thread");
		return 0;
	}
	arguments = argv;
	for (int i = 0; i < 3; i++)
		if (pthread_create(&threads[i], NULL, sleeper, NULL))
			return 1;
	if (pthread_create(&threads[3], NULL, executor, NULL))
		return 1;
	pause();
	return 2;
}
