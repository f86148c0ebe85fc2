/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is dangerous in what was learned: told, and refused unless it is accepted. */
#include "cli/dangers.h"

#include "base/cleanup.h"
#include "cli/makers.h"
#include "cli/say.h"
#include "learn/danger.h"

#include <errno.h>
#include <string.h>

/* Who did it: a rule may join what is dangerous with what other executables did. */
static int find_makers(struct makers *m, const struct danger_hit *hit, const struct policy *p,
		       const struct observations *seen)
{
	autopolicy struct policy *cases = NULL;
	const struct rule *by = NULL;
	int r = danger_cases(hit->danger, hit->arch, &cases, NULL);

	if (r)
		return r;
	policy_eval(p, &hit->witness, &by);
	const struct calls calls = { hit->arch, hit->nr, cases->blocks.data->rules.data->cond };

	return makers_find(m, seen, &calls, by ? (const char *const *)by->from.exes.data : NULL,
			   by ? by->from.exes.len : 0);
}

/* "mmap", or "i386 mmap2" where it is not the native arch, and what in the policy admits it. */
static void put_hit(struct str *s, const struct danger_hit *hit, const struct policy *p,
		    const struct observations *seen)
{
	automakers struct makers makers = { 0 };

	s->failed |= find_makers(&makers, hit, p, seen) != 0;
	str_putf(s, "%s: %s%s%s %s", hit->danger->name,
		 hit->arch == arch_native() ? "" : hit->arch->name,
		 hit->arch == arch_native() ? "" : " ", hit->danger->call, hit->danger->reason);
	for (size_t i = 0; i < makers.all.len; i++)
		str_putf(s, "%s%s", i ? ", " : " (", makers.all.data[i]);
	if (makers.all.len)
		str_putc(s, ')');
}

static bool has_hit(const struct danger_hits *hits, const struct danger_hit *like)
{
	vec_for(hit, &hits->all) {
		if (strcmp(hit->danger->name, like->danger->name) == 0 && hit->arch == like->arch)
			return true;
	}
	return false;
}

/* The names of the hits that are refused, each once: --accept NAME --accept NAME. */
static unsigned put_refused(struct str *s, const struct danger_hits *met)
{
	const char *last = "";
	unsigned count = 0;

	vec_for(hit, &met->all) {
		if (hit->danger->level != DANGER_REFUSE || hit->is_accepted ||
		    strcmp(hit->danger->name, last) == 0)
			continue;
		last = hit->danger->name;
		str_putf(s, "%s--accept %s", count ? " " : "", last);
		count++;
	}
	return count;
}

static void say_met(const struct danger_hits *met, const struct policy *p,
		    const struct observations *seen)
{
	vec_for(hit, &met->all) {
		autostr struct str s = { 0 };

		put_hit(&s, hit, p, seen);
		if (hit->danger->level == DANGER_NOTE)
			say_note("note: %s", str_text(&s));
		else
			say_note("%s: %s", hit->is_accepted ? "accepted" : "refused", str_text(&s));
	}
}

/* What the profile admits beyond what was seen: the price of a coarse level or a known profile. */
static void say_unmet(const struct danger_hits *all, const struct danger_hits *met)
{
	autostr struct str s = { 0 };
	const char *last = "";

	vec_for(hit, &all->all) {
		if (has_hit(met, hit) || strcmp(hit->danger->name, last) == 0)
			continue;
		last = hit->danger->name;
		str_putf(&s, "%s%s", s.len ? ", " : "", last);
	}
	if (s.len)
		say_note("the profile also admits, though no run did it: %s", str_text(&s));
}

int dangers_judge(const struct lesson *l, const struct policy *p, bool keep_clone3,
		  const char *const *accepted, const char *word)
{
	struct learn_options options = lesson_options(l, LEARN_ARGS);
	autopolicy struct policy *seen = NULL;
	struct danger_hits met = { 0 }, all = { 0 };
	autostr struct str names = { 0 };
	struct err e = { 0 };
	int r;

	options.keep_clone3 = keep_clone3;
	options.without_chance = true;
	options.base = NULL;
	r = learn_policy(&l->seen, &options, &seen, &e);
	if (!r)
		r = danger_find(seen, accepted, &met, &e);
	if (!r)
		r = danger_find(p, accepted, &all, &e);
	if (!r) {
		say_met(&met, seen, &l->seen);
		say_unmet(&all, &met);
		if (put_refused(&names, &met))
			r = err_set(&e, -EPERM,
				    "nothing was learned; if %s is meant to do this: wont learn %s "
				    "%s",
				    l->app, str_text(&names), word);
	}
	danger_hits_fini(&met);
	danger_hits_fini(&all);
	if (!r)
		return EXIT_FINE;
	return say_fail(&e, r == -EPERM ? EXIT_NO : EXIT_USAGE);
}
