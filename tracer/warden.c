/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waits for the end of a pipe. */
#include "tracer/warden.h"

#include "audit/state.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SWEEPS = 50 }; /* a program may fork while it is being killed */

/* The number in a file of /proc/PID; 0 where there is none. */
static uint32_t read_number(const char *pid, const char *name)
{
	char path[64], text[16] = "";

	if (snprintf(path, sizeof(path), "/proc/%.16s/%s", pid, name) < 0)
		return 0;
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 0;
	return (uint32_t)strtoul(text, NULL, 10);
}

/* Kills the process if it is of the session; what is killed is what was looked at. */
static bool kill_member(const char *pid, uint32_t session)
{
	autoclose int process = (int)syscall(SYS_pidfd_open, (pid_t)strtol(pid, NULL, 10), 0);

	return process >= 0 && read_number(pid, "sessionid") == session &&
	       !syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0);
}

unsigned warden_kill(uint32_t session)
{
	struct dirent *entry;
	unsigned killed = 0;

	/* Neither is a session: every process without one would be a member. */
	if (!session || session == UINT32_MAX)
		return 0;
	DIR *proc = opendir("/proc");
	if (!proc)
		return 0;
	while ((entry = readdir(proc))) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid > 0 && pid != getpid() && kill_member(entry->d_name, session))
			killed++;
	}
	closedir(proc);
	return killed;
}

/* The recorder has gone without a word. */
static void take_over(uint32_t session)
{
	unsigned repaired;

	for (int i = 0; i < SWEEPS && warden_kill(session); i++)
		usleep(10 * 1000);
	if (state_repair(STATE_FOLDER, &repaired, NULL))
		return;
}

static void watch(int fd)
{
	uint32_t session = 0, told;

	for (;;) {
		ssize_t n = read(fd, &told, sizeof(told));

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(told)) {
			take_over(session);
			return;
		}
		if (!told)
			return;
		session = told;
	}
}

/* Nothing of the recorder's is to stay open because of it: a pipe that somebody reads, a lock. */
static void become_warden(int fd)
{
	setsid();
	prctl(PR_SET_NAME, "wont-warden");
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (fd != 3) {
		dup2(fd, 3);
		fd = 3;
	}
	close_range(0, 2, 0);
	close_range(4, ~0u, 0);
	watch(fd);
	_exit(0);
}

int warden_start(int *fd, struct err *e)
{
	int ends[2], status;

	if (pipe2(ends, O_CLOEXEC))
		return err_sys(e, -errno, "cannot make a pipe");
	autoclose int reader = ends[0];
	autoclose int writer = ends[1];
	pid_t pid = fork();
	if (pid < 0)
		return err_sys(e, -errno, "cannot fork");
	if (!pid) {
		/* Not our child: what we wait for are the recorded processes. */
		close(writer);
		pid = fork();
		if (!pid)
			become_warden(reader);
		_exit(pid < 0 ? errno : 0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, -errno, "cannot wait for a child");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return err_sys(e, WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO,
			       "cannot start who repairs audit if this is killed");
	*fd = take_fd(writer);
	return 0;
}

void warden_tell(int fd, uint32_t session)
{
	if (write(fd, &session, sizeof(session)) != sizeof(session))
		return;
}

void warden_dismiss(int fd)
{
	if (fd < 0)
		return;
	warden_tell(fd, 0);
	close(fd);
}
