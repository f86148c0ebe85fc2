/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Losses on the real socket, injected by a reader that sleeps behind a tiny buffer and by a backlog
 * that nobody waits for: every one is noticed, and where serials are missing their number is exact.
 * TRIALS (default 20) trials.
 */
#include "audit/beacon.h"
#include "audit/control.h"
#include "audit/gather.h"
#include "audit/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS = 3000, SKIP = 77, QUIET_MS = 3000 };

/* What came of one trial's child. */
static struct {
	pid_t pid;
	uint64_t came, others;
	struct beacon beacon;
	bool has_shone;
	uint64_t beacons; /* that were lost themselves */
} seen;

static int take_call(void *context, struct audit_call *call)
{
	(void)context;
	if (beacon_is(&seen.beacon, call))
		seen.has_shone = true;
	else if (call->is_seccomp && call->pid == seen.pid)
		seen.came++;
	else
		seen.others++;
	return 0;
}

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "audit_loss: %s: %s\n", what, why);
	exit(1);
}

/* A child that makes EVENTS calls of a number of its own, all logged. */
static pid_t flood(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x20000000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { countof(code), code };
	pid_t pid = fork();

	if (pid)
		return pid;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
		_exit(1);
	for (int i = 0; i < EVENTS; i++)
		syscall(0x20000000);
	_exit(0);
}

/* Fires a beacon and reads until it comes; again where it was lost itself. */
static void read_to_beacon(struct reader *reader, struct gather *gather)
{
	struct record record;
	struct err e;
	int r;

	seen.has_shone = false;
	for (int i = 0; !seen.has_shone && i < 5; i++) {
		if (beacon_fire(&seen.beacon, &e))
			fail("beacon", e.text);
		while (!seen.has_shone && !(r = reader_next(reader, QUIET_MS, &record)))
			if (gather_add(gather, &record))
				fail("gather", "no memory");
		waitpid(seen.beacon.pid, NULL, 0);
		seen.beacons += !seen.has_shone;
	}
	if (!seen.has_shone)
		fail("beacon", "it does not come");
}

static uint64_t kernel_lost(void)
{
	struct control_status status;
	struct err e;

	if (control_status(&status, &e))
		fail("status", e.text);
	return status.lost;
}

/* stall: the reader sleeps while the child runs. True where something was lost. */
static bool try_once(unsigned buffer, bool is_stalled)
{
	static const struct gather_sink sink = { .call = take_call };
	struct reader_options options = { .buffer = buffer };
	struct reader_figures figures;
	autogather struct gather *gather = gather_new(&sink);
	autoreader struct reader *reader = NULL;
	uint64_t before = kernel_lost(), dropped, gone;
	struct record record;
	struct err e;

	memset(&seen, 0, sizeof(seen));
	if (!gather || reader_open(&options, &reader, &e))
		fail("reader", gather ? e.text : "no memory");
	read_to_beacon(reader, gather);
	seen.others = 0;
	seen.pid = flood();
	while (!is_stalled && !waitpid(seen.pid, NULL, WNOHANG))
		if (!reader_next(reader, 1, &record) && gather_add(gather, &record))
			fail("gather", "no memory");
	if (is_stalled)
		waitpid(seen.pid, NULL, 0);
	read_to_beacon(reader, gather);
	reader_figures(reader, &figures);
	dropped = kernel_lost() - before;
	gone = EVENTS - seen.came;
	if (gone && !figures.missing && !dropped)
		fail("a loss", "nobody noticed");
	if (figures.missing + dropped < gone)
		fail("a loss", "it is larger than what was noticed");
	/* What else the machine audits may be among the missing: only alone can we say how many. */
	if (!dropped && !seen.others && figures.missing != gone + seen.beacons)
		fail("a loss", "the number is wrong");
	if (figures.missing && !figures.overruns && !dropped)
		fail("a loss", "ENOBUFS did not come");
	return gone;
}

int main(void)
{
	const char *word = getenv("TRIALS");
	unsigned trials = word ? (unsigned)atoi(word) : 20, lossy = 0;
	int lock = open("/run/lock/wont-tests-audit", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct reader_options options = { 0 };
	struct reader *reader;
	struct control_status status;
	struct err e = { 0 };

	if (lock < 0 || flock(lock, LOCK_EX) || control_status(&status, &e) ||
	    reader_open(&options, &reader, &e)) {
		printf("audit_loss: skipped: %s\n", *e.text ? e.text : "not for root");
		return SKIP;
	}
	reader_close(reader);
	if (try_once(0, false))
		fail("the default buffer", "it lost something");
	for (unsigned i = 0; i < trials; i++)
		lossy += try_once(2048u << i % 10, i % 3 != 0);
	printf("audit_loss: %u trials, %u lossy, every loss noticed\n", trials, lossy);
	if (trials >= 20 && !lossy)
		fail("the trials", "nothing was lost at all");
	return 0;
}
