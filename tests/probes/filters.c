/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filters errno|kill|trap|trace|tsync: installs a seccomp filter of its own that does that to
 * getppid, calls it, and prints what came of it. Whoever records it has to see the calls all the
 * same. filters strict|traceme: asks for what cannot be had while being recorded. filters under
 * COMMAND...: becomes the command, under the filter of `errno`.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t traps;
static int start[2];

static int install(unsigned action, unsigned flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	if (flags)
		return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void print_call(const char *who)
{
	errno = 0;
	long r = syscall(SYS_getppid);

	printf("%s: %s %s\n", who, r > 0 ? "ran" : "refused", errno ? strerrorname_np(errno) : "");
	fflush(stdout);
}

static void note(int signal)
{
	(void)signal;
	traps++;
}

/* Waits until the main thread has installed the filter for all, then calls. */
static void *sibling(void *arg)
{
	char go;

	(void)arg;
	if (read(start[0], &go, 1) == 1)
		print_call("sibling");
	return NULL;
}

static int run_tsync(void)
{
	pthread_t thread;

	if (pipe(start) || pthread_create(&thread, NULL, sibling, NULL))
		return 2;
	usleep(50000); /* let it block in read */
	if (install(SECCOMP_RET_ERRNO | ENOTNAM, SECCOMP_FILTER_FLAG_TSYNC))
		return 2;
	if (write(start[1], "", 1) != 1 || pthread_join(thread, NULL))
		return 2;
	print_call("main");
	return 0;
}

static int run_kill(void)
{
	int status;

	if (fork() == 0) {
		install(SECCOMP_RET_KILL_PROCESS, 0);
		syscall(SYS_getppid);
		_exit(0);
	}
	wait(&status);
	printf("child %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? "killed" : "ran");
	return 0;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "tsync") == 0)
		return run_tsync();
	if (strcmp(how, "kill") == 0)
		return run_kill();
	if (strcmp(how, "strict") == 0)
		return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) ? 1 : 0;
	if (strcmp(how, "traceme") == 0)
		return ptrace(PTRACE_TRACEME, 0, 0, 0) ? 1 : 0;
	if (strcmp(how, "under") == 0 && argc > 2 && !install(SECCOMP_RET_ERRNO | ENOTNAM, 0)) {
		execvp(argv[2], argv + 2);
		return 127;
	}
	signal(SIGSYS, note);
	if (strcmp(how, "errno") == 0)
		install(SECCOMP_RET_ERRNO | ENOTNAM, 0);
	else if (strcmp(how, "trap") == 0)
		install(SECCOMP_RET_TRAP, 0);
	else if (strcmp(how, "trace") == 0)
		install(SECCOMP_RET_TRACE | 7, 0);
	else
		return 2;
	print_call("main");
	if (fork() == 0) {
		print_call("child");
		_exit(0);
	}
	wait(NULL);
	printf("traps %d\n", (int)traps);
	return 0;
}
