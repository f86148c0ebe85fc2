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
	bool may_split;
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
		{ "split", 0, .flag = &c->may_split },
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

static int write_to(const struct choice *c, const char *path, const struct filter *f,
		    const struct policy *p)
{
	autostr struct str out = { 0 };
	struct err e = { 0 };
	int r;

	c->format->print(f, p, &out);
	r = out.failed ? err_set(&e, -ENOMEM, "out of memory")
		       : file_write(path, 0644, str_text(&out), out.len, &e);
	return r ? say_fail(&e, EXIT_USAGE) : EXIT_FINE;
}

/* One filter goes to where it was asked for, each of several to a file with its number behind. */
static int write_out(const struct choice *c, const struct stack *stack, const struct policy *p)
{
	const char *path = c->output ? c->output : "-";
	int status = EXIT_FINE;

	if (stack->all.len == 1)
		return write_to(c, path, &stack->all.data[0], p);
	for (size_t i = 0; !status && i < stack->all.len; i++) {
		autostr struct str numbered = { 0 };
		struct err e = { 0 };

		str_putf(&numbered, "%s.%zu", path, i + 1);
		status = numbered.failed
				 ? say_fail((err_set(&e, -ENOMEM, "out of memory"), &e), EXIT_USAGE)
				 : write_to(c, str_text(&numbered), &stack->all.data[i], p);
	}
	if (!status)
		say_note("%zu filters, to be loaded in this order: %s.1 to %s.%zu", stack->all.len,
			 path, path, stack->all.len);
	return status;
}

static int compile_view(const struct choice *c, const struct policy *view, struct stack *stack,
			struct err *e)
{
	struct filter f = { 0 };
	int r;

	if (c->may_split)
		return proved_split(view, stack, e);
	r = proved_compile(view, &f, NULL, e);
	if (r)
		return r;
	if (!vec_push(&stack->all, f))
		return 0;
	filter_fini(&f);
	return err_set(e, -ENOMEM, "out of memory");
}

static int compile(const struct choice *c, const char *word)
{
	autopolicy struct policy *p = NULL;
	autostack struct stack stack = { 0 };
	struct policy view = { 0 };
	struct err e = { 0 };
	int r = profile_load(word, c->db, &p, &e);

	if (r)
		return say_fail(&e, EXIT_USAGE);
	r = restrict_arches(c, p, &view, &e);
	if (!r)
		r = compile_view(c, &view, &stack, &e);
	int status = r ? say_fail(&e, proved_status(r)) : write_out(c, &stack, &view);
	if (r == -E2BIG && !c->may_split)
		say_note("--split makes several filters, where no single call needs too much");
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
	if (!status && c.may_split && is_stdout)
		status = say_usage("--split may make several files: choose -o FILE");
	if (!status)
		status = compile(&c, argv[optind]);
	vec_fini(&c.arches);
	return status;
}

const struct command command_compile = {
	.name = "compile",
	.summary = "write the filter of a profile",
	.usage = "[-d DB] [--arch ARCH]... [--format bpf|asm|pfc|c] [--split] [-o FILE] PROFILE",
	.options = "      --arch ARCH    for this arch alone; may be repeated; default: all of the "
		   "profile\n"
		   "      --format NAME  bpf (raw, the default), asm (annotated), pfc (pseudo "
		   "code), c (array)\n"
		   "  -o, --output FILE  write there instead of to standard output\n"
		   "      --split        where one filter cannot hold the profile: several, to be "
		   "loaded in the\n"
		   "                     order FILE.1, FILE.2 ...\n"
		   "  -d, --db DB        the store that PROFILE is in, when it is no file\n",
	.run = run,
};
