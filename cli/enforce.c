/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont enforce: become the command, under its profile. */
#include "base/cleanup.h"
#include "base/file.h"
#include "cli/canary.h"
#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/say.h"
#include "cli/supervise.h"
#include "enforce/kills.h"
#include "enforce/launch.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <unistd.h>

/* What --action puts in the place of kills. */
struct choice {
	const char *name;
	struct action action;
	/* Only kill and log reach the audit log by themselves; this has the others logged too. */
	unsigned flags;
};

static const struct choice choices[] = {
	{ "kill", { ACTION_KILL_PROCESS, 0 }, 0 },
	{ "errno", { ACTION_ERRNO, EPERM }, SECCOMP_FILTER_FLAG_LOG },
	{ "log", { ACTION_LOG, 0 }, SECCOMP_FILTER_FLAG_LOG },
	{ "trap", { ACTION_TRAP, 0 }, SECCOMP_FILTER_FLAG_LOG },
};

struct request {
	const char *db;
	const struct choice *choice; /* NULL: as the profile says */
	bool is_explained, is_supervised;
	bool may_split;
	const char *profile;
	char **argv;
};

static int bad_usage(void)
{
	return EXIT_WONT; /* as env(1), whose other statuses are the command's */
}

static int take_action(const char *name, void *context)
{
	const struct choice **choice = context;

	for (size_t i = 0; i < countof(choices); i++) {
		if (strcmp(choices[i].name, name) == 0) {
			*choice = &choices[i];
			return EXIT_FINE;
		}
	}
	return say_usage("unknown action \"%s\": kill, errno, log or trap", name);
}

/* One round of options; 0, or an exit status. */
static int parse_options(int argc, char **argv, struct request *q)
{
	const struct option_row options[] = {
		{ "action", 0, .take = take_action, .context = &q->choice },
		{ "db", 'd', .word = &q->db },
		{ "explain", 0, .flag = &q->is_explained },
		{ "split", 0, .flag = &q->may_split },
		{ "supervise", 0, .flag = &q->is_supervised },
	};

	int status = options_take(argc, argv, OPTIONS_FIRST, options, countof(options));

	return !status || status == EXIT_HELP ? status : bad_usage();
}

/* Do the options that keep a parent fit together? */
static int parse_parent(const struct request *q)
{
	const char *name = q->is_explained ? "--explain" : "--supervise";

	if (q->is_explained && q->is_supervised) {
		say_usage("--explain and --supervise are two ways to the same: choose one");
		return bad_usage();
	}
	if ((q->is_explained || q->is_supervised) && q->may_split) {
		say_usage("%s works with one filter: leave out --split", name);
		return bad_usage();
	}
	if ((q->is_explained || q->is_supervised) && q->choice &&
	    q->choice->action.kind == ACTION_TRAP) {
		say_usage("%s cannot trap: choose --action kill, errno or log", name);
		return bad_usage();
	}
	return 0;
}

/* [OPTION...] PROFILE [OPTION...] [--] COMMAND [ARG...] */
static int parse(int argc, char **argv, struct request *q)
{
	int status = parse_options(argc, argv, q);

	if (status)
		return status;
	if (optind == argc || strcmp(argv[optind - 1], "--") == 0) {
		say_usage("which PROFILE is to be enforced?");
		return bad_usage();
	}
	q->profile = argv[optind++];
	status = parse_options(argc, argv, q);
	if (status)
		return status;
	if (optind == argc) {
		say_usage("which command is to run under \"%s\"?", q->profile);
		return bad_usage();
	}
	q->argv = argv + optind;
	return parse_parent(q);
}

/* A rule that nobody keeps would be a promise broken. */
static int check_enforceable(const struct policy *p, struct err *e)
{
	if (!p->paths.len && !p->nets.len)
		return 0;
	return err_set(e, -EOPNOTSUPP,
		       "the profile has paths or net rules, which this version cannot enforce yet: "
		       "enforcing the rest alone would promise too much");
}

/* original: as it was loaded; policy: with the kills replaced. */
static int prepare_policy(const struct request *q, struct policy **original, struct policy **policy,
			  struct err *e)
{
	int r = profile_load(q->profile, q->db, original, e);

	if (!r) {
		policy_keep_order(*original, arch_native()->is_big_endian);
		r = check_enforceable(*original, e);
	}
	if (!r && !(*policy = policy_clone(*original)))
		r = err_set(e, -ENOMEM, "out of memory");
	if (!r && q->choice && !q->is_explained && !q->is_supervised)
		r = kills_replace(*policy, q->choice->action, e);
	return r;
}

