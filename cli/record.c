/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont record: run a command under a recording back end, fold what it does into the store. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/known.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/say.h"
#include "cli/status.h"
#include "enforce/program.h"
#include "store/store.h"
#include "tracer/tracer.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_MAX = 4096 }; /* bytes of the command line after which a run keeps no more words */

/* What the command line asks for. */
struct request {
	const char *app, *release, *backend, *db, *known;
	bool wants_stacks, wants_args, wants_daemon, is_quiet;
	char *const *argv;
};

/* A recording under way: the context of the sink. */
struct taping {
	struct store *store;
	const struct run_start *start;
	struct recorder *recorder; /* NULL until the command has been executed */
	struct status status;
	struct err error; /* why the sink failed */
};

/* What the app is called where nobody says. A path without a base name is no command: it will fail,
 * and with the right message. */
static const char *default_app(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	return *base ? base : "none";
}

/* 0, or the exit status after a message. */
static int parse(int argc, char **argv, struct request *request)
{
	const struct option_row options[] = {
		{ "app", 'a', .word = &request->app },
		{ "args", 0, .flag = &request->wants_args },
		{ "as-daemon", 0, .flag = &request->wants_daemon },
		{ "backend", 'b', .word = &request->backend },
		{ "db", 'd', .word = &request->db },
		{ "known", 0, .word = &request->known },
		{ "quiet", 'q', .flag = &request->is_quiet },
		{ "release", 'r', .word = &request->release },
		{ "stack", 0, .flag = &request->wants_stacks },
	};

	int status = options_take(argc, argv, OPTIONS_FIRST, options, countof(options));

	if (status)
		return status == EXIT_HELP ? status : EXIT_WONT;
	request->argv = argv + optind;
	if (!*request->argv) {
		say_usage("no command: write it behind the options");
		return EXIT_WONT;
	}
	return 0;
}

static void say_unknown_backend(const char *name)
{
	autostr struct str known = { 0 };

	for (const struct backend *const *b = backends; *b; b++)
		str_putf(&known, "%s%s", b == backends ? "" : ", ", (*b)->name);
	say_usage("unknown back end \"%s\"; known are %s", name, str_text(&known));
}

/* Completes what was left out and looks at the rest: 0, or the exit status after a message. */
static int complete(struct request *request, const struct backend **backend)
{
	if (!request->app)
		request->app = default_app(request->argv[0]);
	*backend = request->backend ? backend_by_name(request->backend) : backends[0];
	if (profile_name_fault(request->app))
		say_usage("\"%s\" cannot be an app's name: %s; -a gives another", request->app,
			  profile_name_fault(request->app));
	else if (request->release && profile_name_fault(request->release))
		say_usage("\"%s\" cannot be a release: %s", request->release,
			  profile_name_fault(request->release));
	else if (!*backend)
		say_unknown_backend(request->backend);
	else if ((request->wants_args || request->wants_daemon) &&
		 strcmp((*backend)->name, "audit") != 0)
		say_usage("%s is for the audit back end (-b audit)",
			  request->wants_args ? "--args" : "--as-daemon");
	else
		return 0;
	return EXIT_WONT;
}

/* ---- the sink ---- */

static int fail(struct taping *t, int r)
{
	if (t->recorder && !t->error.code)
		t->error = *recorder_error(t->recorder);
	return r;
}

/* The command may be about to write where the status line stands: descriptor 1 or 2, first. */
static bool may_write(const struct event *event)
{
	uint32_t first = (uint32_t)event->args[0];

	return event->kind == EVENT_SYSCALL && (first == 1 || first == 2);
}

static int take_event(void *context, const struct event *event)
{
	struct taping *t = context;

	/* The first event is the command's start: where it cannot be executed, no run remains. */
	if (!t->recorder) {
		int r = recorder_open(t->store, t->start, &t->recorder, &t->error);

		if (r)
			return r;
	}
	if (t->status.is_drawn && may_write(event))
		status_erase(&t->status);
	int r = recorder_event(t->recorder, event);
	return r < 0 ? fail(t, r) : 0;
}

static int take_tick(void *context)
{
	struct taping *t = context;
	struct recorder_figures figures;

	if (!t->recorder)
		return 0;
	int r = recorder_tick(t->recorder);
	if (r < 0)
		return fail(t, r);
	if (t->status.is_on) {
		recorder_figures(t->recorder, &figures);
		status_draw(&t->status, &figures);
	}
	return 0;
}

/* ---- the end ---- */

