/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The audit back end. Nothing here stops the command: it runs, its records queue up in the kernel
 * and are read. So everything rests on knowing what was lost: a beacon before the command starts
 * and one after its last process has gone bound the serials, and what is missing between them is
 * the number.
 */
#include "tracer/audit.h"

#include "audit/control.h"
#include "audit/reader.h"
#include "audit/state.h"
#include "base/cleanup.h"
#include "tracer/hearing.h"
#include "tracer/logging.h"
#include "tracer/procfs.h"
#include "tracer/relay.h"
#include "tracer/warden.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum {
	BACKLOG = 8192,	  /* records that may queue in the kernel before the command waits */
	AT_ONCE = 4096,	  /* records taken before looking around */
	WAIT_MS = 200,	  /* for records, at most */
	BEACON_MS = 3000, /* for a beacon's record */
	BEACONS = 5,	  /* tried at the end */
	LINGER_MS = 200,  /* for records that overtook each other, where some are missing */
};

/* Everything that is open while recording. */
struct listening {
	struct hearing hearing;
	struct gather *gather;
	struct reader *reader;
	struct state *state;
	struct gather_figures gathered; /* when the command was started */
	int warden;			/* -1: none */
	int command_fd;			/* a pidfd: readable once the command has ended */
	uint32_t lost;			/* the kernel's counter when we began, ... */
	bool knows_lost;		/* ... where it may be read */
	unsigned beacons;		/* at the end, that were lost themselves */
	bool is_over;			/* no process is left */
	bool is_stopping;		/* kill everything, record nothing */
	int failure;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- reading
 * ----------------------------------------------------------------------------------------- */

/* Takes records, as many as there are or AT_ONCE. */
static int take_records(struct listening *l)
{
	struct record record;
	int r;

	for (unsigned i = 0; i < AT_ONCE; i++) {
		r = reader_next(l->reader, 0, &record);
		if (r == -EAGAIN || r == -EINTR)
			return 0;
		if (r)
			return r;
		if (l->is_stopping)
			continue;
		if (record.type == AUDIT_LOGIN)
			hearing_login(&l->hearing, &record);
		r = gather_add(l->gather, &record);
		if (r)
			return r;
	}
	return 0;
}

static void wait_for_news(const struct listening *l, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = reader_fd(l->reader), .events = POLLIN },
		{ .fd = l->command_fd, .events = POLLIN },
	};

	/* A signal ends it, too. */
	poll(fds, countof(fds), timeout);
}

/* Fires a beacon and reads until its record comes: false where it did not. */
static int await_beacon(struct listening *l, bool *came, struct err *e)
{
	struct hearing *h = &l->hearing;
	int64_t end = now_ms() + BEACON_MS;
	int r;

	h->has_shone = false;
	r = beacon_fire(&h->beacon, e);
	if (r)
		return r;
	while (!h->has_shone && now_ms() < end) {
		wait_for_news(l, WAIT_MS);
		r = take_records(l);
		if (r)
			return err_sys(e, r, "cannot read audit records");
	}
	while (waitpid(h->beacon.pid, NULL, h->has_shone ? 0 : WNOHANG) < 0 && errno == EINTR)
		;
	*came = h->has_shone;
	return 0;
}

/* ---- while the command runs
 * --------------------------------------------------------------------------- */

static void kill_members(struct listening *l, int signal)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(&l->hearing.census.members, &at));)
		kill(((struct member *)entry->value)->process.pid, signal);
}

static void stop(struct listening *l, int failure)
{
	if (!l->failure)
		l->failure = failure;
	l->is_stopping = true;
}

/* Everything of the sessions, and the command itself, which may not have one yet. */
static void kill_all(struct listening *l)
{
	if (!l->is_over)
		kill(l->hearing.command.pid, SIGKILL);
	vec_for(session, &l->hearing.census.sessions)
		warden_kill(*session);
}

/* Reaps what ends: orphans come to us, too, so that none is left when no child is. */
static void reap(struct listening *l)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		bool is_command = pid == l->hearing.command.pid;

		if (WIFSTOPPED(status)) {
			if (is_command)
				relay_stop(WSTOPSIG(status));
			continue;
		}
		if (is_command) {
			l->hearing.outcome->status = status;
			if (l->command_fd >= 0)
				close(l->command_fd);
			l->command_fd = -1;
		}
		hearing_reaped(&l->hearing, pid, status);
	}
	l->is_over = pid < 0 && errno == ECHILD;
}

