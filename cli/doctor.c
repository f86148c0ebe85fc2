/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont doctor: what this machine allows, and what to do about the rest. */
#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/option.h"
#include "cli/say.h"

#include <unistd.h>

struct request {
	const char *db;
	bool is_json;
};

static int parse(int argc, char **argv, struct request *q)
{
	const struct option_row options[] = {
		{ "db", 'd', .word = &q->db },
		{ "json", 0, .flag = &q->is_json },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (optind < argc)
		return say_usage("unexpected word \"%s\"", argv[optind]);
	return EXIT_FINE;
}

static void put_line(struct str *out, const struct ability *a, bool has, const char *found,
		     const char *remedy)
{
	const char *mark = has ? "ok" : a->is_needed ? "NO" : "no";

	str_putf(out, "%s  %s", mark, a->name);
	str_pad(out, 17);
	str_putf(out, "%s\n", found);
	if (!has && *remedy) {
		str_pad(out, 17);
		str_putf(out, "-> %s\n", remedy);
	}
}

static json_t *entry(const struct ability *a, bool has, const char *found, const char *remedy)
{
	return json_pack("{s:s, s:b, s:b, s:s, s:s}", "name", a->name, "ok", has, "needed",
			 a->is_needed, "found", found, "remedy", has ? "" : remedy);
}

static int run(int argc, char **argv)
{
	struct request q = { 0 };
	autostr struct str text = { 0 };
	bool works = true;
	int status = parse(argc, argv, &q);

	if (status)
		return status;
	json_t *entries = json_array();
	for (const struct ability *a = abilities; a->name; a++) {
		autostr struct str found = { 0 }, remedy = { 0 };
		bool has = a->look(q.db, &found, &remedy);

		works = works && (has || !a->is_needed);
		put_line(&text, a, has, str_text(&found), str_text(&remedy));
		json_array_append_new(entries, entry(a, has, str_text(&found), str_text(&remedy)));
	}
	str_put(&text, works ? "\nrecord and enforce work here.\n"
			     : "\nrecord or enforce cannot work here: see NO above.\n");
	json_t *all = json_pack("{s:b, s:o}", "works", works, "checks", entries);
	status = q.is_json ? say_json(json_incref(all)) : say_text(&text);
	json_decref(all);
	return status ? status : works ? EXIT_FINE : EXIT_NO;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "say what this kernel and these privileges allow",
	.usage = "[-d DB] [--json]",
	.options = "  -d, --db DB  the store to look at\n"
		   "      --json   one object\n"
		   "\n"
		   "The exit status is 0 when record and enforce work here, else 1.\n",
	.run = run,
};
