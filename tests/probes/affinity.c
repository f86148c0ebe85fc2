/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes many calls, of one thread and of several, in processes that come and go, and looks all the
 * while whether its threads may run where they ought to:
 *   affinity sees     where the program was started to, asked by sched_getaffinity(2), for itself
 *                     and for a sleeping sibling, and in /proc/self/status
 *   affinity chooses  where it said, in the threads and children that come after, too
 */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 400, ROUNDS = 6, THREADS = 3 };

static cpu_set_t expected;
static char expected_line[4096];

static void make_calls(void)
{
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
}

static void look(pid_t tid)
{
	cpu_set_t set;

	if (sched_getaffinity(tid, sizeof(set), &set))
		err(2, "sched_getaffinity");
	if (!CPU_EQUAL(&set, &expected))
		errx(1, "%d CPUs instead of %d", CPU_COUNT(&set), CPU_COUNT(&expected));
}

/* The line Cpus_allowed of /proc/self/status. */
static void read_line(char line[static sizeof(expected_line)])
{
	FILE *file = fopen("/proc/self/status", "r");

	if (!file)
		err(2, "/proc/self/status");
	do {
		if (!fgets(line, sizeof(expected_line), file))
			errx(2, "/proc/self/status has no Cpus_allowed");
	} while (strncmp(line, "Cpus_allowed:", 13) != 0);
	fclose(file);
}

static void look_at_status(void)
{
	char line[sizeof(expected_line)];

	read_line(line);
	if (strcmp(line, expected_line) != 0)
		errx(1, "%s instead of %s", line, expected_line);
}

static void *work(void *sibling)
{
	for (int i = 0; i < ROUNDS; i++) {
		make_calls();
		look(i % 2 ? 0 : *(pid_t *)sibling);
	}
	return NULL;
}

static void work_in_threads(pid_t sibling)
{
	pthread_t threads[THREADS];

	make_calls();
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, &sibling))
			errx(2, "cannot make a thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child || status)
		errx(1, "a child ended with %d", status);
}

static void work_in_child(void)
{
	pid_t child;

	make_calls();
	child = fork();
	if (child < 0)
		err(2, "fork");
	if (!child) {
		look(0);
		make_calls();
		look_at_status();
		_exit(0);
	}
	wait_for(child);
}

static void work_everywhere(void)
{
	for (int i = 0; i < ROUNDS; i++)
		work_in_child();
	work_in_threads(getpid());
	look_at_status();
}

static void choose(int cpu)
{
	make_calls();
	CPU_ZERO(&expected);
	CPU_SET(cpu, &expected);
	if (sched_setaffinity(0, sizeof(expected), &expected))
		err(2, "sched_setaffinity");
	make_calls();
	look(0);
	read_line(expected_line);
	work_in_child();
	work_in_threads(getpid());
}

/* Every CPU in a child of its own, again and again: now and then it is the one that a recorder
 * holds. */
static void choose_each(void)
{
	for (int i = 0; i < ROUNDS * CPU_SETSIZE; i++) {
		int cpu = i % CPU_SETSIZE;
		pid_t child;

		if (!CPU_ISSET(cpu, &expected))
			continue;
		child = fork();
		if (child < 0)
			err(2, "fork");
		if (!child) {
			choose(cpu);
			_exit(0);
		}
		wait_for(child);
	}
}

int main(int argc, char **argv)
{
	if (sched_getaffinity(0, sizeof(expected), &expected))
		err(2, "sched_getaffinity");
	read_line(expected_line);
	if (argc > 1 && strcmp(argv[1], "chooses") == 0)
		choose_each();
	else
		work_everywhere();
	puts("as expected");
	return 0;
}
