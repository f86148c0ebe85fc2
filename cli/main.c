/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wont: record what a program habitually does, learn a policy, prove the filter, enforce it.
 *
 * A map for newcomers. Data runs one way:
 *
 *   tracer/   runs a command and hands every syscall to a sink            event.h
 *   store/    folds events into observations, keeps them in SQLite        observation.h, store.h
 *   learn/    observations -> policy; dangers                             learn.h, danger.h
 *   policy/   the noun in the middle: rules, conditions, text, algebra    policy.h, cond.h
 *   enforce/  policy -> filter -> proof -> kernel; becoming the command   filter.h, launch.h
 *
 * Below them all lie arch/ (syscall tables) and base/ (errors, vectors, strings). cli/ has one file
 * per subcommand; it alone prints for people and exits. This file only finds the subcommand.
 */
#include "base/children.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/say.h"

#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

static const struct command *const commands[] = {
	/* one a line, in the order of `wont help` */
	/* clang-format off: one line each */
	&command_record,
	&command_runs,
	&command_show,
	&command_learn,
	&command_diff,
	&command_explain,
	&command_enforce,
	&command_watch,
	&command_check,
	&command_compile,
	&command_simulate,
	&command_import,
	&command_merge,
	&command_doctor,
	&command_syscalls,
	/* clang-format on */
	NULL,
};

const char *command_name = "";

static int print_overview(void)
{
	autostr struct str s = { 0 };

	str_put(&s, "usage: wont COMMAND [OPTION...] [ARG...]\n\n"
		    "Records what a program habitually does, learns a policy from it, proves the "
		    "filter, enforces it.\n\n");
	for (const struct command *const *c = commands; *c; c++) {
		str_putf(&s, "  %s", (*c)->name);
		str_pad(&s, 13);
		str_putf(&s, "%s\n", (*c)->summary);
	}
	str_put(&s,
		"\n'wont help COMMAND' or 'wont COMMAND --help' tells more; so does wont(1).\n");
	return say_text(&s);
}

static int print_usage(const struct command *c)
{
	autostr struct str s = { 0 };

	str_putf(&s, "usage: wont %s %s\n\n%s\n", c->name, c->usage, c->summary);
	if (c->options)
		str_putf(&s, "\n%s", c->options);
	str_putf(&s, "\nMore in wont-%s(1).\n", c->name);
	return say_text(&s);
}

static int print_version(void)
{
	autostr struct str s = { 0 };

	str_put(&s, "wont " PACKAGE_VERSION "\n");
	return say_text(&s);
}

static const struct command *find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static int unknown(const char *name)
{
	return say_usage("unknown command \"%s\"; 'wont help' lists them", name);
}

static int help(const char *name)
{
	const struct command *c;

	if (!name)
		return print_overview();
	c = find(name);
	return c ? print_usage(c) : unknown(name);
}

/*
 * A standard descriptor that is closed stays closed for the command, but no file of ours may take
 * its number. The place is held by one that fails as a closed one does, and is gone at exec.
 */
static void hold_closed_descriptors(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < (int)countof(modes); fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd] | O_CLOEXEC) != fd)
			return;
}

static void go_on(int signal)
{
	(void)signal;
}

/*
 * Limits on the size of files and on CPU time are meant for the command. Where they meet us, the
 * call is to fail, with a message. The signals are handled and not ignored: what is ignored stays
 * so over exec.
 */
static void outlive_limits(void)
{
	static const int signals[] = { SIGXFSZ, SIGXCPU };
	struct sigaction new = { .sa_handler = go_on, .sa_flags = SA_RESTART }, old;

	for (size_t i = 0; i < countof(signals); i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(signals[i], &new, NULL);
}

int main(int argc, char **argv)
{
	const struct command *c;

	hold_closed_descriptors();
	outlive_limits();
	children_claim();

	if (argc < 2) {
		print_overview();
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return help(argv[1][0] == 'h' ? argv[2] : NULL);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return print_version();
	c = find(argv[1]);
	if (!c)
		return unknown(argv[1]);
	command_name = c->name;
	int status = c->run(argc - 1, argv + 1);
	return status == EXIT_HELP ? print_usage(c) : status;
}
