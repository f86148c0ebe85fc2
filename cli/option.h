/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

/* The options of a subcommand, as a table. */

#include <stdbool.h>
#include <stddef.h>

/* One option, and the one thing that is done where it is met. */
struct option_row {
	const char *name;  /* of --name */
	char letter;	   /* of -l; 0: it has none */
	bool *flag;	   /* becomes true, or */
	const char **word; /* becomes the value, borrowed and not empty, or */
	/* is told the value; returns EXIT_FINE, or an exit status after say_usage */
	int (*take)(const char *value, void *context);
	void *context; /* take's own */
};

/* The rows of one subcommand at most; --help and -h are not among them: every one has those. */
enum { OPTION_ROWS_MAX = 16 };

/* Where may options stand? */
enum option_order {
	OPTIONS_ANYWHERE, /* the words behind them are moved to the end of argv */
	OPTIONS_FIRST,	  /* up to the first word that is none: a command has its own */
};

/*
 * Reads the options of argv, from optind on, and leaves optind at the first word. Returns
 * EXIT_FINE, EXIT_HELP, or what take or say_usage returned.
 */
int options_take(int argc, char **argv, enum option_order order, const struct option_row *rows,
		 size_t count);

/* For take: the context, a const struct arch **, becomes the architecture of that name. */
int option_take_arch(const char *name, void *arch);

#endif
