/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inspect [ARG...]: writes everything that a launcher could have changed about its process, one
 * fact a line, in a form that can be compared.
 *
 * inspect prepare CMD...: makes a peculiar process (ignored and blocked signals, an inherited
 * descriptor, a umask) and becomes CMD.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS = 256 };

static void show_strings(const char *what, char *const *strings)
{
	for (; *strings; strings++)
		printf("%s %s\n", what, *strings);
}

static void show_descriptors(void)
{
	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0)
			printf("descriptor %d flags %d mode %#x at %ld\n", fd, flags,
			       fcntl(fd, F_GETFL), (long)lseek(fd, 0, SEEK_CUR));
	}
}

static void show_signals(void)
{
	sigset_t blocked, pending;

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigpending(&pending);
	for (int n = 1; n < NSIG; n++) {
		struct sigaction action;

		if (sigaction(n, NULL, &action))
			continue;
		printf("signal %d%s%s%s\n", n, action.sa_handler == SIG_IGN ? " ignored" : "",
		       sigismember(&blocked, n) == 1 ? " blocked" : "",
		       sigismember(&pending, n) == 1 ? " pending" : "");
	}
}

static void show_limits(void)
{
	for (int i = 0; i < RLIMIT_NLIMITS; i++) {
		struct rlimit limit;

		if (getrlimit((__rlimit_resource_t)i, &limit) == 0)
			printf("limit %d %lu %lu\n", i, limit.rlim_cur, limit.rlim_max);
	}
}

static void show_process(void)
{
	char folder[4096];
	mode_t mask = umask(0);
	int death = 0;

	umask(mask);
	prctl(PR_GET_PDEATHSIG, &death);
	printf("pid %d parent %d group %d session %d\n", getpid(), getppid(), getpgrp(), getsid(0));
	printf("ids %u %u %u %u\n", getuid(), geteuid(), getgid(), getegid());
	printf("umask %o\n", mask);
	printf("personality %x\n", personality(0xffffffff));
	printf("nice %d dumpable %d keepcaps %d death signal %d\n", getpriority(PRIO_PROCESS, 0),
	       prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS), death);
	printf("folder %s\n", getcwd(folder, sizeof(folder)) ? folder : "?");
}

/* What the kernel says about filters: these lines are to differ. */
static void show_confinement(void)
{
	static char text[65536];
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strncmp(line, "Seccomp", 7) == 0 || strncmp(line, "NoNewPrivs", 10) == 0 ||
		    strncmp(line, "Threads", 7) == 0)
			printf("status %s\n", line);
}

static int prepare(char **argv)
{
	sigset_t blocked;
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0 || dup2(fd, 77) < 0 || close(fd))
		return 1;
	signal(SIGUSR1, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	sigaddset(&blocked, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	raise(SIGUSR2);
	umask(0135);
	prctl(PR_SET_NAME, "prepared");
	execvp(argv[0], argv);
	perror(argv[0]);
	return 127;
}

int main(int argc, char **argv)
{
	char line[256];

	if (argc > 2 && strcmp(argv[1], "prepare") == 0)
		return prepare(argv + 2);
	show_strings("word", argv);
	show_strings("environment", environ);
	show_descriptors();
	show_signals();
	show_limits();
	show_process();
	show_confinement();
	/* Standard input is where the launcher's parent left it. */
	if (fgets(line, sizeof(line), stdin))
		printf("input %s", line);
	return 0;
}
