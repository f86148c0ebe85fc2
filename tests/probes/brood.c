/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * brood daemon FILE: leaves a daemon behind, which goes on for a while and then writes to FILE.
 * brood crowd N: N processes one after the other, each with two threads, half of them killed while
 * the threads are being made. brood orphans N: N grandchildren whose parents die at once.
 * brood children N: N short processes. brood strangers N: leaves a daemon behind, which kills N
 * processes while they fork.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run_daemon(const char *file)
{
	if (fork())
		return 0;
	setsid();
	if (fork())
		_exit(0);
	usleep(200000);
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, "done\n", 5) != 5)
		_exit(1);
	_exit(0);
}

static void *idle(void *arg)
{
	(void)arg;
	getppid();
	return NULL;
}

static void live(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, idle, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	_exit(0);
}

static int run_crowd(int n)
{
	int ended = 0;

	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0)
			live();
		if (i % 2)
			kill(child, SIGKILL);
		if (waitpid(child, NULL, 0) == child)
			ended++;
	}
	printf("ended %d\n", ended);
	return 0;
}

static int run_orphans(int n)
{
	int ends[2];
	char c;
	int seen = 0;

	if (pipe(ends))
		return 2;
	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0) {
			if (fork() == 0 && write(ends[1], "x", 1) == 1)
				_exit(0);
			kill(getpid(), SIGKILL);
		}
		waitpid(child, NULL, 0);
	}
	close(ends[1]);
	while (read(ends[0], &c, 1) == 1)
		seen++;
	printf("orphans %d\n", seen);
	return 0;
}

static int run_children(int n)
{
	int ended = 0;

	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(getppid() > 0 ? 0 : 1);
		if (waitpid(child, NULL, 0) == child)
			ended++;
	}
	printf("ended %d\n", ended);
	return 0;
}

static void fork_forever(void)
{
	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			getppid();
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static int run_strangers(int count)
{
	if (fork())
		return 0;
	srandom((unsigned)getpid());
	for (int i = 0; i < count; i++) {
		pid_t pid = fork();

		if (!pid)
			fork_forever();
		usleep((useconds_t)(200 + random() % 400));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (strcmp(argv[1], "daemon") == 0)
		return run_daemon(argv[2]);
	if (strcmp(argv[1], "crowd") == 0)
		return run_crowd(atoi(argv[2]));
	if (strcmp(argv[1], "children") == 0)
		return run_children(atoi(argv[2]));
	if (strcmp(argv[1], "strangers") == 0)
		return run_strangers(atoi(argv[2]));
	return run_orphans(atoi(argv[2]));
}
