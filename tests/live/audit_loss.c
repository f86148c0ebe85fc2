/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Losses on the real socket, from 0.01 % to 99 %, injected in three ways in turn: by a reader that
 * sleeps until its buffer has run over, by a tiny buffer, and by a tiny backlog that nobody waits
 * for. Every loss is noticed, and its number is exact: a second reader that loses nothing is the
 * witness of what there was, since others may make events, too.
 * audit_loss [--trials N] [--seed N]: 24 trials; a thousand take some minutes.
 */
#include "audit/beacon.h"
#include "audit/control.h"
#include "audit/gather.h"
#include "audit/reader.h"
#include "base/cleanup.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libaudit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EVENTS_MIN = 2000,
	EVENTS_MAX = 10000, /* of which one is 0.01 % */
	FLOOD_NR = 0x20000000,
	TRIALS = 24,
	SKIP = 77,
	DRAIN_MS = 50, /* without a record: there are none left */
	BEACON_MS = 3000,
	ROOMY = 1 << 16, /* a backlog that holds every event: nobody waits for the kernel then */
	REPEATS = 5,	 /* of a trial in which others seem to have lost something, too */
};

enum way { STALL, BUFFER, BACKLOG, WAYS };

static const char *const way_names[WAYS] = {
	[STALL] = "a stalled reader",
	[BUFFER] = "a tiny receive buffer",
	[BACKLOG] = "a tiny backlog",
};

struct trial {
	enum way way;
	unsigned events;
	unsigned buffer;  /* bytes; 0: the default */
	uint32_t backlog; /* records */
};

/* Between a beacon before and one after. */
struct result {
	uint64_t gone;		 /* of the child's events, that did not come */
	uint64_t missing;	 /* by the reader's serials, from whomever */
	uint64_t really_missing; /* by the witness */
	uint64_t dropped;	 /* by the kernel's counter: they never had a serial */
	uint64_t overruns;	 /* ENOBUFS */
	uint64_t beacons;	 /* of ours, that were lost themselves */
	bool is_witnessed;	 /* the witness lost nothing */
};

/* What came of one trial's child, and the events that came between the first and last beacon. */
static struct {
	pid_t pid;
	uint64_t came;
	struct beacon beacon;
	bool has_shone;
	uint32_t shone; /* the serial of that beacon */
	uint64_t beacons;
	vec_of(uint32_t) serials;
} seen;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "audit_loss: %s: %s\n", what, why);
	exit(1);
}

static void note(const struct record *record)
{
	if (vec_push(&seen.serials, record->serial))
		fail("serials", "no memory");
}

static int take_call(void *context, struct audit_call *call)
{
	(void)context;
	if (beacon_is(&seen.beacon, call)) {
		seen.has_shone = true;
		seen.shone = call->serial;
	} else if (call->is_seccomp && call->pid == seen.pid && call->nr == FLOOD_NR)
		seen.came++;
	return 0;
}

/* ---- the machine's settings ---- */

struct settings {
	uint32_t failure, limit, wait;
};

/* Tests that need audit wait for each other, a long one for every other between its trials. */
static int lock = -1;

static void lock_audit(void)
{
	while (flock(lock, LOCK_EX))
		if (errno != EINTR)
			fail("lock", strerror(errno));
}

static void unlock_audit(void)
{
	flock(lock, LOCK_UN);
	usleep(10000); /* or who waits would not have it before we have it again */
}

static struct audit_status status_read(void)
{
	struct audit_reply reply = { 0 };
	int fd = audit_open();
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (fd < 0 || audit_request_status(fd) < 0)
		fail("settings", "they cannot be asked for");
	while (reply.type != AUDIT_GET)
		if (poll(&wait, 1, 2000) != 1 ||
		    audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0) <= 0)
			fail("settings", "no answer");
	close(fd);
	return *reply.status;
}

static struct settings settings_read(void)
{
	const struct audit_status s = status_read();

	return (struct settings){ s.failure, s.backlog_limit, s.backlog_wait_time };
}

static void settings_write(const struct settings *s)
{
	int fd = audit_open();

	if (fd < 0 || audit_set_backlog_limit(fd, s->limit) < 0 ||
	    audit_set_backlog_wait_time(fd, s->wait) < 0)
		fail("settings", "they cannot be changed");
	close(fd);
}

/*
 * A process that puts the settings back when this one has ended, by SIGKILL too: then the pipe
 * closes, whose writing end is returned. It shares the lock.
 */
static int guard(const struct settings *before, pid_t *guardian)
{
	char byte;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		fail("guard", strerror(errno));
	*guardian = fork();
	if (*guardian < 0)
		fail("guard", strerror(errno));
	if (*guardian) {
		close(ends[0]);
		return ends[1];
	}
	close(ends[1]);
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
		;
	lock_audit();
	settings_write(before);
	_exit(0);
}

/* ---- one trial ---- */

/* A child that makes so many calls of a number of its own, all logged. */
static pid_t flood(unsigned events)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FLOOD_NR, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { countof(code), code };
	pid_t pid = fork();

	if (pid < 0)
		fail("flood", strerror(errno));
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
		_exit(1);
	for (unsigned i = 0; i < events; i++)
		syscall(FLOOD_NR);
	_exit(0);
}

