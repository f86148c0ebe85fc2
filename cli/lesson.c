/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What learn and diff learn from. */
#include "cli/lesson.h"

#include "base/cleanup.h"
#include "cli/digest.h"
#include "cli/say.h"
#include "policy/algebra.h"
#include "policy/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void lesson_fini(struct lesson *l)
{
	runs_fini(&l->runs);
	observations_fini(&l->seen);
	policy_free(l->known);
	*l = (struct lesson){ 0 };
}

unsigned lesson_count(const struct lesson *l, enum run_state state)
{
	unsigned count = 0;

	vec_for(run, &l->runs.all)
		count += run->state == state;
	return count;
}

int lesson_drop(struct lesson *l, enum run_state state, const char *why, struct err *e)
{
	autoruns struct runs dropped = { 0 };
	size_t kept = 0;

	if (vec_reserve(&dropped.all, l->runs.all.len + 1))
		return err_set(e, -ENOMEM, "out of memory");
	vec_for(run, &l->runs.all) {
		if (run->state != state) {
			l->runs.all.data[kept++] = *run;
			continue;
		}
		say_warning("run %" PRId64 " of %s is left out: %s", run->id, run->app, why);
		dropped.all.data[dropped.all.len++] = *run;
	}
	l->runs.all.len = kept;
	return 0;
}

int lesson_find(struct lesson *l, struct store *s, const char *word, struct err *e)
{
	const struct run *last;
	int r = store_resolve(s, word, &l->runs, e);

	if (!r)
		r = lesson_drop(l, RUN_RUNNING, "it is still being recorded", e);
	if (r)
		return r;
	if (!l->runs.all.len)
		return err_set(e, -ENOENT, "no run of \"%s\" has ended yet", word);
	last = &l->runs.all.data[l->runs.all.len - 1];
	l->app = last->app;
	l->release = *last->release ? last->release : NULL;
	return 0;
}

/* "6.18.44-amd64" -> LINUX(6, 18); 0 where it cannot be told. */
static uint16_t parse_kernel(const char *text)
{
	char *end;
	unsigned long major = strtoul(text, &end, 10), minor;

	if (end == text || *end != '.')
		return 0;
	text = end + 1;
	minor = strtoul(text, &end, 10);
	return end == text || major > 255 || minor > 255 ? 0 : LINUX(major, minor);
}

static void add_evidence(struct lesson *l)
{
	l->evidence = (struct evidence){ .is_known = true };
	l->kernel = 0;
	vec_for(run, &l->runs.all) {
		uint16_t kernel = parse_kernel(run->kernel);

		/* A run against a profile shows only what is new, and is no run more. */
		l->evidence.runs += run->state != RUN_PARTIAL;
		l->evidence.calls += run->calls;
		l->evidence.lost += run->lost;
		if (kernel > arch_newest_linux)
			kernel = arch_newest_linux;
		if (kernel && (!l->kernel || kernel < l->kernel))
			l->kernel = kernel;
	}
}

/* Joins the profile that a run was recorded against into what is known. */
static int add_known(struct lesson *l, struct store *s, const struct run *run, struct err *e)
{
	autofree char *text = NULL;
	autopolicy struct policy *p = NULL;
	struct policy *joined = NULL;
	int r = digest_find(s, run->known, &text, e);

	if (r)
		return err_wrap(e, r, "run %" PRId64 " was recorded with --known, and its profile",
				run->id);
	r = policy_parse(text, strlen(text), "the --known profile", &p, e);
	if (r || !l->known) {
		l->known = r ? l->known : take(p);
		return r;
	}
	r = policy_join(l->known, p, &joined, e);
	if (!r) {
		policy_free(l->known);
		l->known = joined;
	}
	return r;
}

/* Has an earlier run of the lesson the same profile? */
static bool is_known_twice(const struct lesson *l, const struct run *run)
{
	for (const struct run *other = l->runs.all.data; other < run; other++)
		if (other->state == RUN_PARTIAL && strcmp(other->known, run->known) == 0)
			return true;
	return false;
}

int lesson_read(struct lesson *l, struct store *s, struct err *e)
{
	int r = store_observations(s, &l->runs, false, &l->seen, e);

	vec_for(run, &l->runs.all) {
		if (!r && run->state == RUN_PARTIAL && !is_known_twice(l, run))
			r = add_known(l, s, run, e);
	}
	if (!r)
		add_evidence(l);
	return r;
}

struct learn_options lesson_options(const struct lesson *l, enum learn_level level)
{
	return (struct learn_options){ .level = level,
				       .app = l->app,
				       .release = l->release,
				       .evidence = l->evidence,
				       .kernel = l->kernel,
				       .base = l->known };
}

int lesson_take_level(const char *word, void *context)
{
	static const char *const names[] = { "calls", "args", "exact" };
	enum learn_level *level = context;

	for (unsigned i = 0; i < countof(names); i++) {
		if (strcmp(names[i], word) == 0) {
			*level = (enum learn_level)i;
			return EXIT_FINE;
		}
	}
	return say_usage("unknown level \"%s\": calls, args or exact", word);
}
