/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * terminal KEYS COMMAND [ARG...]: runs the command as a shell's foreground job on a terminal of its
 * own and does to it what KEYS say, telling what the shell would see:
 *   r  wait until it has written a new line   z  ^Z, wait until the job stops
 *   f  continue it in the foreground          c  ^C
 *   q  ^\                                     t, h  SIGTERM, SIGHUP to the job's leader alone
 *   e  wait until it ends, print its status as a shell would ($?)
 * What the job writes to the terminal is printed at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;
static char written[65536];
static size_t len, seen; /* seen: up to the last line that was waited for */

/* Takes what the job has written; waits for it at most so many milliseconds. */
static void drain(int wait)
{
	struct pollfd p = { .fd = master, .events = POLLIN };

	while (len < sizeof(written) - 1 && poll(&p, 1, wait) > 0) {
		ssize_t n = read(master, written + len, sizeof(written) - 1 - len);

		if (n <= 0)
			return;
		len += (size_t)n;
		wait = 0;
	}
}

static void press(char key)
{
	if (write(master, &key, 1) != 1)
		exit(2);
}

/* Waits for a change of the job's leader, reading the terminal meanwhile. */
static int wait_job(pid_t job, int options)
{
	int status;

	for (int i = 0; i < 2000; i++) {
		pid_t r = waitpid(job, &status, options | WNOHANG);

		if (r == job)
			return status;
		drain(5);
	}
	printf("nothing happened\n");
	kill(-job, SIGKILL);
	exit(1);
}

static void wait_line(void)
{
	const char *line = NULL;

	for (int i = 0; i < 2000 && !line; i++) {
		drain(5);
		line = memchr(written + seen, '\n', len - seen);
	}
	if (line)
		seen = (size_t)(line - written) + 1;
}

static void act(char key, pid_t job)
{
	int status;

	switch (key) {
	case 'r':
		wait_line();
		break;
	case 'z':
		press(0x1a);
		status = wait_job(job, WUNTRACED);
		if (WIFSTOPPED(status))
			printf("stopped by %d\n", WSTOPSIG(status));
		else
			printf("ended\n");
		tcsetpgrp(slave, getpgrp());
		break;
	case 'f':
		tcsetpgrp(slave, job);
		kill(-job, SIGCONT);
		break;
	case 'c':
		press(0x03);
		break;
	case 'q':
		press(0x1c);
		break;
	case 't':
		kill(job, SIGTERM);
		break;
	case 'h':
		kill(job, SIGHUP);
		break;
	case 'e':
		status = wait_job(job, 0);
		printf("status %d\n",
		       WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
		break;
	default:
		exit(2);
	}
}

static void open_terminal(void)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master))
		exit(2);
	slave = open(ptsname(master), O_RDWR | O_CLOEXEC);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0))
		exit(2);
	signal(SIGTTOU, SIG_IGN);
}

static pid_t start_job(char **argv)
{
	pid_t job = fork();

	if (job == 0) {
		setpgid(0, 0);
		tcsetpgrp(slave, getpid());
		signal(SIGTTOU, SIG_DFL);
		for (int fd = 0; fd < 3; fd++)
			dup2(slave, fd);
		execvp(argv[0], argv);
		_exit(127);
	}
	setpgid(job, job);
	return job;
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 3)
		return 2;
	/* A session of our own, whose leader we are: the shell. */
	pid_t shell = fork();
	if (shell) {
		waitpid(shell, &status, 0);
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	setsid();
	open_terminal();
	pid_t job = start_job(argv + 2);
	for (const char *key = argv[1]; *key; key++)
		act(*key, job);
	drain(0);
	fputs(written, stdout);
	return 0;
}
