/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont diff: what B admits that A does not, and the other way round. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/difference.h"
#include "cli/lesson.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*print)(const struct difference *d);
} formats[] = {
	{ "text", difference_text },
	{ "json", difference_json },
	{ "markdown", difference_markdown },
};

struct request {
	const char *words[2];
	const char *db;
	int (*print)(const struct difference *d);
	enum learn_level level;
	bool want_status;
};

static int take_format(const char *name, void *context)
{
	struct request *q = context;

	for (size_t i = 0; i < countof(formats); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			q->print = formats[i].print;
			return EXIT_FINE;
		}
	}
	return say_usage("unknown format \"%s\": text, json or markdown", name);
}

static int parse(int argc, char **argv, struct request *q)
{
	const struct option_row options[] = {
		{ "db", 'd', .word = &q->db },
		{ "exit-code", 0, .flag = &q->want_status },
		{ "format", 0, .take = take_format, .context = q },
		{ "level", 0, .take = lesson_take_level, .context = &q->level },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (argc - optind != 2)
		return say_usage("two profiles are needed: files, or APP[@RELEASE] of the store");
	q->words[0] = argv[optind];
	q->words[1] = argv[optind + 1];
	return EXIT_FINE;
}

/* Between two apps it is what they do that is compared, without what chance may bring: a file
 * has that, too. */
static bool has_file(const struct request *q)
{
	return profile_is_file(q->words[0]) || profile_is_file(q->words[1]);
}

static int learn_side(const struct request *q, struct side *side, struct err *e)
{
	static const char *const loss = "what it lost would look like a difference";
	autostore struct store *s = NULL;
	autofree char *path = NULL;
	struct learn_options options;
	int r = store_path(q->db, &path, e);

	if (!r)
		r = store_open(path, STORE_READ, &s, e);
	if (!r)
		r = lesson_find(&side->lesson, s, side->word, e);
	if (!r && lesson_count(&side->lesson, RUN_TRUNCATED))
		r = lesson_drop(&side->lesson, RUN_TRUNCATED, loss, e);
	if (!r && !side->lesson.runs.all.len)
		return err_set(e, -ENOENT, "\"%s\" has only truncated runs", side->word);
	if (!r && lesson_count(&side->lesson, RUN_LOSSY))
		say_warning("%s has lossy runs: what is missing may have been lost", side->word);
	if (!r)
		r = lesson_read(&side->lesson, s, e);
	if (!r)
		r = store_denials(s, side->lesson.app,
				  side->lesson.release ? side->lesson.release : "", 0,
				  &side->denials, e);
	if (r)
		return r;
	options = lesson_options(&side->lesson, q->level);
	options.without_chance = !has_file(q);
	return learn_policy(&side->lesson.seen, &options, &side->policy, e);
}

static int load_side(const struct request *q, unsigned i, struct side *side, struct err *e)
{
	side->word = q->words[i];
	if (profile_is_file(side->word))
		return profile_load(side->word, q->db, &side->policy, e);
	return learn_side(q, side, e);
}

static int diff(const struct request *q, struct difference *d)
{
	struct err e = { 0 };
	int status;

	if (load_side(q, 0, &d->a, &e) || load_side(q, 1, &d->b, &e) || difference_find(d, &e))
		return say_fail(&e, EXIT_USAGE);
	status = q->print(d);
	if (!status && q->want_status && difference_is_some(d))
		return EXIT_NO;
	return status;
}

static int run(int argc, char **argv)
{
	struct request q = { .print = difference_text, .level = LEARN_ARGS };
	struct difference d = { 0 };
	int status = parse(argc, argv, &q);

	if (!status)
		status = diff(&q, &d);
	difference_fini(&d);
	return status;
}

const struct command command_diff = {
	.name = "diff",
	.summary = "compare two profiles or releases",
	.usage = "[OPTION...] A B",
	.options =
		"      --format text|json|markdown  how to print it\n"
		"      --level calls|args|exact     how apps are learned; default: args\n"
		"      --exit-code                  exit with 1 when they differ\n"
		"  -d, --db DB                      the store that A and B are in, when no files\n",
	.run = run,
};
