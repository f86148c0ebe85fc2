/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The child between fork and exec. What it needs is prepared before: the filter is in by then. */
#include "tracer/marked.h"

#include "base/children.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "tracer/filter.h"
#include "tracer/warden.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>

/* Login ids from here on: far above those of users and of systemd's and containers' ranges, and
 * below 2^31. */
enum { LOGIN_BASE = 0x7d000000, LOGIN_BITS = 0x00ffffff };

/* The files to execute in turn, as execvp(3) tries them. */
struct candidates {
	vec_of(char *) paths;
	char **script; /* argv for a shell: "sh", the candidate, the rest */
};

static void candidates_fini(struct candidates *c)
{
	vec_for(path, &c->paths)
		free(*path);
	vec_fini(&c->paths);
	free(c->script);
}

static int add_candidate(struct candidates *c, const char *folder, size_t len, const char *name)
{
	char *path;

	if (asprintf(&path, "%.*s%s%s", (int)len, folder, len ? "/" : "", name) < 0)
		return -ENOMEM;
	if (!vec_push(&c->paths, path))
		return 0;
	free(path);
	return -ENOMEM;
}

static int candidates_find(struct candidates *c, char *const *argv)
{
	const char *at = getenv("PATH");
	size_t count = 0;
	int r = 0;

	if (!argv[0])
		return -EINVAL;
	while (argv[count])
		count++;
	c->script = calloc(count + 3, sizeof(*c->script));
	if (!c->script)
		return -ENOMEM;
	c->script[0] = (char *)"sh";
	for (size_t i = 1; i < count; i++)
		c->script[i + 1] = argv[i];
	if (strchr(argv[0], '/') || !*argv[0])
		return add_candidate(c, "", 0, argv[0]);
	for (at = at ? at : "/bin:/usr/bin"; !r && at;
	     at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL)
		r = add_candidate(c, at, strcspn(at, ":"), argv[0]);
	return r;
}

/* Does execvp(3) look further after this error? */
static bool goes_on(int error)
{
	return error == ENOENT || error == ESTALE || error == ENOTDIR || error == ENODEV ||
	       error == ETIMEDOUT || error == EACCES;
}

/* Each execve is counted before it is made, so that its record is known for ours. */
static int execute(const struct candidates *c, char *const *argv, struct marked_report *report)
{
	int error = ENOENT;

	vec_for(path, &c->paths) {
		report->executions++;
		snprintf(report->path, sizeof(report->path), "%s", *path);
		execv(*path, argv);
		if (errno == ENOEXEC) {
			c->script[1] = *path;
			report->executions++;
			execv("/bin/sh", c->script);
		}
		if (!goes_on(errno))
			return errno;
		/* One that may not be executed is the better reason than one that is not there. */
		if (error != EACCES)
			error = errno;
	}
	return error;
}

static int set_login(uint32_t login)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", login);
	autoclose int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, (size_t)len) == len ? 0 : -errno;
}

static int get_session(uint32_t *session)
{
	char text[16] = "";
	autoclose int fd = open("/proc/self/sessionid", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -errno;
	*session = (uint32_t)strtoul(text, NULL, 10);
	return 0;
}

static void fail_setup(struct marked_report *report, int code, const char *what)
{
	report->setup = what;
	report->setup_errno = -code;
	_exit(125);
}

/* The child. Every path ends in the command or in _exit. */
static void become_command(const struct recording *recording, const struct sock_fprog *filter,
			   uint32_t login, const sigset_t *mask,
			   const struct candidates *candidates, const struct marked *marked)
{
	struct marked_report *report = marked->report;
	uint32_t session = 0;
	int r = set_login(login);

	if (r)
		fail_setup(report, r, "cannot set a login id of its own");
	r = get_session(&session);
	if (r || !session || session == UINT32_MAX)
		fail_setup(report, r ? r : -ENODATA, "cannot read the session's number");
	report->session = session;
	/* It also sees to us when the recorder is killed from now on: our end of its pipe closes
	 * with the execve. */
	warden_tell(marked->warden, session);
	children_disown();
	sigprocmask(SIG_SETMASK, mask, NULL);
	r = filter_install(filter, SECCOMP_FILTER_FLAG_LOG, recording->want_no_new_privs,
			   &report->no_new_privs);
	if (r)
		fail_setup(report, r, "cannot install the recording filter");
	report->exec_errno = execute(candidates, recording->argv, report);
	_exit(127);
}

int marked_start(const struct recording *recording, const struct sock_fprog *filter, uint32_t login,
		 const sigset_t *mask, struct marked *marked, struct err *e)
{
	struct candidates candidates = { 0 };
	int r;

	marked->report = mmap(NULL, sizeof(*marked->report), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (marked->report == MAP_FAILED) {
		marked->report = NULL;
		return err_sys(e, -errno, "cannot share memory with the command");
	}
	r = candidates_find(&candidates, recording->argv);
	if (r) {
		candidates_fini(&candidates);
		return err_sys(e, r, "cannot look for the command");
	}
	marked->pid = fork();
	if (!marked->pid)
		become_command(recording, filter, login, mask, &candidates, marked);
	r = marked->pid < 0 ? err_sys(e, -errno, "cannot fork") : 0;
	candidates_fini(&candidates);
	return r;
}

void marked_fini(struct marked *marked)
{
	if (marked->report)
		munmap(marked->report, sizeof(*marked->report));
	*marked = (struct marked){ .warden = -1 };
}

int marked_login(uint32_t *login, struct err *e)
{
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		return err_sys(e, -errno, "no random numbers");
	*login = LOGIN_BASE | (bits & LOGIN_BITS);
	return 0;
}

int marked_check(struct err *e)
{
	uint32_t login;
	int status, r = marked_login(&login, e);

	if (r)
		return r;
	pid_t pid = fork();
	if (pid < 0)
		return err_sys(e, -errno, "cannot fork");
	if (!pid)
		_exit(-set_login(login));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, -errno, "cannot wait for a child");
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == ENOENT)
		return err_set(e, -ENOENT,
			       "there is no /proc/self/loginuid: mount /proc; the kernel needs "
			       "CONFIG_AUDIT");
	return err_set(e, -EPERM,
		       "the login id is locked (%s): it marks the recorded processes. Start from a "
		       "service or with CAP_AUDIT_CONTROL, outside of containers, and without "
		       "auditctl --loginuid-immutable",
		       WIFEXITED(status) ? strerror(WEXITSTATUS(status)) : "killed");
}
