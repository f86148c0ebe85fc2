/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thread that is not the leader executes the program anew, while its siblings are busy without a
 * call: which calls were made before the exec does so not depend on the schedule.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { SIBLINGS = 3 };

static char **arguments;
static pthread_barrier_t barrier;

static void spin(void)
{
	pthread_barrier_wait(&barrier);
	for (;;)
		__asm__ volatile("" ::: "memory");
}

static void *sibling(void *unused)
{
	(void)unused;
	spin();
	return NULL;
}

static void *executor(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	execl(arguments[0], arguments[0], "again", (char *)NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc > 1) {
		puts("executed from a thread");
		return 0;
	}
	arguments = argv;
	pthread_barrier_init(&barrier, NULL, SIBLINGS + 2);
	for (int i = 0; i < SIBLINGS; i++)
		if (pthread_create(&thread, NULL, sibling, NULL))
			return 1;
	if (pthread_create(&thread, NULL, executor, NULL))
		return 1;
	spin();
	return 2;
}