static int housekeep(struct listening *l)
{
	const struct sink *sink = l->hearing.recording->sink;
	int signal, r;

	while ((signal = relay_next())) {
		if (l->command_fd >= 0)
			kill(l->hearing.command.pid, signal);
		else
			kill_members(l, signal);
	}
	if (!relay_has_ticked() || l->is_stopping)
		return 0;
	r = hearing_sweep(&l->hearing, false);
	return !r && sink->tick ? sink->tick(sink->context) : r;
}

/* Until the last process has gone. */
static void follow(struct listening *l)
{
	while (!l->is_over) {
		int r;

		wait_for_news(l, WAIT_MS);
		r = take_records(l);
		if (!r)
			r = housekeep(l);
		if (r)
			stop(l, r);
		if (l->is_stopping)
			kill_all(l);
		reap(l);
	}
}

/* ---- the beginning and the end
 * ------------------------------------------------------------------------- */

static void note_lost(struct listening *l)
{
	struct control_status status;

	l->knows_lost = !control_status(&status, NULL);
	if (l->knows_lost)
		l->lost = status.lost;
}

/* What the kernel dropped before it could send it; an alarm also where the counter was reset. */
static uint64_t newly_lost(const struct listening *l)
{
	struct control_status status;

	if (!l->knows_lost || control_status(&status, NULL))
		return 0;
	return status.lost >= l->lost ? status.lost - l->lost : 1;
}

/* Reads to the end of the stream, which the last beacon marks. */
static int drain(struct listening *l, struct err *e)
{
	struct reader_figures figures;
	bool came = false;
	int r = 0;

	for (unsigned i = 0; !r && !came && i < BEACONS; i++) {
		r = await_beacon(l, &came, e);
		l->beacons += !came;
	}
	if (r)
		return r;
	if (!came) {
		l->hearing.foreign++;
		hearing_caveat(&l->hearing,
			       "the end of the recording was not seen in audit's records");
	}
	reader_figures(l->reader, &figures);
	for (int64_t end = now_ms() + LINGER_MS; figures.missing && now_ms() < end;) {
		wait_for_news(l, LINGER_MS / 10);
		r = take_records(l);
		if (r)
			return err_sys(e, r, "cannot read audit records");
		reader_figures(l->reader, &figures);
	}
	r = gather_flush(l->gather, UINT64_MAX);
	if (!r)
		r = hearing_end(&l->hearing);
	if (!r)
		r = hearing_sweep(&l->hearing, true);
	return r ? err_sys(e, r, "the recording ended early") : 0;
}

static void count_lost(struct listening *l, struct outcome *outcome)
{
	const struct gather_figures *gathered = gather_figures(l->gather);
	uint64_t dropped = newly_lost(l), torn;
	struct reader_figures figures;

	reader_figures(l->reader, &figures);
	figures.missing -= figures.missing < l->beacons ? figures.missing : l->beacons;
	torn = figures.damaged + gathered->damaged - l->gathered.damaged + gathered->headless -
	       l->gathered.headless;
	outcome->lost = figures.missing + dropped + torn + l->hearing.foreign;
	/* The buffer was full, and nothing is missing: records of an event that is there. */
	if (figures.overruns && !outcome->lost)
		outcome->lost = 1;
	if (outcome->lost)
		hearing_caveat(
			&l->hearing,
			"%" PRIu64 " audit events did not come, %" PRIu64 " came in part, %" PRIu64
			" were of an unknown ABI; the receive buffer was full %" PRIu64
			" times, the kernel dropped %" PRIu64 " records",
			figures.missing, torn, l->hearing.foreign, figures.overruns, dropped);
}

/* Why the command never ran, if it did not. */
static int look_at_report(const struct listening *l, struct outcome *outcome, struct err *e)
{
	const struct marked_report *report = l->hearing.command.report;

	outcome->no_new_privs = report->no_new_privs;
	if (report->setup_errno)
		return err_sys(e, -report->setup_errno, "%s", report->setup);
	outcome->exec_errno = report->exec_errno;
	if (report->exec_errno || l->hearing.is_started)
		return 0;
	if (outcome->lost)
		return err_set(e, -EIO, "the command's start was lost: %s", outcome->caveat);
	return err_set(e, -EINTR, "the command was killed before it could be executed");
}

