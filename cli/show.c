/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont show: the observations of an app, a release or a run. */
#include "cli/commands.h"

#include "cli/board.h"
#include "cli/option.h"
#include "cli/seen.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { TEXTS_SHOWN = 3 }; /* of an observation, without --texts */

struct request {
	const char *db;
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
		 plural_s(runs->all.len), calls, o->all.len);
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

static int print_people(const struct request *request, const struct seen *seen)
{
	autostr struct str out = { 0 };

	print_head(&out, &seen->runs, &seen->observations);
	for (size_t i = 0; i < seen->observations.all.len; i++) {
		const struct observation *o = &seen->observations.all.data[i];

		seen_heading(&out, seen, i);
		str_putf(&out, "%10" PRIu64 "  ", o->count);
		tuple_print(&out, o);
		str_put(&out, o->is_capped ? "  (capped)\n" : "\n");
		texts_print(&out, o, "              ",
			    request->wants_texts ? SIZE_MAX : TEXTS_SHOWN);
	}
	denials_print(&out, &seen->denials);
	return say_text(&out);
}

static int run(int argc, char **argv)
{
	struct request request = { 0 };
	const struct option_row options[] = {
		{ "db", 'd', .word = &request.db },
		{ "json", 0, .flag = &request.is_json },
		{ "texts", 0, .flag = &request.wants_texts },
	};
	autoseen struct seen seen = { 0 };
	struct err e = { 0 };
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (argc - optind != 1)
		return say_usage("one app or run is shown at a time, %d were named", argc - optind);
	if (seen_find(&seen, argv[optind], request.db, &e))
		return say_fail(&e, EXIT_USAGE);
	return request.is_json ? say_json(seen_json(&seen)) : print_people(&request, &seen);
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
