/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The audit back end. Nothing here stops the command: it runs, its records queue up in the kernel
 * and are read.
 */
#include "tracer/audit.h"

#include "audit/control.h"
#include "audit/state.h"
#include "base/cleanup.h"
#include "tracer/listening.h"
#include "tracer/logging.h"
#include "tracer/relay.h"
#include "tracer/warden.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	BACKLOG = 8192, /* records that may queue in the kernel before the command waits */
	WAIT_MS = 200,	/* for news, at most */
};

/* A command that is recorded. */
struct audited {
	struct listening listening;
	struct state *state;
	int warden;	/* -1: none */
	int command_fd; /* a pidfd: readable once the command has ended */
	bool is_over;	/* no process is left */
	int failure;	/* why everything is killed and nothing more is recorded; 0: nothing is */
};

/* ---- while the command runs ---- */

static void kill_members(struct audited *a, int signal)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(&a->listening.hearing.census.members, &at));)
		kill(((struct member *)entry->value)->process.pid, signal);
}

static void stop(struct audited *a, int failure)
{
	if (!a->failure)
		a->failure = failure;
	a->listening.is_deaf = true;
}

/* Everything of the sessions, and the command itself, which may not have one yet. */
static void kill_all(struct audited *a)
{
	if (!a->is_over)
		kill(a->listening.hearing.command.pid, SIGKILL);
	vec_for(session, &a->listening.hearing.census.sessions)
		warden_kill(*session);
}

/* Reaps what ends: orphans come to us, too, so that none is left when no child is. */
static void reap(struct audited *a)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		bool is_command = pid == a->listening.hearing.command.pid;

		if (WIFSTOPPED(status)) {
			if (is_command)
				relay_stop(WSTOPSIG(status));
			continue;
		}
		if (is_command) {
			a->listening.hearing.outcome->status = status;
			if (a->command_fd >= 0)
				close(a->command_fd);
			a->command_fd = -1;
		}
		hearing_reaped(&a->listening.hearing, pid, status);
	}
	a->is_over = pid < 0 && errno == ECHILD;
}

static int housekeep(struct audited *a)
{
	const struct sink *sink = a->listening.hearing.recording->sink;
	int signal, r;

	while ((signal = relay_next())) {
		if (a->command_fd >= 0)
			kill(a->listening.hearing.command.pid, signal);
		else
			kill_members(a, signal);
	}
	if (!relay_has_ticked() || a->failure)
		return 0;
	r = hearing_sweep(&a->listening.hearing, false);
	return !r && sink->tick ? sink->tick(sink->context) : r;
}

/* Until the last process has gone. */
static void follow(struct audited *a)
{
	while (!a->is_over) {
		int r;

		listening_wait(&a->listening, a->command_fd, WAIT_MS);
		r = listening_take(&a->listening);
		if (!r)
			r = housekeep(a);
		if (r)
			stop(a, r);
		if (a->failure)
			kill_all(a);
		reap(a);
	}
}

/* ---- the beginning and the end ---- */

/* Why the command never ran, if it did not. */
static int look_at_report(const struct hearing *h, struct err *e)
{
	const struct marked_report *report = h->command.report;
	struct outcome *outcome = h->outcome;

	outcome->no_new_privs = report->no_new_privs;
	if (report->setup_errno)
		return err_sys(e, -report->setup_errno, "%s", report->setup);
	outcome->exec_errno = report->exec_errno;
	if (report->exec_errno || h->is_started)
		return 0;
	if (outcome->lost)
		return err_set(e, -EIO, "the command's start was lost: %s", outcome->caveat);
	return err_set(e, -EINTR, "the command was killed before it could be executed");
}

/* Records the command; everything is open. */
static int record_command(struct audited *a, uint32_t login, const struct sock_fprog *filter,
			  struct err *e)
{
	struct hearing *h = &a->listening.hearing;
	struct relay relay;
	int r;

	r = hearing_begin(h);
	if (r)
		return err_set(e, r, "out of memory");
	h->command.warden = a->warden;
	relay_hold(&relay);
	r = marked_start(h->recording, filter, login, &relay.mask, &h->command, e);
	if (r) {
		sigprocmask(SIG_SETMASK, &relay.mask, NULL);
		return r;
	}
	relay_begin(&relay);
	a->command_fd = (int)syscall(SYS_pidfd_open, h->command.pid, 0);
	follow(a);
	if (!a->failure)
		r = listening_drain(&a->listening, e);
	relay_end(&relay);
	if (a->failure)
		return err_sys(e, a->failure, "the recording ended early");
	if (r)
		return r;
	listening_count(&a->listening);
	return look_at_report(&a->listening.hearing, e);
}

static int change_state(struct audited *a, uint32_t login, struct err *e)
{
	struct state_wish wish = { .login = login, .backlog = BACKLOG };
	struct control_status status;
	unsigned repaired;

	if (!a->listening.hearing.recording->want_args) {
		/* Nothing has to change. Whoever may not even ask may listen all the same, and
		 * while audit is locked nothing can be put back either. */
		int r = control_status(&status, NULL);

		return r || status.enabled == CONTROL_LOCKED
			       ? 0
			       : state_repair(STATE_FOLDER, &repaired, e);
	}
	for (unsigned i = 0; arches[i] && wish.token_count < STATE_TOKENS; i++) {
		const struct arch *arch = arches[i];

		if (arch->nr_base == 0 && arch_is_here(arch))
			wish.tokens[wish.token_count++] = arch->token;
	}
	int r = logging_check_rules(e);
	return r ? r : state_enter(STATE_FOLDER, &wish, &a->state, e);
}

static int record(struct audited *a, struct err *e)
{
	struct sock_fprog filter = { 0 };
	autofree struct sock_filter *code = NULL;
	uint32_t login;
	int r = logging_check(e);

	if (!r)
		r = logging_filter(a->listening.hearing.recording, &filter, e);
	code = filter.filter;
	if (!r)
		r = marked_login(&login, e);
	if (!r)
		r = warden_start(&a->warden, e);
	if (!r)
		r = change_state(a, login, e);
	if (!r)
		r = listening_begin(&a->listening, e);
	if (r)
		return r;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	r = record_command(a, login, &filter, e);
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	return r;
}

static int audit_record(const struct recording *recording, struct outcome *outcome, struct err *e)
{
	struct audited a = {
		.listening.hearing = { .recording = recording, .outcome = outcome },
		.warden = -1,
		.command_fd = -1,
	};
	struct err left = { 0 };
	int r;

	*outcome = (struct outcome){ .status = -1 };
	if (recording->want_stacks)
		return err_set(e, -ENOTSUP, "audit tells no stacks: the ptrace back end does");
	r = record(&a, e);
	/* First the daemon's place, where we had it: settings stay with a daemon that is there. */
	listening_hush(&a.listening);
	if (state_leave(a.state, &left))
		hearing_caveat(&a.listening.hearing, "%s", left.text);
	warden_dismiss(a.warden);
	listening_fini(&a.listening);
	if (a.command_fd >= 0)
		close(a.command_fd);
	return r;
}

const struct backend backend_audit = {
	.name = "audit",
	.summary = "the kernel's audit records: numbers and ABIs, with --args also a0 to a3, paths "
		   "and addresses; for root",
	.check = logging_check,
	.record = audit_record,
};