static bool read_one(struct reader *reader, struct gather *gather, int timeout)
{
	struct record record;

	if (reader_next(reader, timeout, &record))
		return false;
	note(&record);
	if (gather_add(gather, &record))
		fail("gather", "no memory");
	return true;
}

/* Reads what is there, then fires a beacon and reads until it comes, again where it was lost: its
 * serial. */
static uint32_t read_to_beacon(struct reader *reader, struct gather *gather)
{
	struct err e;

	while (read_one(reader, gather, DRAIN_MS))
		;
	seen.has_shone = false;
	for (int i = 0; !seen.has_shone && i < 5; i++) {
		if (beacon_fire(&seen.beacon, &e))
			fail("beacon", e.text);
		while (!seen.has_shone && read_one(reader, gather, BEACON_MS))
			;
		waitpid(seen.beacon.pid, NULL, 0);
		seen.beacons += !seen.has_shone;
	}
	if (!seen.has_shone)
		fail("beacon", "it does not come");
	return seen.shone;
}

/* How many events there are between those two serials, the two included. */
static uint64_t count_between(uint32_t first, uint32_t last)
{
	uint32_t span = last - first; /* wraps around as serials do */
	autofree bool *has = calloc((size_t)span + 1, sizeof(*has));
	uint64_t count = 0;

	if (!has)
		fail("count", "no memory");
	vec_for(serial, &seen.serials) {
		uint32_t at = *serial - first;

		if (at > span || has[at])
			continue;
		has[at] = true;
		count++;
	}
	return count;
}

/* The same of what the witness has. */
static uint64_t ask_witness(struct reader *witness, uint32_t first, uint32_t last)
{
	struct record record = { .serial = first };

	seen.serials.len = 0;
	while (record.serial != last && !reader_next(witness, BEACON_MS, &record))
		note(&record);
	return count_between(first, last);
}

static uint64_t kernel_lost(void)
{
	struct control_status status;
	struct err e;

	if (control_status(&status, &e))
		fail("status", e.text);
	return status.lost;
}

/* The child runs, and the reader reads, or sleeps, until all is sent. */
static void run_flood(const struct trial *t, struct reader *reader, struct gather *gather)
{
	int status = 0;

	seen.pid = flood(t->events);
	if (t->way == STALL) {
		waitpid(seen.pid, &status, 0);
		while (status_read().backlog)
			usleep(1000);
	} else {
		while (!waitpid(seen.pid, &status, WNOHANG))
			for (int i = 0; i < 64 && read_one(reader, gather, 1); i++)
				;
	}
	if (status)
		fail("flood", "the child could not flood");
}

static struct reader_figures figures_of(const struct reader *reader)
{
	struct reader_figures figures;

	reader_figures(reader, &figures);
	return figures;
}

static struct reader *open_reader(unsigned buffer)
{
	struct reader_options options = { .buffer = buffer };
	struct reader *reader;
	struct err e;

	if (reader_open(&options, &reader, &e))
		fail("reader", e.text);
	return reader;
}

static struct result try_once(const struct trial *t, const struct settings *before)
{
	static const struct gather_sink sink = { .call = take_call };
	const struct settings ours = { .limit = t->backlog };
	autogather struct gather *gather = gather_new(&sink);
	autoreader struct reader *witness = open_reader(0);
	autoreader struct reader *reader = open_reader(t->buffer);
	uint64_t lost = kernel_lost(), came;
	uint32_t first, last;

	if (!gather)
		fail("gather", "no memory");
	vec_fini(&seen.serials);
	memset(&seen, 0, sizeof(seen));
	first = read_to_beacon(reader, gather);
	const struct reader_figures then = figures_of(reader);
	seen.beacons = 0;
	settings_write(&ours);
	run_flood(t, reader, gather);
	settings_write(before);
	last = read_to_beacon(reader, gather);
	const struct reader_figures now = figures_of(reader);
	struct result r = {
		.gone = t->events - seen.came,
		.missing = now.missing - then.missing,
		.dropped = kernel_lost() - lost,
		.overruns = now.overruns - then.overruns,
		.beacons = seen.beacons,
	};
	came = count_between(first, last);
	r.really_missing = ask_witness(witness, first, last) - came;
	r.is_witnessed = !figures_of(witness).missing && !figures_of(witness).overruns;
	return r;
}

/* What was dropped without a serial may be others' beside ours: then again, for the number. */
static struct result try_alone(const struct trial *t, const struct settings *before)
{
	const char *way = way_names[t->way];
	struct result r;

