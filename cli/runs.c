/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont runs: the recorded runs. */
#include "cli/commands.h"

#include "base/cleanup.h"
#include "cli/option.h"
#include "cli/say.h"
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

struct request {
	const char *app, *db; /* NULL: all, the usual one */
	bool is_json;
};

/* The table: cells as text, then columns as wide as their widest cell. */
enum { ID, APP, RELEASE, BACKEND, START, DURATION, CALLS, DISTINCT, STATE, COLUMNS };

struct line {
	struct str cells[COLUMNS];
};

static void print_duration(struct str *out, int64_t nanoseconds)
{
	int64_t seconds = nanoseconds / 1000000000;

	if (seconds < 60)
		str_putf(out, "%.2f s", (double)nanoseconds / 1e9);
	else if (seconds < 3600)
		str_putf(out, "%" PRId64 "m%02ds", seconds / 60, (int)(seconds % 60));
	else
		str_putf(out, "%" PRId64 "h%02dm", seconds / 3600, (int)(seconds / 60 % 60));
}

static void put_text(struct str *cell, const char *text)
{
	str_put_escaped(cell, text, strlen(text));
}

static void fill_line(struct line *line, const struct run *run)
{
	char start[32];

	time_print(run->start, start);
	str_putf(&line->cells[ID], "%" PRId64, run->id);
	put_text(&line->cells[APP], run->app);
	put_text(&line->cells[RELEASE], *run->release ? run->release : "-");
	put_text(&line->cells[BACKEND], run->backend);
	str_put(&line->cells[START], start);
	print_duration(&line->cells[DURATION], run->duration);
	str_putf(&line->cells[CALLS], "%" PRIu64, run->calls);
	str_putf(&line->cells[DISTINCT], "%" PRIu64, run->distinct);
	str_put(&line->cells[STATE], run_state_name(run->state));
	if (run->lost)
		str_putf(&line->cells[STATE], ", %" PRIu64 " lost", run->lost);
	if (*run->reason)
		str_put(&line->cells[STATE], ": ");
	put_text(&line->cells[STATE], run->reason);
}

static void put_line(struct str *out, struct line *line, const size_t *widths)
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		size_t start = out->len;

		str_put(out, str_text(&line->cells[i]));
		while (i != STATE && out->len < start + widths[i] + 2 && !out->failed)
			str_putc(out, ' ');
		out->failed |= line->cells[i].failed;
		str_fini(&line->cells[i]);
	}
	str_putc(out, '\n');
}

static int print_table(const struct runs *runs)
{
	static const char *const titles[COLUMNS] = { "ID",	"APP",	    "RELEASE",
						     "BACKEND", "START",    "DURATION",
						     "CALLS",	"DISTINCT", "STATE" };
	autofree struct line *lines = calloc(runs->all.len + 1, sizeof(*lines));
	size_t widths[COLUMNS] = { 0 };
	autostr struct str out = { .failed = !lines };

	if (!runs->all.len)
		say_note("no run is recorded yet");
	if (!runs->all.len || !lines)
		return say_text(&out);
	for (unsigned i = 0; i < COLUMNS; i++)
		str_put(&lines[0].cells[i], titles[i]);
	for (size_t n = 0; n < runs->all.len; n++)
		fill_line(&lines[n + 1], &runs->all.data[n]);
	for (size_t n = 0; n <= runs->all.len; n++)
		for (unsigned i = 0; i < COLUMNS; i++)
			if (lines[n].cells[i].len > widths[i])
				widths[i] = lines[n].cells[i].len;
	for (size_t n = 0; n <= runs->all.len; n++)
		put_line(&out, &lines[n], widths);
	return say_text(&out);
}

static json_t *text_json(const char *text)
{
	return json_bytes(text, strlen(text));
}

/* record has escaped it already; a stranger's database may hold anything. */
static json_t *command_json(const char *command)
{
	json_t *json = json_string(command);

	return json ? json : text_json(command);
}

static json_t *run_json(const struct run *run)
{
	char started[32];

	time_print(run->start, started);
	return json_pack("{s:I, s:s, s:o, s:o, s:o, s:s, s:o, s:s, s:f, s:I, s:I, s:I, s:i, s:o, "
			 "s:o, s:o, s:o}",
			 "id", (json_int_t)run->id, "uuid", run->uuid, "app", text_json(run->app),
			 "release", text_json(run->release), "backend", text_json(run->backend),
			 "state", run_state_name(run->state), "reason", text_json(run->reason),
			 "started", started, "seconds", (double)run->duration / 1e9, "calls",
			 (json_int_t)run->calls, "distinct", (json_int_t)run->distinct, "lost",
			 (json_int_t)run->lost, "status", run->status, "command",
			 command_json(run->command), "known", text_json(run->known), "kernel",
			 text_json(run->kernel), "machine", text_json(run->machine));
}

static int print_json(const struct runs *runs)
{
	json_t *all = json_array();

	vec_for(run, &runs->all) {
		if (json_array_append_new(all, run_json(run))) {
			json_decref(all);
			return say_json(NULL);
		}
	}
	return say_json(all);
}

/* The runs that were asked for. An app without any may be APP@RELEASE; else it is most likely a
 * typing error. */
static int find(const struct request *request, struct runs *runs, struct err *e)
{
	autofree char *path = NULL;
	autostore struct store *s = NULL;
	autoruns struct runs other = { 0 };
	int r = store_path(request->db, &path, e);

	if (!r)
		r = store_open(path, STORE_READ, &s, e);
	if (!r)
		r = store_runs(s, request->app, NULL, runs, e);
	if (r || !request->app || runs->all.len)
		return r;
	r = store_resolve(s, request->app, &other, e);
	if (r)
		return r;
	runs_fini(runs);
	*runs = other;
	other = (struct runs){ 0 };
	return 0;
}

static int run(int argc, char **argv)
{
	struct request request = { 0 };
	const struct option_row options[] = {
		{ "app", 'a', .word = &request.app },
		{ "db", 'd', .word = &request.db },
		{ "json", 0, .flag = &request.is_json },
	};
	autoruns struct runs runs = { 0 };
	struct err e = { 0 };
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (optind < argc)
		return say_usage("what is \"%s\"? Runs of one app are listed with -a",
				 argv[optind]);
	if (find(&request, &runs, &e))
		return say_fail(&e, EXIT_USAGE);
	return request.is_json ? print_json(&runs) : print_table(&runs);
}

const struct command command_runs = {
	.name = "runs",
	.summary = "list recorded runs",
	.usage = "[-a APP[@RELEASE]] [-d DB] [--json]",
	.options = "  -a, --app APP  only runs of this app, or release of it\n"
		   "  -d, --db DB    the store\n"
		   "      --json     an array of objects\n",
	.run = run,
};
