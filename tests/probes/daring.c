/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daring make FOLDER: from four threads, with signals coming in all the time, tries to make the
 * folder once each; says "go" before and the error of the first one that comes back after.
 *
 * daring trials COUNT FOLDER WONT PROFILE: as often, starts `WONT enforce --supervise PROFILE --
 * daring make FOLDER`, kills the supervisor at a random moment after "go", waits for the whole tree
 * and looks whether the folder is there. Status 1 when it ever was.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, WINDOW = 400 /* microseconds */ };

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(3);
}

static void nothing(int signal)
{
	(void)signal;
}

static void *make(void *folder)
{
	long r = syscall(SYS_mkdirat, -100, folder, 0700);

	say(r == 0	      ? "made\n"
	    : errno == ENOSYS ? "ENOSYS\n"
	    : errno == EINTR  ? "EINTR\n"
			      : "other\n");
	return NULL;
}

/* Handlers run while the call waits: they must not let it through. */
static int make_all(char *folder)
{
	struct sigaction action = { .sa_handler = nothing, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 50 }, { 0, 50 } };
	pthread_t threads[THREADS];

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	say("go\n");
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, make, folder);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

/* Every answer that came, up to the end of the last process that could give one. */
static void read_answers(int fd, unsigned *unanswered, unsigned *refused)
{
	char text[256];
	size_t len = 0;

	for (ssize_t n;
	     len < sizeof(text) - 1 &&
	     ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0 || (n < 0 && errno == EINTR));)
		len += n > 0 ? (size_t)n : 0;
	text[len] = 0;
	if (strstr(text, "ENOSYS"))
		++*refused;
	else
		++*unanswered;
}

static int try_once(const char *self, char **argv, unsigned *unanswered, unsigned *refused)
{
	struct timespec pause = { 0, (long)(random() % WINDOW) * 1000 };
	char go[3];
	int pipes[2];

	if (pipe(pipes))
		return -1;
	pid_t pid = fork();
	if (!pid) {
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execl(argv[2], "wont", "enforce", "--supervise", argv[3], "--", self, "make",
		      argv[1], NULL);
		_exit(127);
	}
	close(pipes[1]);
	if (pid < 0 || read(pipes[0], go, sizeof(go)) != sizeof(go))
		return -1;
	nanosleep(&pause, NULL);
	kill(pid, SIGKILL);
	read_answers(pipes[0], unanswered, refused);
	close(pipes[0]);
	waitpid(pid, NULL, 0);
	return 0;
}

static int run_trials(int count, char **argv, const char *self)
{
	unsigned unanswered = 0, refused = 0, ran = 0;
	struct stat st;

	srandom((unsigned)getpid());
	for (int i = 0; i < count; i++) {
		if (try_once(self, argv, &unanswered, &refused)) {
			printf("trial %d: the command did not start\n", i);
			return 2;
		}
		if (stat(argv[1], &st) == 0) {
			ran++;
			rmdir(argv[1]);
		}
	}
	printf("%d trials: died %u, ENOSYS %u, ran %u\n", count, unanswered, refused, ran);
	return ran != 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "make") == 0)
		return make_all(argv[2]);
	if (argc == 6 && strcmp(argv[1], "trials") == 0)
		return run_trials(atoi(argv[2]), argv + 2, argv[0]);
	return 2;
}