	for (int i = 0; i < REPEATS; i++) {
		r = try_once(t, before);
		if (!r.is_witnessed)
			continue;
		if (r.gone && !r.missing && !r.dropped)
			fail(way, "a loss that nobody noticed");
		if (r.missing + r.dropped < r.gone)
			fail(way, "a loss larger than what was noticed");
		if (r.missing != r.really_missing)
			fail(way, "the number by serials is wrong");
		if (r.missing && !r.overruns)
			fail(way, "ENOBUFS did not come");
		if (t->way != BACKLOG || r.missing + r.dropped == r.gone + r.beacons)
			return r;
		printf("audit_loss: %s: %" PRIu64 " of %u events did not come, %" PRIu64
		       " and %" PRIu64 " were noticed: again\n",
		       way, r.gone, t->events, r.missing, r.dropped);
	}
	fail(way, "it cannot be counted: others make too many events");
	return r;
}

/* ---- all of them ---- */

static double uniform(double low, double high)
{
	return low + drand48() * (high - low);
}

/* Small ones as often as large ones, by magnitude. */
static double spread(double low, double high)
{
	return exp(uniform(log(low), log(high)));
}

/* Bytes of buffer that a record takes: measured, since the kernel counts its own overhead. */
static double record_bytes(const struct settings *before)
{
	const struct trial t = {
		.way = STALL, .events = EVENTS_MAX, .buffer = 1 << 20, .backlog = ROOMY
	};
	struct result r = try_alone(&t, before);

	if (!r.gone || r.gone == t.events)
		fail("a buffer of 1 MiB", "it holds all events, or none");
	return (double)t.buffer / (double)(t.events - r.gone);
}

static struct trial draw(enum way way, double bytes)
{
	struct trial t = { .way = way, .events = EVENTS_MAX, .backlog = ROOMY };
	double loss = spread(0.0001, 0.99);

	switch (way) {
	case STALL:
		t.buffer = (unsigned)(bytes * t.events * (1 - loss)) + 1;
		break;
	case BUFFER:
		t.events = (unsigned)spread(EVENTS_MIN, EVENTS_MAX);
		t.buffer = (unsigned)spread(2048, 256 << 10);
		break;
	case BACKLOG:
		t.events = (unsigned)spread(EVENTS_MIN, EVENTS_MAX);
		t.backlog = (uint32_t)spread(1, t.events);
		break;
	case WAYS:
		break;
	}
	return t;
}

struct tally {
	unsigned trials, lossy;
	double least, most; /* of what was lost, as a share of the events */
};

static void count(struct tally *tally, const struct trial *t, const struct result *r)
{
	double loss = (double)r->gone / t->events;

	tally->trials++;
	if (!r->gone)
		return;
	if (!tally->lossy++ || loss < tally->least)
		tally->least = loss;
	if (loss > tally->most)
		tally->most = loss;
}

static void try_all(unsigned trials, const struct settings *before)
{
	const struct trial easy = { .way = BUFFER, .events = EVENTS_MAX, .backlog = ROOMY };
	struct tally tallies[WAYS] = { 0 };

	if (try_alone(&easy, before).gone)
		fail("the default buffer", "it lost something");
	double bytes = record_bytes(before);
	for (unsigned i = 0; i < trials; i++) {
		struct trial t = draw((enum way)(i % WAYS), bytes);

		/* "panic" means it. */
		if (t.way == BACKLOG && before->failure == AUDIT_FAIL_PANIC)
			continue;
		unlock_audit();
		lock_audit();
		struct result r = try_alone(&t, before);
		count(&tallies[t.way], &t, &r);
	}
	for (unsigned i = 0; i < WAYS; i++) {
		const struct tally *tally = &tallies[i];

		printf("audit_loss: %s: %u trials, %u lossy, from %.2f %% to %.2f %%, all exact\n",
		       way_names[i], tally->trials, tally->lossy, 100 * tally->least,
		       100 * tally->most);
		if (tally->trials >= 10 && !tally->lossy)
			fail(way_names[i], "nothing was lost at all");
	}
}

/* The word's number: 0 where it has none. */
static unsigned number(const char *word)
{
	return word ? (unsigned)strtoul(word, NULL, 10) : 0;
}

int main(int argc, char **argv)
{
	struct reader_options options = { 0 };
	struct control_status status;
	struct settings before, after;
	struct reader *reader;
	struct err e = { 0 };
	unsigned trials = TRIALS;
	long seed = (long)getpid();
	pid_t guardian;

	for (int i = 1; i < argc; i += 2)
		if (strcmp(argv[i], "--trials") == 0 && number(argv[i + 1]))
			trials = number(argv[i + 1]);
		else if (strcmp(argv[i], "--seed") == 0 && number(argv[i + 1]))
			seed = (long)number(argv[i + 1]);
		else
			return 2;
	lock = open("/run/lock/wont-tests-audit", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX) || control_status(&status, &e) ||
	    reader_open(&options, &reader, &e)) {
		printf("audit_loss: skipped: %s\n", *e.text ? e.text : "not for root");
		return SKIP;
	}
	reader_close(reader);
	setlinebuf(stdout);
	printf("audit_loss: seed %ld\n", seed);
	srand48(seed);
	before = settings_read();
	int end = guard(&before, &guardian);
	try_all(trials, &before);
	close(end);
	waitpid(guardian, NULL, 0);
	after = settings_read();
	if (memcmp(&before, &after, sizeof(before)) != 0)
		fail("the settings", "they are not as they were");
	return 0;
}