/* A canary that nobody can hear is worth a word. */
static void check_logging(const struct request *q)
{
	static const char path[] = "/proc/sys/kernel/seccomp/actions_logged";
	autofree char *logged = NULL;
	size_t len;

	if (!q->choice || q->choice->action.kind != ACTION_LOG ||
	    file_read(path, 4096, &logged, &len, NULL))
		return;
	for (char *word = strtok(logged, " \n"); word; word = strtok(NULL, " \n"))
		if (strcmp(word, "log") == 0)
			return;
	say_warning("nothing will be logged: \"log\" is missing in %s", path);
}

static bool is_canary(const struct request *q)
{
	return q->choice && q->choice->action.kind == ACTION_LOG;
}

/* The store, where there is one that can be written to; a canary does not depend on it. */
static struct store *open_if_there(const struct request *q)
{
	autofree char *path = NULL;
	struct store *store = NULL;
	struct err e = { 0 };

	if (store_path(q->db, &path, &e) || access(path, F_OK))
		return NULL;
	if (store_open(path, STORE_WRITE, &store, &e))
		say_warning("this canary will not count: %s", e.text);
	return store;
}

/* Whoever watches knows it by its pid, which stays ours. */
static void begin_canary(const struct request *q, const struct policy *original)
{
	autostore struct store *store = is_canary(q) ? open_if_there(q) : NULL;
	struct err e = { 0 };
	char uuid[37];

	if (store && canary_begin(store, original, getpid(), uuid, &e))
		say_warning("this canary will not count: %s", e.text);
}

static int become(const struct request *q, const struct policy *original,
		  const struct policy *policy)
{
	autolaunch struct launch *launch = NULL;
	struct err e = { 0 };

	check_logging(q);
	int r = (q->may_split ? launch_prepare_split : launch_prepare)(policy, q->argv, environ,
								       &launch, &e);

	if (!r)
		begin_canary(q, original);

	if (!r)
		r = launch_exec(launch, q->choice ? q->choice->flags : 0, &e);
	else if (r == -ENOENT)
		return say_fail(&e, EXIT_NOT_FOUND);
	else if (r == -EACCES)
		return say_fail(&e, EXIT_NOT_EXECUTABLE);
	return say_fail(&e, EXIT_WONT);
}

/* Denials are stored where that is possible; judging does not depend on it. */
static int stay(const struct request *q, const struct policy *policy)
{
	autofree char *path = NULL;
	autostore struct store *store = NULL;
	char canary[37];
	struct judgement j = {
		.policy = policy,
		.profile = q->profile,
		.argv = q->argv,
		.sentence = q->choice ? q->choice->action : choices[0].action,
	};
	struct err e = { 0 };

	if (store_path(q->db, &path, &e) || store_open(path, STORE_WRITE, &store, &e))
		say_warning("denials will not be stored: %s", e.text);
	j.store = store;
	if (store && is_canary(q) && !canary_begin(store, policy, getpid(), canary, &e))
		j.canary = canary;
	int status = q->is_supervised ? supervise(&j) : judge(&j);
	/* We have stood beside every call. Where the command did not start there is no canary. */
	bool is_started =
		status != EXIT_WONT && status != EXIT_NOT_FOUND && status != EXIT_NOT_EXECUTABLE;
	if (j.canary && is_started && canary_complete(store, canary, &e))
		say_warning("this canary will not count: %s", e.text);
	return status;
}

static int run(int argc, char **argv)
{
	autopolicy struct policy *original = NULL, *policy = NULL;
	struct request q = { 0 };
	struct err e = { 0 };
	int status = parse(argc, argv, &q);

	if (status)
		return status;
	if (prepare_policy(&q, &original, &policy, &e))
		return say_fail(&e, EXIT_WONT);
	return q.is_explained || q.is_supervised ? stay(&q, policy) : become(&q, original, policy);
}

const struct command command_enforce = {
	.name = "enforce",
	.summary = "run a command under a profile",
	.usage = "[-d DB] [--action kill|errno|log|trap] [--explain|--supervise|--split] PROFILE "
		 "[--] COMMAND [ARG...]",
	.options = "  -d, --db DB          the store that PROFILE is in, when it is no file\n"
		   "      --action ACTION  instead of killing: errno (EPERM), log (let it go on, "
		   "and log it),\n"
		   "                       trap (SIGSYS to the caller), or kill (the process, also "
		   "where the\n"
		   "                       profile kills a thread alone)\n"
		   "      --explain        keep a parent that tells each denied call, its "
		   "arguments, and the\n"
		   "                       rule that would admit it\n"
		   "      --supervise      the same without tracing: allowed calls cost nothing\n"
		   "      --split          several filters where one cannot hold the profile\n"
		   "\n"
		   "Options may also stand behind PROFILE. The exit status is the command's own; "
		   "125 when wont\n"
		   "itself failed, 126 when the command cannot be executed, 127 when there is no "
		   "such command.\n",
	.run = run,
};
