/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* What a subcommand is. Add one: cli/NAME.c, one line in cli/main.c's array, one in cli/local.mk, a
 * man page, a test. */

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* Exit statuses (docs/design.md, "Command line"). */
enum {
	EXIT_FINE = 0,
	EXIT_NO = 1,	 /* the answer is no */
	EXIT_USAGE = 2,	 /* usage or error */
	EXIT_WONT = 125, /* record, enforce: wont itself failed */
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_HELP = 256, /* none of them: --help was asked for, and cli/main.c gives it */
};

struct command {
	const char *name;
	const char *summary; /* one line, for `wont help` */
	const char *usage;   /* what follows "wont NAME ", may have several lines */
	const char *options; /* the option list of --help, two spaces, option, summary a line; NULL:
				none */
	/* argv[0] is the subcommand's name; optind is 0. Returns the exit status, or EXIT_HELP. */
	int (*run)(int argc, char **argv);
};

#endif
