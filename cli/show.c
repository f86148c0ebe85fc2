/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont show: the observations of an app, a release or a run. */
#include "cli/commands.h"

#include "base/cleanup.h"
#include "cli/tuple.h"
#include "store/store.h"

#include <getopt.h>
#include <inttypes.h>
#include <string.h>

enum { TEXTS_SHOWN = 3 }; /* of an observation, without --texts */

struct request {
	const char *what, *db;
	bool is_json, wants_texts;
};

static void print_head(struct str *out, const struct runs *runs, const struct observations *o)
{
	const struct run *run = &runs->all.data[0];
	uint64_t calls = 0;

	vec_for(r, &runs->all)
		calls += r->calls;
	str_put_escaped(out, run->app, strlen(run->app));
	if (*run->release) {
		str_putc(out, '@');
		str_put_escaped(out, run->release, strlen(run->release));
	}
	str_putf(out, ": %zu run%s, %" PRIu64 " calls, %zu observations\n", runs->all.len,
		 runs->all.len == 1 ? "" : "s", calls, o->all.len);
	vec_for(r, &runs->all) {
		if (r->state == RUN_COMPLETE)
			continue;
		str_putf(out, "run %" PRId64 " is %s", r->id, run_state_name(r->state));
		if (*r->reason) {
			str_put(out, ": ");
			str_put_escaped(out, r->reason, strlen(r->reason));
		}
		str_putc(out, '\n');
	}
}

/* The heading of an executable's calls of one arch, where that changes. */
static void print_exe(struct str *out, const struct observation *o, const struct observation *last)
{
	if (last && strcmp(o->exe, last->exe) == 0 && strcmp(o->exe_id, last->exe_id) == 0 &&
	    o->arch == last->arch)
		return;
	str_putc(out, '\n');
	str_put_escaped(out, o->exe, strlen(o->exe));
	str_putf(out, "  %s", o->arch->name);
	if (*o->exe_id) {
		str_put(out, "  ");
		str_put_escaped(out, o->exe_id, strlen(o->exe_id));
	}
	str_putc(out, '\n');
}

static int print_people(const struct request *request, const struct runs *runs,
			const struct observations *all)
{
	const struct observation *last = NULL;
	autostr struct str out = { 0 };

	print_head(&out, runs, all);
	vec_for(o, &all->all) {
		print_exe(&out, o, last);
		str_putf(&out, "%10" PRIu64 "  ", o->count);
		tuple_print(&out, o);
		str_put(&out, o->is_capped ? "  (capped)\n" : "\n");
		texts_print(&out, o, "              ",
			    request->wants_texts ? SIZE_MAX : TEXTS_SHOWN);
		last = o;
	}
	return say_text(&out);
}

static int print_json(const struct runs *runs, const struct observations *all)
{
	const struct run *run = &runs->all.data[0];
	json_t *list = json_array();

	vec_for(o, &all->all) {
		if (json_array_append_new(list, tuple_json(o))) {
			json_decref(list);
			return say_json(NULL);
		}
	}
	return say_json(json_pack("{s:o, s:o, s:i, s:o}", "app",
				  json_bytes(run->app, strlen(run->app)), "release",
				  json_bytes(run->release, strlen(run->release)), "runs",
				  (int)runs->all.len, "observations", list));
}

static int show(const struct request *request)
{
	autofree char *path = NULL;
	autostore struct store *s = NULL;
	autoruns struct runs runs = { 0 };
	autoobservations struct observations o = { 0 };
	struct err e = { 0 };
	int r = store_path(request->db, &path, &e);

	if (!r)
		r = store_open(path, STORE_READ, &s, &e);
	if (!r)
		r = store_resolve(s, request->what, &runs, &e);
	if (!r)
		r = store_observations(s, &runs, true, &o, &e);
	if (r)
		return say_fail(&e, EXIT_USAGE);
	return request->is_json ? print_json(&runs, &o) : print_people(request, &runs, &o);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = { { "db", required_argument, NULL, 'd' },
						 { "json", no_argument, NULL, 'j' },
						 { "texts", no_argument, NULL, 't' },
						 { 0 } };
	struct request request = { 0 };
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":d:", options, NULL)) != -1) {
		if (c == 'd')
			request.db = optarg;
		else if (c == 'j')
			request.is_json = true;
		else if (c == 't')
			request.wants_texts = true;
		else if (c == ':')
			return say_usage("%s needs a value", argv[optind - 1]);
		else
			return say_usage("unknown option \"%s\"", argv[optind - 1]);
	}
	if (argc - optind != 1)
		return say_usage("one app or run is shown at a time, %d were named", argc - optind);
	request.what = argv[optind];
	return show(&request);
}

const struct command command_show = {
	.name = "show",
	.summary = "show what was observed",
	.usage = "[-d DB] [--json] [--texts] APP[@RELEASE]|RUN",
	.options = "  -d, --db DB    the store\n"
		   "      --json     one object\n"
		   "      --texts    all paths, addresses and command lines, not the first three\n",
	.run = run,
};
