/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `enforce --supervise`: the parent that hears of every call that the profile would kill.
 *
 * Unlike --explain it traces nobody: calls that the profile allows, signals, forks and execs cost
 * nothing, and debuggers work. What it gives up is that the tree dies with us: see docs/design.md.
 *
 * Verdicts rest on the registers alone, which the kernel has copied; what we read from the caller's
 * memory is for people.
 */
#include "cli/supervise.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "enforce/kills.h"
#include "enforce/ward.h"
#include "tracer/exe.h"
#include "tracer/memory.h"
#include "tracer/relay.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

struct desk {
	const struct judgement *j;
	struct clerk clerk;
	struct exes exes;
	struct ward ward;
	int status;	   /* of the command, once it has ended */
	bool has_ended;	   /* the command */
	bool is_condemned; /* it was us */
	bool is_over;	   /* nobody is under the filter any more */
};

static const struct probe probe = { .text = memory_text, .words = memory_words };

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Takes the call down. Of an arch without tables there is nothing that could be said. */
static void draft(struct desk *d, const struct notice *n, struct str *text)
{
	static const struct exe unknown = { .path = "?", .id = "" };
	struct process process = { .pid = n->pid, .exe = &unknown };
	struct event event = {
		.kind = EVENT_SYSCALL,
		.time = now(),
		.process = &process,
		.tid = n->tid,
		.arch = arch_by_token(n->call.token, n->call.nr),
		.nr = n->call.nr,
		.probe = &probe,
	};

	memcpy(event.args, n->call.args, sizeof(event.args));
	if (exes_find(&d->exes, n->pid, &process.exe))
		process.exe = &unknown;
	if (event.arch && notice_is_open(&d->ward, n))
		clerk_draft(&d->clerk, &event, text);
}

/* Ends the caller; where we may not, the call fails at least. */
static int end(struct desk *d, const struct notice *n, struct err *e)
{
	struct err why = { 0 };

	if (!notice_kill(n, &why)) {
		d->is_condemned |= n->pid == d->ward.pid;
		return 0;
	}
	say_warning("%s: its call is refused instead", why.text);
	return notice_refuse(&d->ward, n, EPERM, e);
}

static int carry_out(struct desk *d, const struct notice *n, struct err *e)
{
	switch (d->j->sentence.kind) {
	case ACTION_LOG:
		return notice_admit(&d->ward, n, e);
	case ACTION_ERRNO:
		return notice_refuse(&d->ward, n, d->j->sentence.data, e);
	case ACTION_KILL_PROCESS:
	case ACTION_KILL_THREAD:
	case ACTION_TRAP:
	case ACTION_NOTIFY:
	case ACTION_TRACE:
	case ACTION_ALLOW:
		break;
	}
	return end(d, n, e);
}

/*
 * The sentence before the publication: a disk or a terminal that is slow must not give the caller's
 * other threads time.
 */
static int decide(struct desk *d, const struct notice *n, struct err *e)
{
	const struct action action = policy_eval(d->j->policy, &n->call, NULL);
	autostr struct str text = { 0 };

	/* The profile's own notify: as without a listener, seccomp(2). */
	if (action.kind == ACTION_NOTIFY)
		return notice_refuse(&d->ward, n, ENOSYS, e);
	draft(d, n, &text);
	int r = carry_out(d, n, e);
	clerk_publish(&d->clerk, &text);
	return r;
}

static int hear(struct desk *d, struct err *e)
{
	struct notice n;
	int r = ward_listen(&d->ward, &n, e);

	if (r)
		return r == -ENOENT || r == -EINTR ? 0 : r;
	r = decide(d, &n, e);
	notice_fini(&n);
	return r;
}

/* What became of the command itself. */
static void look_after(struct desk *d)
{
	int status;

	while (!d->has_ended && waitpid(d->ward.pid, &status, WNOHANG | WUNTRACED) > 0) {
		if (WIFSTOPPED(status)) {
			relay_stop(WSTOPSIG(status));
			continue;
		}
		d->status = status;
		d->has_ended = true;
		close(take_fd(d->ward.exit)); /* poll(2) passes over -1 */
	}
	for (int signal; (signal = relay_next());)
		if (!d->has_ended)
			kill(d->ward.pid, signal);
}

static int watch_over(struct desk *d, struct err *e)
{
	while (!d->has_ended || !d->is_over) {
		struct pollfd fds[] = {
			{ .fd = d->is_over ? -1 : d->ward.listener, .events = POLLIN },
			{ .fd = d->ward.exit, .events = POLLIN },
		};
		int r = 0;

		if (poll(fds, countof(fds), -1) < 0 && errno != EINTR)
			return err_sys(e, -errno, "cannot wait for denied calls");
		if (fds[0].revents & POLLIN)
			r = hear(d, e);
		else if (fds[0].revents)
			d->is_over = true; /* POLLHUP: Linux 5.9 */
		if (r)
			return r;
		look_after(d);
		if (relay_has_ticked())
			clerk_tick(&d->clerk);
	}
	return 0;
}

/* A filter under which nobody hears us any more must have nobody under it. */
static int fail(struct desk *d, struct err *e)
{
	if (!d->has_ended)
		kill(d->ward.pid, SIGKILL);
	return say_fail(e, EXIT_WONT);
}

static int exit_status(const struct desk *d)
{
	if (d->is_condemned)
		return 128 + SIGSYS; /* as the kernel would have killed it */
	return WIFSIGNALED(d->status) ? 128 + WTERMSIG(d->status) : WEXITSTATUS(d->status);
}

static int start(struct desk *d, struct relay *relay, struct launch *launch, struct err *e)
{
	/* Ours to tell, and the audit log's: what is killed here the kernel logs as notified. */
	int r = ward_start(launch, SECCOMP_FILTER_FLAG_LOG, &relay->mask, &d->ward, e);

	if (r)
		return r;
	relay_begin(relay);
	r = watch_over(d, e);
	relay_end(relay);
	return r;
}

static int run(struct desk *d, struct launch *launch)
{
	struct relay relay;
	struct err e = { 0 };

	relay_hold(&relay);
	int r = start(d, &relay, launch, &e);
	sigprocmask(SIG_SETMASK, &relay.mask, NULL);
	int status = r ? fail(d, &e) : exit_status(d);
	clerk_close(&d->clerk);
	ward_fini(&d->ward);
	return status;
}

int supervise(const struct judgement *j)
{
	autopolicy struct policy *left = policy_clone(j->policy);
	autolaunch struct launch *launch = NULL;
	struct err e = { 0 };
	struct desk d = {
		.j = j,
		.clerk = judgement_clerk(j, "supervise"),
		.ward = { .exit = -1, .listener = -1 },
	};
	int r = left ? kills_notify(left, &e) : err_set(&e, -ENOMEM, "out of memory");

	if (!r)
		r = launch_prepare(left, j->argv, environ, &launch, &e);
	if (r)
		return say_fail(&e, r == -ENOENT   ? EXIT_NOT_FOUND
				    : r == -EACCES ? EXIT_NOT_EXECUTABLE
						   : EXIT_WONT);
	int status = run(&d, launch);
	clerk_fini(&d.clerk);
	exes_fini(&d.exes);
	return status;
}
