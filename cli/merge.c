/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont merge: gathers databases. */
#include "cli/commands.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "store/store.h"

#include <getopt.h>

/* Into out, in the order given, which makes no difference. */
static int merge(const char *out, char *const *sources)
{
	autostore struct store *s = NULL;
	struct err e = { 0 };
	int r = store_open(out, STORE_WRITE, &s, &e);

	for (; !r && *sources; sources++) {
		r = store_merge(s, *sources, &e);
		if (r)
			err_wrap(&e, r, "merging %s", *sources);
	}
	return r ? say_fail(&e, EXIT_USAGE) : EXIT_FINE;
}

static int run(int argc, char **argv)
{
	static const struct option options[] = { { "db", required_argument, NULL, 'd' }, { 0 } };
	const char *out = NULL;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":d:", options, NULL)) != -1) {
		if (c == 'd')
			out = optarg;
		else if (c == ':')
			return say_usage("%s needs a value", argv[optind - 1]);
		else
			return say_usage("unknown option \"%s\"", argv[optind - 1]);
	}
	/* Named, always: what is gathered is seldom meant for the usual place. */
	if (!out)
		return say_usage("-d names the database to merge into");
	if (optind == argc)
		return say_usage("no database to merge was named");
	return merge(out, argv + optind);
}

const struct command command_merge = {
	.name = "merge",
	.summary = "join stores",
	.usage = "-d OUT DB...",
	.options =
		"  -d, --db OUT   the store that takes everything; created where it is missing\n",
	.run = run,
};