/* Records the command; everything is open. */
static int record_command(struct listening *l, uint32_t login, const struct sock_fprog *filter,
			  struct err *e)
{
	struct hearing *h = &l->hearing;
	struct relay relay;
	int r;

	r = hearing_begin(h);
	if (r)
		return err_set(e, r, "out of memory");
	h->command.warden = l->warden;
	relay_hold(&relay);
	r = marked_start(h->recording, filter, login, &relay.mask, &h->command, e);
	if (r) {
		sigprocmask(SIG_SETMASK, &relay.mask, NULL);
		return r;
	}
	relay_begin(&relay);
	l->command_fd = (int)syscall(SYS_pidfd_open, h->command.pid, 0);
	follow(l);
	if (!l->failure)
		r = drain(l, e);
	relay_end(&relay);
	if (l->failure)
		return err_sys(e, l->failure, "the recording ended early");
	if (r)
		return r;
	count_lost(l, h->outcome);
	return look_at_report(l, h->outcome, e);
}

static int open_reader(struct listening *l, struct err *e)
{
	struct reader_options options = { .wants_daemon = l->hearing.recording->want_daemon };
	bool came;
	int r = reader_open(&options, &l->reader, e);

	if (r)
		return r;
	r = await_beacon(l, &came, e);
	if (r)
		return r;
	if (came) {
		/* We came in the middle of something: what lacks its beginning is not lost. */
		r = gather_flush(l->gather, UINT64_MAX);
		l->gathered = *gather_figures(l->gather);
		return r ? err_sys(e, r, "cannot read audit records") : 0;
	}
	if (procfs_number(getpid(), "Seccomp") == SECCOMP_MODE_FILTER)
		return err_set(e, -EPERM,
			       "records do not come: this process is under a seccomp filter, of a "
			       "recorder for one, which answers first: record outside of it");
	return err_set(
		e, -EPERM,
		"records do not come: this is not the first network namespace (a container), an "
		"audit rule excludes them, or the audit daemon's place is taken and its holder "
		"does not read");
}

static int change_state(struct listening *l, uint32_t login, struct err *e)
{
	struct state_wish wish = { .login = login, .backlog = BACKLOG };
	struct control_status status;
	unsigned repaired;

	if (!l->hearing.recording->want_args) {
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
	return r ? r : state_enter(STATE_FOLDER, &wish, &l->state, e);
}

static int record(struct listening *l, struct err *e)
{
	struct sock_fprog filter = { 0 };
	autofree struct sock_filter *code = NULL;
	uint32_t login;
	int r = logging_filter(l->hearing.recording, &filter, e);

	code = filter.filter;
	if (!r)
		r = marked_login(&login, e);
	if (!r)
		r = warden_start(&l->warden, e);
	if (!r)
		r = change_state(l, login, e);
	if (!r)
		r = open_reader(l, e);
	if (r)
		return r;
	note_lost(l);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	r = record_command(l, login, &filter, e);
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	return r;
}

static void listening_fini(struct listening *l)
{
	reader_close(l->reader);
	gather_free(l->gather);
	hearing_fini(&l->hearing);
	if (l->command_fd >= 0)
		close(l->command_fd);
}

static int audit_record(const struct recording *recording, struct outcome *outcome, struct err *e)
{
	struct listening l = {
		.hearing = { .recording = recording, .outcome = outcome },
		.warden = -1,
		.command_fd = -1,
	};
	struct gather_sink sink = { .call = hearing_call, .context = &l.hearing };
	struct err left = { 0 };
	int r;

	*outcome = (struct outcome){ .status = -1 };
	if (recording->want_stacks)
		return err_set(e, -ENOTSUP, "audit tells no stacks: the ptrace back end does");
	l.gather = gather_new(&sink);
	r = l.gather ? record(&l, e) : err_set(e, -ENOMEM, "out of memory");
	/* First the daemon's place, where we had it: settings stay with a daemon that is there. */
	reader_close(l.reader);
	l.reader = NULL;
	if (state_leave(l.state, &left))
		hearing_caveat(&l.hearing, "%s", left.text);
	warden_dismiss(l.warden);
	listening_fini(&l);
	return r;
}

const struct backend backend_audit = {
	.name = "audit",
	.summary = "the kernel's audit records: numbers and ABIs, with --args also a0 to a3, paths "
		   "and "
		   "addresses; for root",
	.check = logging_check,
	.record = audit_record,
};
