/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything rests on knowing what was lost: a beacon before the command starts and one after its
 * last process has gone bound the serials, and what is missing between them is the number.
 */
#include "tracer/listening.h"

#include "audit/control.h"
#include "base/procfs.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	AT_ONCE = 4096,	  /* records taken before looking around */
	WAIT_MS = 200,	  /* for records, at most */
	BEACON_MS = 3000, /* for a beacon's record */
	BEACONS = 5,	  /* tried at the end */
	LINGER_MS = 200,  /* for records that overtook each other, where some are missing */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int listening_take(struct listening *l)
{
	struct record record;
	int r;

	for (unsigned i = 0; i < AT_ONCE; i++) {
		r = reader_next(l->reader, 0, &record);
		if (r == -EAGAIN || r == -EINTR)
			return 0;
		if (r)
			return r;
		if (l->is_deaf)
			continue;
		if (record.type == AUDIT_LOGIN)
			hearing_login(&l->hearing, &record);
		r = gather_add(l->gather, &record);
		if (r)
			return r;
	}
	return 0;
}

void listening_wait(const struct listening *l, int also, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = reader_fd(l->reader), .events = POLLIN },
		{ .fd = also, .events = POLLIN },
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
		listening_wait(l, -1, WAIT_MS);
		r = listening_take(l);
		if (r)
			return err_sys(e, r, "cannot read audit records");
	}
	while (waitpid(h->beacon.pid, NULL, h->has_shone ? 0 : WNOHANG) < 0 && errno == EINTR)
		;
	*came = h->has_shone;
	return 0;
}

static void note_lost(struct listening *l)
{
	struct control_status status;

	l->knows_lost = !control_status(&status, NULL);
	if (l->knows_lost)
		l->lost = status.lost;
}

/* Why records do not come. */
static int refuse_silence(struct err *e)
{
	if (procfs_number(getpid(), "Seccomp") == SECCOMP_MODE_FILTER)
		return err_set(e, -EPERM,
			       "records do not come: this process is under a seccomp filter, of a "
			       "recorder for one, which answers first: record outside of it");
	return err_set(
		e, -EPERM,
		"records do not come: this is not the first network or pid namespace (a "
		"container), "
		"an audit rule excludes them, or the audit daemon's place is taken and its holder "
		"does not read");
}

int listening_begin(struct listening *l, struct err *e)
{
	struct reader_options options = { .wants_daemon = l->hearing.recording->want_daemon };
	bool came;
	int r;

	l->sink = (struct gather_sink){ .call = hearing_call, .context = &l->hearing };
	l->gather = gather_new(&l->sink);
	if (!l->gather)
		return err_set(e, -ENOMEM, "out of memory");
	r = reader_open(&options, &l->reader, e);
	if (r)
		return r;
	r = await_beacon(l, &came, e);
	if (r)
		return r;
	if (!came)
		return refuse_silence(e);
	/* We came in the middle of something: what lacks its beginning is not lost. */
	r = gather_flush(l->gather, UINT64_MAX);
	if (r)
		return err_sys(e, r, "cannot read audit records");
	l->gathered = *gather_figures(l->gather);
	note_lost(l);
	return 0;
}

void listening_hush(struct listening *l)
{
	reader_close(l->reader);
	l->reader = NULL;
}

void listening_fini(struct listening *l)
{
	listening_hush(l);
	gather_free(l->gather);
	hearing_fini(&l->hearing);
}

/* ---- the end ---- */

/* What the kernel dropped before it could send it; an alarm also where the counter was reset. */
static uint64_t newly_lost(const struct listening *l)
{
	struct control_status status;

	if (!l->knows_lost || control_status(&status, NULL))
		return 0;
	return status.lost >= l->lost ? status.lost - l->lost : 1;
}

int listening_drain(struct listening *l, struct err *e)
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
		listening_wait(l, -1, LINGER_MS / 10);
		r = listening_take(l);
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

void listening_count(struct listening *l)
{
	struct outcome *outcome = l->hearing.outcome;
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
