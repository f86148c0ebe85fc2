/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont watch: which calls are denied, or would be, by whom, and which rule is missing. */
#include "audit/gather.h"
#include "audit/state.h"
#include "base/cleanup.h"
#include "cli/amendment.h"
#include "cli/board.h"
#include "cli/commands.h"
#include "cli/lookout.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/say.h"
#include "cli/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	TICK = 200,   /* milliseconds */
	SHARE = 4096, /* records at a time */
};

struct request {
	const char *app, *profile, *db, *from, *seconds, *output, *patch;
	bool is_json, wants_proposal;
	double limit;		   /* seconds; 0: none */
	vec_of(const char *) exes; /* ends with NULL where there are some */
};

/* A watch being kept. */
struct duty {
	struct stream *stream;
	struct gather *gather;
	struct lookout *lookout;
	struct board board;
	bool has_more; /* than was read at once: a source may bring more than we can ever read */
	bool is_over;  /* the stream has ended */
};

static volatile sig_atomic_t is_dismissed;

static void dismiss(int signal)
{
	(void)signal;
	is_dismissed = 1;
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int take_call(void *lookout, struct audit_call *call)
{
	return lookout_take(lookout, call);
}

/* A share of what waits now. */
static int read_share(struct duty *d, struct err *e)
{
	struct record record;
	int r = 0;

	for (unsigned n = 0; n < SHARE; n++) {
		r = stream_next(d->stream, &record);
		if (r)
			break;
		r = gather_add(d->gather, &record);
		if (r)
			return err_set(e, r, "out of memory");
	}
	d->has_more = !r || r == -EINTR;
	if (d->has_more || r == -EAGAIN)
		return 0;
	if (r == -ENODATA) {
		d->is_over = true;
		return 0;
	}
	return err_sys(e, r, "cannot read %s", stream_name(d->stream));
}

static int tick(struct duty *d, struct err *e)
{
	int r = lookout_tick(d->lookout, stream_losses(d->stream), e);

	if (r)
		return r;
	d->board.canaries = lookout_canaries(d->lookout);
	d->board.losses = stream_losses(d->stream);
	return board_show(&d->board, lookout_docket(d->lookout)) == EXIT_FINE
		       ? 0
		       : err_set(e, -EPIPE, "nobody reads what is shown");
}

static int keep(struct duty *d, double limit, struct err *e)
{
	double end = seconds_now() + limit, drawn = 0;
	int r = 0;

	while (!r && !is_dismissed && !d->is_over && (limit <= 0 || seconds_now() < end)) {
		struct pollfd fd = { .fd = stream_fd(d->stream), .events = POLLIN };

		/* Behind a flood the table is drawn all the same, though not for every record. */
		poll(&fd, 1, d->has_more ? 0 : TICK);
		r = read_share(d, e);
		if (r || seconds_now() - drawn < TICK / 1e3)
			continue;
		drawn = seconds_now();
		r = tick(d, e);
	}
	if (!r)
		r = gather_flush(d->gather, UINT64_MAX);
	if (!r)
		r = lookout_tick(d->lookout, stream_losses(d->stream), e);
	if (!r)
		r = lookout_finish(d->lookout, e);
	return r ? r : tick(d, e);
}

static void listen_to_signals(void)
{
	struct sigaction action = { .sa_handler = dismiss };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static int stand(struct duty *d, const struct request *q, const struct lookout_options *options)
{
	struct gather_sink sink = { .call = take_call };
	struct err e = { 0 };
	int r = lookout_open(options, &d->lookout, &e);

	sink.context = d->lookout;
	if (!r && !(d->gather = gather_new(&sink)))
		r = err_set(&e, -ENOMEM, "out of memory");
	if (r)
		return say_fail(&e, EXIT_USAGE);
	/* First: whoever has read that it watches may end it. */
	listen_to_signals();
	if (!d->board.is_table)
		say_note("watching %s by %s", q->app ? q->app : "everybody",
			 stream_name(d->stream));
	r = keep(d, q->limit, &e);
	if (r)
		return r == -EPIPE ? EXIT_USAGE : say_fail(&e, EXIT_USAGE);
	if (stream_losses(d->stream))
		say_warning("%" PRIu64 " records were lost: there may have been more denials",
			    stream_losses(d->stream));
	return EXIT_FINE;
}

/* Sources that tell what happens now; a file tells what was. */
static bool is_live(const char *from)
{
	static const char *const live[] = { "audit", "log", "journal", "kernel" };

	for (size_t i = 0; from && i < countof(live); i++)
		if (strcmp(from, live[i]) == 0)
			return true;
	return !from;
}

/* Whoever touches audit puts back what a killed recorder left of its settings, if he may. */
static void repair_audit(void)
{
	struct err e = { 0 };
	unsigned repaired;

	if (geteuid())
		return;
	if (state_repair(STATE_FOLDER, &repaired, &e))
		say_warning("what a recorder left of audit's settings stays: %s", e.text);
	else if (repaired)
		say_note("audit's settings are put back, which a killed recorder had changed");
}

static int watch(const struct request *q, const struct policy *policy, struct store *store)
{
	autofree char *app = NULL, *release = NULL;
	autostream struct stream *stream = NULL;
	struct duty d = { 0 };
	struct err e = { 0 };
	int status;

	if (is_live(q->from))
		repair_audit();
	if ((q->app && profile_spec(q->app, &app, &release, &e)) ||
	    stream_open(q->from, &stream, &e))
		return say_fail(&e, EXIT_USAGE);
	const struct lookout_options options = {
		.app = app,
		.exes = q->exes.data,
		.policy = policy,
		.store = store,
		.is_live = is_live(q->from),
	};
	d.stream = stream;
	d.board = (struct board){
		.policy = policy,
		.app = options.app,
		.source = stream_name(stream),
		.is_table = !q->is_json && say_can_redraw(STDOUT_FILENO),
	};
	status = stand(&d, q, &options);
	gather_free(d.gather);
	lookout_close(d.lookout);
	return status;
}

/* "2.5": false for what is no number of seconds. */
static bool parse_seconds(const char *text, double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	return end != text && !*end && *seconds >= 0 && *seconds < 1e9;
}

static int take_exe(const char *path, void *context)
{
	struct request *q = context;

	return vec_push(&q->exes, path) ? say_usage("out of memory") : EXIT_FINE;
}

static int parse(int argc, char **argv, struct request *q)
{
	const struct option_row options[] = {
		{ "accept", 0, .word = &q->patch },    { "app", 'a', .word = &q->app },
		{ "db", 'd', .word = &q->db },	       { "exe", 0, .take = take_exe, .context = q },
		{ "for", 0, .word = &q->seconds },     { "from", 0, .word = &q->from },
		{ "json", 0, .flag = &q->is_json },    { "output", 'o', .word = &q->output },
		{ "profile", 0, .word = &q->profile }, { "propose", 0, .flag = &q->wants_proposal },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (optind != argc)
		return say_usage("\"%s\" is too much: the app is named by --app", argv[optind]);
	if (q->seconds && !parse_seconds(q->seconds, &q->limit))
		return say_usage("--for takes seconds, not \"%s\"", q->seconds);
	if (q->patch && q->wants_proposal)
		return say_usage("--propose writes a patch, --accept takes one: one at a time");
	if ((q->patch || q->wants_proposal) && !q->app && !q->profile)
		return say_usage("which profile? name it with --app or --profile");
	if (q->exes.len && !q->app)
		return say_usage("--exe adds executables to an app: name it with --app");
	if (q->exes.len && vec_push(&q->exes, NULL))
		return say_usage("out of memory");
	if (q->output && !q->patch && !q->wants_proposal)
		return say_usage("--output goes with --propose and --accept");
	return EXIT_FINE;
}

/* The store is not needed to watch: without it denials are only shown. */
static void open_store(const struct request *q, struct store **store)
{
	autofree char *path = NULL;
	struct err e = { 0 };

	if (store_path(q->db, &path, &e) || store_open(path, STORE_WRITE, store, &e))
		say_warning("denials will not be stored: %s", e.text);
}

static int carry_out(const struct request *q)
{
	autopolicy struct policy *policy = NULL;
	autostore struct store *store = NULL;
	const char *word = q->profile ? q->profile : q->app;
	struct err e = { 0 };

	if (word && profile_load(word, q->db, &policy, &e))
		return say_fail(&e, EXIT_USAGE);
	open_store(q, &store);
	if ((q->wants_proposal || q->patch) && (!store || !policy))
		return EXIT_USAGE; /* which has been said */
	const struct amendment a = { word, q->app, q->patch, q->output, policy, store };

	if (q->wants_proposal)
		return amendment_propose(&a);
	if (q->patch)
		return amendment_accept(&a);
	return watch(q, policy, store);
}

static int run(int argc, char **argv)
{
	struct request q = { 0 };
	int status = parse(argc, argv, &q);

	if (!status)
		status = carry_out(&q);
	vec_fini(&q.exes);
	return status;
}

const struct command command_watch = {
	.name = "watch",
	.summary = "see what is denied, live, and which rule is missing",
	.usage = "[-d DB] [-a APP[@RELEASE]] [--profile PROFILE] [--exe PATH]...\n"
		 "                  [--from SOURCE] [--for SECONDS] "
		 "[--json]",
	.options = "  -a, --app APP         only what this app is denied: its canaries, and the "
		   "executables of\n"
		   "                        its profile\n"
		   "      --profile PROFILE what to hold denials against; default: the app's last\n"
		   "      --exe PATH        an executable that belongs to the app, beside those of "
		   "its profile;\n"
		   "                        may be repeated\n"
		   "      --from SOURCE     audit (netlink), log (auditd's), journal, kernel, or a "
		   "file; default:\n"
		   "                        the first that can be had\n"
		   "      --for SECONDS     then end\n"
		   "      --json            JSON lines also on a terminal\n"
		   "      --propose         write the rules that would admit what was denied "
		   "so far, as a\n"
		   "                        patch to the profile\n"
		   "      --accept PATCH    join them, after you have read it\n"
		   "  -o, --output FILE     where the patch, or the profile, is written to\n"
		   "  -d, --db DB           the store\n",
	.run = run,
};
