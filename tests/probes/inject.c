/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inject CMD...: runs CMD again and again and lets each system call that it makes before it
 * becomes another program fail, one a run, with each of several errors. Exit status 0: whatever
 * failed, the other program never said (by exit status 99) that it ran unfiltered.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	UNFILTERED = 99,
	NONE = 0,
	CALLS_MAX = 20000, /* a loader that tries again for ever is ended */
};

struct run {
	unsigned victim; /* the call that fails, counted from 1; NONE: none does */
	int error;
	unsigned calls;	   /* made by CMD until it became another program or ended */
	bool has_become;   /* another program */
	bool is_injecting; /* between entry and exit of the victim */
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(2);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(2);
	raise(SIGSTOP);
	execvp(argv[0], argv);
	_exit(2);
}

static void set_register(pid_t pid, size_t offset, long value)
{
	if (ptrace(PTRACE_POKEUSER, pid, offset, value) && errno != ESRCH)
		die("PTRACE_POKEUSER");
}

/* The call number -1 is none: the kernel leaves the error that we write at its exit. Where a
 * filter is in, it sees the -1. */
static void at_syscall(struct run *r, pid_t pid)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		die("PTRACE_GET_SYSCALL_INFO");
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY && ++r->calls == r->victim) {
		r->is_injecting = true;
		set_register(pid, offsetof(struct user, regs.orig_rax), -1);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && r->is_injecting) {
		r->is_injecting = false;
		set_register(pid, offsetof(struct user, regs.rax), -r->error);
	}
}

/* Runs to the end; the wait status. */
static int run(struct run *r, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid = start(argv);
	unsigned execs = 0;
	int status, signal;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		die("waitpid");
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, options))
		die("PTRACE_SETOPTIONS");
	for (signal = 0;;) {
		/* A process that was killed in between fails here and ends below. */
		ptrace(PTRACE_SYSCALL, pid, NULL, (long)signal);
		if (waitpid(pid, &status, 0) != pid)
			die("waitpid");
		if (!WIFSTOPPED(status))
			return status;
		signal = 0;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			if (++execs == 2)
				break;
		} else if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			signal = WSTOPSIG(status);
		} else if (execs == 1) {
			at_syscall(r, pid);
		}
		if (r->calls > CALLS_MAX)
			kill(pid, SIGKILL);
	}
	r->has_become = true;
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	return status;
}

int main(int argc, char **argv)
{
	static const int errors[] = { EPERM, ENOMEM, EINTR };
	struct run whole = { 0 };
	unsigned failed = 0, killed = 0, became = 0, bad = 0;

	if (argc < 2)
		return 2;
	int status = run(&whole, argv + 1);
	if (!whole.has_become || !WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS) {
		fprintf(stderr, "without a failure the command does not die of its filter: %#x\n",
			status);
		return 2;
	}
	for (unsigned call = 1; call <= whole.calls; call++) {
		for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
			struct run r = { .victim = call, .error = errors[i] };

			status = run(&r, argv + 1);
			became += r.has_become;
			killed += WIFSIGNALED(status) && !r.has_become;
			failed += WIFEXITED(status) && WEXITSTATUS(status) != UNFILTERED;
			if (!WIFEXITED(status) || WEXITSTATUS(status) != UNFILTERED)
				continue;
			printf("call %u failing with %s: ran unfiltered\n", call,
			       strerrorname_np(errors[i]));
			bad++;
		}
	}
	printf("%u calls: %u runs failed, %u were killed, %u went on under the filter, %u "
	       "unfiltered\n",
	       whole.calls, failed, killed, became - bad, bad);
	return bad != 0;
}
