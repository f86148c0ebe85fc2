/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting the command under seize and filter. */
#include "tracer/spawn.h"

#include "base/children.h"
#include "base/cleanup.h"
#include "base/procfs.h"
#include "tracer/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Records everything; clone3 apart. */
static struct sock_filter everything[] =
	FILTER_ALL(SECCOMP_RET_TRACE | TRACE_ENOSYS, SECCOMP_RET_TRACE | TRACE_RECORD);
static const struct sock_fprog record_everything = {
	.len = countof(everything),
	.filter = everything,
};

/* The child. Every path ends in the command or in _exit. */
static void become_command(const struct recording *recording, int gate, const sigset_t *mask,
			   struct spawn_report *report)
{
	char go;

	/* Nothing to read: the recorder died before it had us. */
	if (read(gate, &go, 1) != 1)
		_exit(125);
	children_disown();
	/* Before the filter, which may be a profile's and refuse it. */
	sigprocmask(SIG_SETMASK, mask, NULL);
	report->setup_errno =
		-filter_install(recording->filter ? recording->filter : &record_everything, 0,
				recording->want_no_new_privs, &report->no_new_privs);
	if (report->setup_errno)
		_exit(125);
	execvp(recording->argv[0], recording->argv);
	report->exec_errno = errno;
	_exit(127);
}

static void kill_child(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/* The name that the kernel has for a process; "?" where it is not to be seen. */
static void find_name(pid_t pid, char *name, int size)
{
	char path[32];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = procfs_is_ours() ? fopen(path, "re") : NULL;
	if (!file || !fgets(name, size, file))
		snprintf(name, (size_t)size, "?");
	name[strcspn(name, "\n")] = 0;
	if (file)
		fclose(file);
}

/* Why there is no tracing here, and what helps. */
static int cannot_trace(int code, struct err *e)
{
	pid_t tracer = procfs_number(getpid(), "TracerPid");
	char name[32];

	if (tracer) {
		find_name(tracer, name, sizeof(name));
		return err_set(e, code,
			       "%s (pid %d) traces this process already, and a process has one "
			       "tracer only: run wont outside of it",
			       name, (int)tracer);
	}
	return err_sys(e, code,
		       "ptrace is not to be had: a container or a security module forbids it "
		       "(docker: --cap-add SYS_PTRACE)");
}

/* Can a filter send calls to a tracer here? */
static int check_action(struct err *e)
{
	uint32_t action = SECCOMP_RET_TRACE;

	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action))
		return err_sys(e, -errno, "seccomp filters cannot send calls to a tracer here");
	return 0;
}

/* Seizes a child, stops it and asks what call it is in, as the recording will. */
static int try_child(pid_t pid, unsigned long options, struct err *e)
{
	struct __ptrace_syscall_info info;
	int status;

	if (ptrace(PTRACE_SEIZE, pid, 0, options) || ptrace(PTRACE_INTERRUPT, pid, 0, 0))
		return cannot_trace(-errno, e);
	if (waitpid(pid, &status, __WALL) != pid)
		return err_sys(e, -errno, "cannot wait for a tracee");
	if (!WIFSTOPPED(status))
		return err_set(e, -ECHILD, "the command's process ended before its time");
	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		return err_sys(e, -errno, "ptrace cannot tell calls: Linux 5.3 is needed");
	return 0;
}

int spawn_command(const struct recording *recording, unsigned long options, const sigset_t *mask,
		  struct spawn *spawn, struct err *e)
{
	int gate[2], r = check_action(e);

	if (r)
		return r;
	spawn->report = mmap(NULL, sizeof(*spawn->report), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (spawn->report == MAP_FAILED) {
		spawn->report = NULL;
		return err_sys(e, -errno, "cannot share memory with the command");
	}
	if (pipe2(gate, O_CLOEXEC))
		return err_sys(e, -errno, "cannot make a pipe");
	autoclose int reader = gate[0];
	autoclose int writer = gate[1];
	spawn->pid = fork();
	if (spawn->pid < 0)
		return err_sys(e, -errno, "cannot fork");
	if (!spawn->pid) {
		close(writer);
		become_command(recording, reader, mask, spawn->report);
	}
	r = try_child(spawn->pid, options, e);
	if (!r && (ptrace(PTRACE_CONT, spawn->pid, 0, 0) || write(writer, "", 1) != 1))
		r = err_sys(e, -errno, "cannot start the command");
	if (r)
		kill_child(spawn->pid);
	return r;
}

void spawn_fini(struct spawn *spawn)
{
	if (spawn->report)
		munmap(spawn->report, sizeof(*spawn->report));
	*spawn = (struct spawn){ 0 };
}

int spawn_check(unsigned long options, struct err *e)
{
	int r = check_action(e);

	if (r)
		return r;
	pid_t pid = fork();
	if (pid < 0)
		return err_sys(e, -errno, "cannot fork");
	if (!pid)
		for (;;)
			pause();
	r = try_child(pid, options, e);
	kill_child(pid);
	return r;
}
