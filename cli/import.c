/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont import: logs of other tools become runs, with their gaps. */
#include "cli/commands.h"

#include "base/cleanup.h"
#include "base/lines.h"
#include "base/number.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/say.h"
#include "interop/format.h"
#include "store/store.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct request {
	const char *app, *release, *db, *format, *session;
	struct format_filter filter;
	char *const *files;
};

/* An import under way: the context of the sink. */
struct taking {
	struct store *store;
	const struct request *request;
	const struct format *format;
	struct str app;		   /* as it is stored */
	struct recorder *recorder; /* NULL until something was told */
	uint64_t now;		   /* the time of what has none */
	struct err error;	   /* why the sink failed */
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* The app is the first executable's where nobody named it. */
static int open_run(struct taking *t, const struct event *event)
{
	const struct request *q = t->request;
	const char *path = event->process->exe->path;
	const char *slash = strrchr(path, '/');
	autostr struct str backend = { 0 };
	struct run_start start = {
		.release = q->release,
		.command = q->files[0],
		.start = (int64_t)event->time,
	};

	if (!q->app && strcmp(path, EXE_UNKNOWN) == 0)
		return err_set(&t->error, -EINVAL,
			       "the log does not name its first executable: name the app with -a");
	str_put(&t->app, q->app ? q->app : slash ? slash + 1 : path);
	if (profile_name_fault(str_text(&t->app)))
		return err_set(&t->error, -EINVAL,
			       "\"%s\" cannot be an app's name: %s; -a gives another",
			       str_text(&t->app), profile_name_fault(str_text(&t->app)));
	str_putf(&backend, "import-%s", t->format->name);
	start.app = str_text(&t->app);
	start.backend = str_text(&backend);
	return recorder_open(t->store, &start, &t->recorder, &t->error);
}

static int take_event(void *context, const struct event *event)
{
	struct taking *t = context;
	struct event timed = *event;
	int r;

	if (!timed.time)
		timed.time = t->now;
	if (!t->recorder) {
		r = open_run(t, &timed);
		if (r)
			return r;
	}
	r = recorder_event(t->recorder, &timed);
	if (r && !t->error.code)
		t->error = *recorder_error(t->recorder);
	return r;
}

/* One file after the other, as if they were one. */
static int read_files(struct taking *t, void *reading, struct err *e)
{
	for (char *const *file = t->request->files; *file; file++) {
		autolines struct lines *lines = NULL;
		const char *line;
		size_t len;
		int r = lines_open(*file, &lines, e);

		if (r)
			return r;
		while (!(r = lines_next(lines, &line, &len, e))) {
			r = t->format->line(reading, line, len);
			if (r) {
				*e = t->error;
				return e->code ? r : err_sys(e, r, "cannot read %s", *file);
			}
		}
		if (r != -ENODATA)
			return r;
	}
	return 0;
}

static void put_reason(struct str *out, const struct format_gaps *gaps)
{
	if (gaps->missing)
		str_putf(out, "%" PRIu64 " calls or events are missing in the log; ",
			 gaps->missing);
	if (gaps->damaged)
		str_putf(out, "%" PRIu64 " lines or calls are damaged; ", gaps->damaged);
	if (gaps->unknown)
		str_putf(out, "%" PRIu64 " calls have an unknown name or ABI; ", gaps->unknown);
	if (gaps->nameless)
		str_putf(out,
			 "the log does not name %" PRIu64
			 " executables: they are all told as \"" EXE_UNKNOWN "\"; ",
			 gaps->nameless);
	if (gaps->caveat)
		str_put(out, gaps->caveat);
	while (out->len && (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == ';'))
		out->data[--out->len] = 0;
}

static int close_run(struct taking *t, const struct format_gaps *gaps)
{
	uint64_t lost = gaps->missing + gaps->damaged + gaps->unknown;
	enum run_state state = lost ? RUN_LOSSY : RUN_COMPLETE;
	autostr struct str reason = { 0 };
	struct recorder_figures figures;
	struct err e = { 0 };
	int64_t run = recorder_run(t->recorder);

	put_reason(&reason, gaps);
	recorder_figures(t->recorder, &figures);
	if (recorder_close(take(t->recorder), state, str_text(&reason), -1, lost, &e))
		return say_fail(&e, EXIT_USAGE);
	if (reason.len)
		say_warning("%s", str_text(&reason));
	if (gaps->denied)
		say_note("left out %" PRIu64 " call%s that a filter denied", gaps->denied,
			 plural_s(gaps->denied));
	say_note("run %" PRId64 " of %s%s%s: %" PRIu64 " call%s, %" PRIu64 " distinct, %" PRIu64
		 " argument pattern%s, %s",
		 run, str_text(&t->app), t->request->release ? "@" : "",
		 t->request->release ? t->request->release : "", figures.calls,
		 plural_s(figures.calls), figures.distinct_calls, figures.distinct_tuples,
		 plural_s(figures.distinct_tuples), run_state_name(state));
	return EXIT_FINE;
}

static int import(struct taking *t)
{
	struct sink sink = { .event = take_event, .context = t };
	struct format_gaps gaps = { 0 };
	struct err e = { 0 };
	void *reading = t->format->begin(&sink, &t->request->filter);
	int r = reading ? read_files(t, reading, &e) : err_set(&e, -ENOMEM, "out of memory");

	if (!r) {
		r = t->format->end(reading, &gaps);
		if (r)
			e = t->error.code ? t->error
					  : (struct err){ .code = r, .text = "out of memory" };
	}
	if (reading)
		t->format->free(reading);
	if (!r && !t->recorder)
		r = err_set(&e, -ENODATA,
			    "no call was found: %" PRIu64
			    " lines could not be read, and none of the "
			    "others is wanted",
			    gaps.damaged);
	if (!r)
		return close_run(t, &gaps);
	/* What came before is kept, and known for a part. */
	struct err late = { 0 };
	if (t->recorder && recorder_close(take(t->recorder), RUN_TRUNCATED, e.text, -1, 0, &late))
		say_warning("%s", late.text);
	return say_fail(&e, EXIT_USAGE);
}

static bool parse_session(const char *text, struct format_filter *filter)
{
	uint64_t number;

	if (!number_read(&text, &number) || *text || number > UINT32_MAX)
		return false;
	filter->has_session = true;
	filter->session = (uint32_t)number;
	return true;
}

static int parse(int argc, char **argv, struct request *q)
{
	const struct option_row options[] = {
		{ "app", 'a', .word = &q->app },
		{ "db", 'd', .word = &q->db },
		{ "exe", 0, .word = &q->filter.exe },
		{ "format", 'f', .word = &q->format },
		{ "key", 0, .word = &q->filter.key },
		{ "release", 'r', .word = &q->release },
		{ "selection", 0, .flag = &q->filter.is_selection },
		{ "session", 0, .word = &q->session },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	q->files = argv + optind;
	if (!*q->files)
		return say_usage("no file was named; \"-\" is the standard input");
	if (q->session && !parse_session(q->session, &q->filter))
		return say_usage("\"%s\" is no number of a session", q->session);
	if (q->app && profile_name_fault(q->app))
		return say_usage("\"%s\" cannot be an app's name: %s", q->app,
				 profile_name_fault(q->app));
	if (q->release && profile_name_fault(q->release))
		return say_usage("\"%s\" cannot be a release: %s", q->release,
				 profile_name_fault(q->release));
	return EXIT_FINE;
}

static int say_formats(const char *name)
{
	autostr struct str known = { 0 };

	for (const struct format *const *f = formats; *f; f++)
		str_putf(&known, "%s%s", f == formats ? "" : ", ", (*f)->name);
	return name ? say_usage("unknown format \"%s\"; known are %s", name, str_text(&known))
		    : say_usage("--format says what the file is: %s", str_text(&known));
}

static int run(int argc, char **argv)
{
	struct request q = { 0 };
	autofree char *path = NULL;
	autostore struct store *store = NULL;
	struct err e = { 0 };
	int status = parse(argc, argv, &q);

	if (status)
		return status;
	const struct format *format = q.format ? format_by_name(q.format) : NULL;
	if (!format)
		return say_formats(q.format);
	int r = store_path(q.db, &path, &e);
	if (!r)
		r = store_open(path, STORE_WRITE, &store, &e);
	if (r)
		return say_fail(&e, EXIT_USAGE);
	struct taking t = { .store = store, .request = &q, .format = format, .now = now() };
	status = import(&t);
	str_fini(&t.app);
	return status;
}

const struct command command_import = {
	.name = "import",
	.summary = "make a run of a log: audit.log, strace's output",
	.usage = "--format audit|strace [OPTION...] FILE...",
	.options =
		"  -f, --format FORMAT    audit: audit.log, ausearch --raw; strace: strace -f -o\n"
		"  -a, --app APP          the app that the run belongs to; default: the first "
		"executable's name\n"
		"  -r, --release RELEASE  its release\n"
		"  -d, --db DB            the store\n"
		"      --exe PATH         only the calls of this executable\n"
		"      --key KEY          audit: only those of the rule with this key\n"
		"      --session N        audit: only those of this login session\n"
		"      --selection        audit: the log is a selection, gaps in it are no loss\n"
		"\n"
		"Files are read one after the other, the oldest first; gzip and xz are unpacked.\n",
	.run = run,
};
