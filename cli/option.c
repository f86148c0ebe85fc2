/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of a subcommand, as a table. */
#include "cli/option.h"

#include "arch/arch.h"
#include "cli/say.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

/* What getopt_long returns for the first row; none of its own values. */
enum { ROW_BASE = 256 };

/* word: the one before optind. A letter may stand in the middle of a later one ("-qx"), so that
 * optopt has to tell. */
static int refuse(int found, const char *word)
{
	const char letter[] = { '-', (char)optopt, 0 };
	const char *name = optopt && optopt < ROW_BASE ? letter : word;

	if (found == ':')
		return say_usage("option \"%s\" needs a value", name);
	if (optopt >= ROW_BASE)
		return say_usage("option \"%.*s\" takes no value", (int)strcspn(word, "="), word);
	return say_usage("unknown option \"%s\"", name);
}

static int take(const struct option_row *row, const char *value)
{
	if (row->flag)
		*row->flag = true;
	else if (!row->word)
		return row->take(value, row->context);
	else if (!*value)
		return say_usage("option \"--%s\" needs a value: an empty one is none", row->name);
	else
		*row->word = value;
	return EXIT_FINE;
}

static const struct option_row *row_of(int found, const struct option_row *rows, size_t count)
{
	if (found >= ROW_BASE)
		return &rows[found - ROW_BASE];
	for (size_t i = 0; i < count; i++)
		if (rows[i].letter && rows[i].letter == found)
			return &rows[i];
	return NULL;
}

int options_take(int argc, char **argv, enum option_order order, const struct option_row *rows,
		 size_t count)
{
	struct option options[OPTION_ROWS_MAX + 2] = { 0 };
	char letters[2 * OPTION_ROWS_MAX + 4];
	char *end = letters;
	int status = EXIT_FINE;

	assert(count <= OPTION_ROWS_MAX);
	if (order == OPTIONS_FIRST)
		*end++ = '+';
	*end++ = ':'; /* the messages are ours */
	*end++ = 'h';
	for (size_t i = 0; i < count; i++) {
		options[i] = (struct option){ rows[i].name,
					      rows[i].flag ? no_argument : required_argument, NULL,
					      ROW_BASE + (int)i };
		if (!rows[i].letter)
			continue;
		*end++ = rows[i].letter;
		if (!rows[i].flag)
			*end++ = ':';
	}
	*end = 0;
	options[count] = (struct option){ "help", no_argument, NULL, 'h' };
	for (int found;
	     !status && (found = getopt_long(argc, argv, letters, options, NULL)) != -1;) {
		const struct option_row *row = row_of(found, rows, count);

		if (found == 'h')
			return EXIT_HELP;
		status = row ? take(row, optarg) : refuse(found, argv[optind - 1]);
	}
	return status;
}

int option_take_arch(const char *name, void *context)
{
	autostr struct str known = { 0 };
	const struct arch **arch = context, *found = arch_by_name(name);

	if (found) {
		*arch = found;
		return EXIT_FINE;
	}
	for (const struct arch *const *a = arches; *a; a++)
		str_putf(&known, "%s%s", a == arches ? "" : ", ", (*a)->name);
	return say_usage("unknown arch \"%s\"; known are %s", name, str_text(&known));
}