static int status_of_exec(const struct request *request, int error)
{
	autoprogram struct program program = { 0 };
	struct err e = { 0 };

	/* Its message names the part that is missing: a script's interpreter, say. */
	if (!program_find(request->argv[0], getenv("PATH"), &program, &e) || e.code != -error)
		err_sys(&e, -error, "cannot execute \"%s\"", request->argv[0]);
	return say_fail(&e, error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

static int status_of_command(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static enum run_state state_of(const struct request *request, const struct outcome *outcome)
{
	if (outcome->lost)
		return RUN_LOSSY;
	return request->known ? RUN_PARTIAL : RUN_COMPLETE;
}

/* The recording itself failed, the command is dead: keep what there is, as truncated. */
static int close_truncated(struct taping *t, const struct err *why)
{
	struct err first = t->error.code ? t->error : *why, e = { 0 };

	if (!t->recorder)
		return say_fail(&first, EXIT_WONT);
	if (recorder_close(take(t->recorder), RUN_TRUNCATED, first.text, -1, 0, &e) && !first.code)
		first = e;
	err_wrap(&first, first.code, "the command was killed, since it cannot be recorded further");
	return say_fail(&first, EXIT_WONT);
}

static int close_run(struct taping *t, const struct request *request, const struct outcome *outcome)
{
	enum run_state state = state_of(request, outcome);
	struct recorder_figures figures;
	struct err e = { 0 };
	int64_t run = recorder_run(t->recorder);

	recorder_figures(t->recorder, &figures);
	if (recorder_close(take(t->recorder), state, outcome->caveat, outcome->status,
			   outcome->lost, &e))
		return say_fail(&e, EXIT_WONT);
	if (*outcome->caveat)
		say_warning("%s", outcome->caveat);
	say_note("run %" PRId64 " of %s%s%s: %" PRIu64 " call%s, %" PRIu64 " distinct, %" PRIu64
		 " argument pattern%s, %s",
		 run, request->app, request->release ? "@" : "",
		 request->release ? request->release : "", figures.calls, plural_s(figures.calls),
		 figures.distinct_calls, figures.distinct_tuples, plural_s(figures.distinct_tuples),
		 run_state_name(state));
	return status_of_command(outcome->status);
}

/* ---- the whole ---- */

/* The command as a person would read it: words quoted where they have to be. */
static char *command_text(char *const *argv)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789@%+=:,./_-";
	autostr struct str s = { 0 };

	for (size_t i = 0; argv[i] && s.len < COMMAND_MAX; i++) {
		size_t len = strlen(argv[i]);

		if (i)
			str_putc(&s, ' ');
		if (len > COMMAND_MAX)
			len = COMMAND_MAX;
		if (len && strspn(argv[i], plain) >= len)
			str_put_bytes(&s, argv[i], len);
		else
			str_put_quoted(&s, argv[i], len);
	}
	return str_take(&s);
}

static int record_into(struct store *store, const struct request *request,
		       const struct backend *backend, const struct known *known)
{
	autofree char *command = command_text(request->argv);
	struct run_start start = {
		.app = request->app,
		.release = request->release,
		.backend = backend->name,
		.command = command ? command : "",
		.known = request->known ? known->sha256 : NULL,
	};
	struct taping taping = { .store = store, .start = &start };
	struct sink sink = { .event = take_event, .tick = take_tick, .context = &taping };
	struct recording recording = {
		.argv = request->argv,
		.filter = request->known ? &known->filter : NULL,
		.want_stacks = request->wants_stacks,
		.want_args = request->wants_args,
		.want_daemon = request->wants_daemon,
		.sink = &sink,
	};
	struct outcome outcome;
	struct err e = { 0 };

	if (!request->is_quiet)
		status_init(&taping.status);
	int r = backend->record(&recording, &outcome, &e);
	signal(SIGPIPE, SIG_IGN); /* the run is to be finished, whoever has stopped reading */
	status_erase(&taping.status);
	if (r)
		return close_truncated(&taping, &e);
	if (outcome.exec_errno)
		return status_of_exec(request, outcome.exec_errno);
	return close_run(&taping, request, &outcome);
}

static int run(int argc, char **argv)
{
	struct request request = { 0 };
	autofree char *path = NULL;
	autoknown struct known known = { 0 };
	autostore struct store *store = NULL;
	const struct backend *backend;
	struct err e = { 0 };
	int r = parse(argc, argv, &request);

	if (!r)
		r = complete(&request, &backend);
	if (r)
		return r;
	say_quiet(request.is_quiet);
	if (request.known)
		r = known_load(request.known, request.db, &known, &e);
	if (!r)
		r = store_path(request.db, &path, &e);
	if (!r)
		r = store_open(path, STORE_WRITE, &store, &e);
	if (!r && request.known)
		r = known_store(&known, store, &e);
	if (r)
		return say_fail(&e, EXIT_WONT);
	return record_into(store, &request, backend, &known);
}

const struct command command_record = {
	.name = "record",
	.summary = "run a command and record every system call of its process tree",
	.usage = "[OPTION...] [--] COMMAND [ARG...]",
	.options = "  -a, --app APP          the app that the run belongs to; default: the "
		   "command's base name\n"
		   "  -r, --release RELEASE  its release\n"
		   "  -b, --backend BACKEND  how to record: ptrace, the default, or audit (numbers "
		   "and ABIs, for root)\n"
		   "      --args             audit: arguments 1 to 4, paths and addresses, too, by "
		   "audit rules\n"
		   "      --as-daemon        audit: take the audit daemon's place\n"
		   "  -d, --db DB            the store\n"
		   "      --known PROFILE    record only what this profile does not allow\n"
		   "      --stack            keep the first backtrace of every kind of call\n"
		   "  -q, --quiet            no status line, no summary\n"
		   "\n"
		   "The exit status is the command's own, 128+N when signal N killed it; 125 when "
		   "wont itself\n"
		   "failed, 126 when the command cannot be executed, 127 when there is no such "
		   "command.\n",
	.run = run,
};
