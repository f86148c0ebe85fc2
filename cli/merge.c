/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont merge: gathers databases. */
#include "cli/commands.h"

#include "base/cleanup.h"
#include "cli/option.h"
#include "cli/say.h"
#include "store/store.h"

#include <unistd.h>

/* Into out, in the order given, which makes no difference. */
static int merge(const char *out, char *const *sources)
{
	autostore struct store *s = NULL;
	struct err e = { 0 };
	int r = store_open(out, STORE_WRITE, &s, &e);

	for (; !r && *sources; sources++) {
		if (!**sources)
			return say_usage("an empty word names no database");
		r = store_merge(s, *sources, &e);
		if (r)
			err_wrap(&e, r, "merging %s", *sources);
	}
	return r ? say_fail(&e, EXIT_USAGE) : EXIT_FINE;
}

static int run(int argc, char **argv)
{
	const char *out = NULL;
	const struct option_row options[] = { { "db", 'd', .word = &out } };
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
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
