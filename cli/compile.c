/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont compile: the filter of a profile, in any format, once it is proved. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/proved.h"
#include "cli/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct choice {
	const char *db;
	const char *output; /* NULL: standard output */
	const struct filter_format *format;
	vec_of(const struct arch *) arches; /* empty: every one of the profile */
};

static int unknown_format(const char *name)
{
	autostr struct str known = { 0 };

	for (const struct filter_format *const *f = filter_formats; *f; f++)
		str_putf(&known, "%s%s", f == filter_formats ? "" : ", ", (*f)->name);
	return say_usage("unknown format \"%s\"; known are %s", name, str_text(&known));
}

static int take_format(const char *name, void *context)
{
	struct choice *c = context;

	c->format = filter_format_by_name(name);
	return c->format ? EXIT_FINE : unknown_format(name);
}

static int take_arch(const char *name, void *context)
{
	struct choice *c = context;
	const struct arch *arch;
	struct err e = { 0 };
	int status = option_take_arch(name, &arch);

	if (!status && vec_push(&c->arches, arch))
		return say_fail((err_set(&e, -ENOMEM, "out of memory"), &e), EXIT_USAGE);
	return status;
}

static int parse_options(int argc, char **argv, struct choice *c)
{
	const struct option_row options[] = {
		{ "arch", 0, .take = take_arch, .context = c },
		{ "db", 'd', .word = &c->db },
		{ "format", 0, .take = take_format, .context = c },
		{ "output", 'o', .word = &c->output },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (!status && argc - optind != 1)
		return say_usage("one PROFILE is needed");
	return status;
}

static bool is_chosen(const struct choice *c, const struct arch *arch)
{
	vec_for(chosen, &c->arches) {
		if (*chosen == arch)
			return true;
	}
	return !c->arches.len;
}

/* A view of p with the chosen blocks alone: the other arches become foreign. Its blocks are p's;
 * only the array is to be freed. */
static int restrict_arches(const struct choice *c, const struct policy *p, struct policy *view,
			   struct err *e)
{
	*view = *p;
	memset(&view->blocks, 0, sizeof(view->blocks));
	vec_for(chosen, &c->arches) {
		if (!policy_block(p, *chosen))
			return err_set(e, -EINVAL, "the profile has nothing for %s",
				       (*chosen)->name);
	}
	vec_for(block, &p->blocks) {
		if (is_chosen(c, block->arch) && vec_push(&view->blocks, *block))
			return err_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

static int write_out(const struct choice *c, const struct filter *f, const struct policy *p)
{
	const char *path = c->output ? c->output : "-";
	autostr struct str out = { 0 };
	struct err e = { 0 };
	int r;

	c->format->print(f, p, &out);
	r = out.failed ? err_set(&e, -ENOMEM, "out of memory")
		       : file_write(path, 0644, str_text(&out), out.len, &e);
	return r ? say_fail(&e, EXIT_USAGE) : EXIT_FINE;
}

static int compile(const struct choice *c, const char *word)
{
	autopolicy struct policy *p = NULL;
	autofilter struct filter f = { 0 };
	struct policy view = { 0 };
	struct err e = { 0 };
	int r = profile_load(word, c->db, &p, &e);

	if (r)
		return say_fail(&e, EXIT_USAGE);
	r = restrict_arches(c, p, &view, &e);
	if (!r)
		r = proved_compile(&view, &f, NULL, &e);
	int status = r ? say_fail(&e, proved_status(r)) : write_out(c, &f, &view);
	vec_fini(&view.blocks);
	return status;
}

static int run(int argc, char **argv)
{
	struct choice c = { .format = filter_format_by_name("bpf") };
	int status = parse_options(argc, argv, &c);
	bool is_stdout = !c.output || strcmp(c.output, "-") == 0;

	if (!status && is_stdout && c.format == filter_format_by_name("bpf") &&
	    isatty(STDOUT_FILENO))
		status = say_usage("a raw program is nothing for a terminal: choose -o FILE or "
				   "--format asm");
	if (!status)
		status = compile(&c, argv[optind]);
	vec_fini(&c.arches);
	return status;
}

const struct command command_compile = {
	.name = "compile",
	.summary = "write the filter of a profile",
	.usage = "[-d DB] [--arch ARCH]... [--format bpf|asm|pfc|c] [-o FILE] PROFILE",
	.options = "      --arch ARCH    for this arch alone; may be repeated; default: all of the "
		   "profile\n"
		   "      --format NAME  bpf (raw, the default), asm (annotated), pfc (pseudo "
		   "code), c (array)\n"
		   "  -o, --output FILE  write there instead of to standard output\n"
		   "  -d, --db DB        the store that PROFILE is in, when it is no file\n",
	.run = run,
};
