/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont learn: from the runs of an app to its profile. */
#include "base/cleanup.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/dangers.h"
#include "cli/digest.h"
#include "cli/lesson.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/proved.h"
#include "cli/ready.h"
#include "cli/say.h"
#include "policy/algebra.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
	const char *word, *db, *output;
	enum learn_level level;
	uint64_t min_runs;
	bool accept_loss, keep_clone3;
	const char *join;
	bool must_be_ready, without_canary;
	double risk;		     /* 0: none given */
	vec_of(const char *) accept; /* ends with NULL */
};

static int take_number(const char *text, void *context)
{
	uint64_t *number = context;
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno
		       ? EXIT_FINE
		       : say_usage("--min-runs takes a number, not \"%s\"", text);
}

static int take_danger(const char *name, void *context)
{
	struct request *q = context;

	return vec_push(&q->accept, name) ? say_usage("out of memory") : EXIT_FINE;
}

/* "5", "0.1": percent. */
static int take_percent(const char *text, void *context)
{
	double *share = context;
	char *end;

	*share = strtod(text, &end) / 100;
	if (end == text || *end || !(*share > 1e-6 && *share < 1))
		return say_usage("--risk takes percent, not \"%s\"", text);
	return EXIT_FINE;
}

static int parse(int argc, char **argv, struct request *q)
{
	const struct option_row options[] = {
		{ "accept", 0, .take = take_danger, .context = q },
		{ "accept-loss", 0, .flag = &q->accept_loss },
		{ "db", 'd', .word = &q->db },
		{ "keep-clone3", 0, .flag = &q->keep_clone3 },
		{ "join", 0, .word = &q->join },
		{ "level", 0, .take = lesson_take_level, .context = &q->level },
		{ "min-runs", 0, .take = take_number, .context = &q->min_runs },
		{ "no-canary", 0, .flag = &q->without_canary },
		{ "output", 'o', .word = &q->output },
		{ "ready", 0, .flag = &q->must_be_ready },
		{ "risk", 0, .take = take_percent, .context = &q->risk },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (argc - optind != 1)
		return say_usage("one APP or APP@RELEASE is needed");
	q->word = argv[optind];
	return vec_push(&q->accept, NULL) ? say_usage("out of memory") : EXIT_FINE;
}

/* Names the runs of a state that must not be learned from unasked; returns how many. */
static unsigned refuse_runs(const struct lesson *l, enum run_state state)
{
	vec_for(run, &l->runs.all) {
		if (run->state == state)
			say_warning("run %" PRId64 " of %s is %s%s%s", run->id, run->app,
				    run_state_name(state), *run->reason ? ": " : "", run->reason);
	}
	return lesson_count(l, state);
}

/* Runs that are whole, and yet not all that the program does; many may say the same. */
static void say_caveats(const struct lesson *l)
{
	for (size_t i = 0; i < l->runs.all.len; i++) {
		const struct run *run = &l->runs.all.data[i];
		bool is_said = run->state != RUN_COMPLETE && run->state != RUN_PARTIAL;

		for (size_t k = 0; k < i && !is_said; k++)
			is_said = strcmp(l->runs.all.data[k].reason, run->reason) == 0;
		if (!is_said && *run->reason)
			say_warning("run %" PRId64 " of %s: %s", run->id, run->app, run->reason);
	}
}

/* EXIT_FINE when the runs are good enough to learn from. */
static int judge_runs(const struct lesson *l, const struct request *q)
{
	unsigned bad = refuse_runs(l, RUN_TRUNCATED) + refuse_runs(l, RUN_LOSSY);
	unsigned complete = lesson_count(l, RUN_COMPLETE);
	struct err e = { 0 };

	say_caveats(l);
	if (bad && !q->accept_loss)
		err_set(&e, -EPERM,
			"refused: what %s run%s did not record would be missing; record again "
			"under another release, or learn from what is there with --accept-loss",
			bad == 1 ? "this" : "these", plural_s(bad));
	else if (complete < q->min_runs)
		err_set(&e, -EPERM, "refused: %u complete run%s, but --min-runs %" PRIu64, complete,
			plural_s(complete), q->min_runs);
	return e.code ? say_fail(&e, EXIT_NO) : EXIT_FINE;
}

/* A profile that does not fit is still a profile, to read and to compare. */
static int judge_filter(const struct policy *p, const struct request *q)
{
	struct filter f = { 0 };
	struct err e = { 0 };
	double seconds;
	size_t rules = 0;
	int r = proved_compile(p, &f, &seconds, &e);

	vec_for(block, &p->blocks)
		rules += block->rules.len;
	if (!r)
		say_note("%zu rule%s, %zu instruction%s, proved", rules, plural_s(rules),
			 f.insns.len, plural_s(f.insns.len));
	else if (r == -E2BIG)
		say_warning("%s; it can be read and compared, but not enforced%s", e.text,
			    q->level == LEARN_EXACT ? ": --level args makes a smaller one" : "");
	filter_fini(&f);
	return r && r != -E2BIG ? say_fail(&e, EXIT_USAGE) : EXIT_FINE;
}

static int keep(const char *path, const struct lesson *l, const struct policy *p,
		const struct request *q)
{
	char hex[65];
	autostore struct store *s = NULL;
	autostr struct str text = { 0 };
	struct err e = { 0 };
	int r;

	r = digest_policy(p, &text, hex, &e);
	if (!r)
		r = store_open(path, STORE_WRITE, &s, &e);
	if (!r)
		r = store_profile_put(s, l->app, l->release, str_text(&text), hex, &e);
	if (!r && q->output)
		r = file_write(q->output, 0644, str_text(&text), text.len, &e);
	if (r)
		return say_fail(&e, EXIT_USAGE);
	return q->output ? EXIT_FINE : say_text(&text);
}

/* Tells the verdict; returns the exit status. */
static int tell_readiness(const struct readiness *ready, const struct lesson *l,
			  const struct request *q)
{
	autostr struct str verdict = { 0 }, goal = { 0 }, advice = { 0 }, name = { 0 };
	struct err e = { 0 };
	int status = EXIT_FINE;

	readiness_print(&verdict, ready, q->risk);
	readiness_print_goal(&goal, ready, q->risk);
	/* The word may be a run's, which no profile is found by. */
	str_putf(&name, "%s%s%s", l->app, l->release ? "@" : "", l->release ? l->release : "");
	readiness_print_advice(&advice, ready, str_text(&name));
	if (q->must_be_ready && !readiness_is_ready(ready, q->risk)) {
		err_set(&e, -EPERM, "refused: %s", str_text(&verdict));
		status = say_fail(&e, EXIT_NO);
	} else {
		say_note("%s", str_text(&verdict));
	}
	if (goal.len)
		say_note("%s", str_text(&goal));
	if (advice.len)
		say_note("%s", str_text(&advice));
	return status;
}

/* A profile is called ready when a canary has met nothing new, or when the user says so. */
static int judge_readiness(const struct lesson *l, const struct policy *p, const struct request *q,
			   struct store *s)
{
	struct readiness ready;
	struct err e = { 0 };

	if (readiness_find(s, l->app, p, &ready, &e))
		return say_fail(&e, EXIT_USAGE);
	if (q->without_canary && !readiness_is_ready(&ready, q->risk)) {
		say_note("ready by your word: no canary stands for it");
		return EXIT_FINE;
	}
	return tell_readiness(&ready, l, q);
}

/* What a profile admits that was accepted by hand, or learned elsewhere. */
static int join_profile(struct lesson *l, const struct request *q, struct err *e)
{
	autopolicy struct policy *more = NULL;
	struct policy *joined = NULL;
	int r = q->join ? profile_load(q->join, q->db, &more, e) : 0;

	if (r || !q->join)
		return r;
	r = l->known ? policy_join(l->known, more, &joined, e) : 0;
	if (r)
		return r;
	policy_free(l->known);
	l->known = joined ? joined : take(more);
	return 0;
}

static int learn(const char *path, struct lesson *l, const struct request *q)
{
	autostore struct store *s = NULL;
	autopolicy struct policy *p = NULL;
	struct learn_options options;
	struct err e = { 0 };
	int status;

	if (store_open(path, STORE_READ, &s, &e) || lesson_find(l, s, q->word, &e))
		return say_fail(&e, EXIT_USAGE);
	status = judge_runs(l, q);
	if (status)
		return status;
	if (lesson_read(l, s, &e) || join_profile(l, q, &e))
		return say_fail(&e, EXIT_USAGE);
	options = lesson_options(l, q->level);
	options.keep_clone3 = q->keep_clone3;
	if (learn_policy(&l->seen, &options, &p, &e))
		return say_fail(&e, EXIT_USAGE);
	if (!l->seen.all.len && !l->known)
		say_warning("no run made a call: the profile holds nothing but the floor");
	say_note("%s%s%s: %zu run%s, %" PRIu64 " calls", l->app, l->release ? "@" : "",
		 l->release ? l->release : "", l->runs.all.len, plural_s(l->runs.all.len),
		 l->evidence.calls);
	status = dangers_judge(l, p, q->keep_clone3, (const char *const *)q->accept.data, q->word);
	if (!status)
		status = judge_filter(p, q);
	if (!status)
		status = judge_readiness(l, p, q, s);
	return status ? status : keep(path, l, p, q);
}

static int run(int argc, char **argv)
{
	struct request q = {
		.level = LEARN_ARGS,
	};
	autolesson struct lesson l = { 0 };
	autofree char *path = NULL;
	struct err e = { 0 };
	int status = parse(argc, argv, &q);

	if (!status && store_path(q.db, &path, &e))
		status = say_fail(&e, EXIT_USAGE);
	if (!status)
		status = learn(path, &l, &q);
	vec_fini(&q.accept);
	return status;
}

const struct command command_learn = {
	.name = "learn",
	.summary = "make a profile from what was observed",
	.usage = "[OPTION...] APP[@RELEASE]",
	.options =
		"  -o, --output FILE    write the profile there instead of to standard output\n"
		"      --level calls    numbers only\n"
		"      --level args     the default: selectors exact, flags joined into masks\n"
		"      --level exact    every combination that was seen\n"
		"      --min-runs N     refuse when there are fewer complete runs\n"
		"      --accept-loss    learn from truncated and lossy runs too\n"
		"      --accept DANGER  accept a danger that is refused otherwise; may be "
		"repeated\n"
		"      --keep-clone3    admit clone3 where it was seen, instead of ENOSYS\n"
		"      --join PROFILE   admit what that profile admits, too: what watch has "
		"accepted\n"
		"      --ready          refuse a profile that has been through no canary, or met "
		"something new\n"
		"      --risk PERCENT   and one whose canaries do not bound the risk of a run so\n"
		"      --no-canary      call it ready all the same\n"
		"  -d, --db DB          the store\n",
	.run = run,
};
