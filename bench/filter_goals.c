/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the compiler sets out to reach. */
#include "bench/filter_goals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const column_names[COLUMNS] = { "wont",	"libseccomp", "its tree",
					    "minijail", "kafel",      "gVisor" };

/* libseccomp's building time from which on an input counts as large. */
static const double LARGE = 0.1;

static const double BUILD_LIMIT = 0.1, PROOF_LIMIT = 0.005;

/* One of the figures. */
typedef double figure(const struct figures *f);

static double instructions(const struct figures *f)
{
	return f->instructions;
}

static double reaching(const struct figures *f)
{
	return f->reaching;
}

static double all_calls(const struct figures *f)
{
	return f->all;
}

static double worst(const struct figures *f)
{
	return f->worst;
}

static double build(const struct figures *f)
{
	return f->build;
}

static double load(const struct figures *f)
{
	return f->load;
}

static double call(const struct figures *f)
{
	return f->call;
}

struct mean {
	double sum;
	int count;
};

static void mean_add(struct mean *m, double numerator, double denominator)
{
	if (numerator > 0 && denominator > 0) {
		m->sum += log(numerator / denominator);
		m->count++;
	}
}

static double mean_of(const struct mean *m)
{
	return m->count ? exp(m->sum / m->count) : 0;
}

/* Geometric mean of a peer's figure through ours, over the inputs that both know; 0: none. */
static double ratio(const struct outcome *o, size_t count, int peer, figure *of)
{
	struct mean m = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (o[i].by[peer].is_known && o[i].by[OURS].is_known)
			mean_add(&m, of(&o[i].by[peer]), of(&o[i].by[OURS]));
	}
	return mean_of(&m);
}

static void print_verdict(bool is_reached, const char *what)
{
	printf("%-8s %s\n", is_reached ? "reached" : "MISSED", what);
}

/* The least that a figure of ours could be. */
typedef double least(const struct outcome *o);

static double least_executed(const struct outcome *o)
{
	return o->bound;
}

static double least_load(const struct outcome *o)
{
	return o->by[OURS].translate;
}

/* Says what a ratio to libseccomp could be at best. */
static void print_limit(const struct outcome *o, size_t count, figure *of, least *at_least,
			const char *why)
{
	struct mean m = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (o[i].by[CHAIN].is_known && o[i].by[OURS].is_known)
			mean_add(&m, of(&o[i].by[CHAIN]), at_least(&o[i]));
	}
	if (m.count)
		printf("         %s: at most %.2f\n", why, mean_of(&m));
}

static void goal_ratio(const struct outcome *o, size_t count, int peer, figure *of,
		       const char *what, double goal)
{
	double reached = ratio(o, count, peer, of);
	char text[160];

	if (reached <= 0)
		return;
	snprintf(text, sizeof(text), "%s: %s / wont %.2f (goal %.2f)", what, column_names[peer],
		 reached, goal);
	print_verdict(reached >= goal, text);
}

/* No peer's worst path is shorter than ours, on any input. */
static void goal_worst(const struct outcome *o, size_t count)
{
	bool is_reached = true;

	for (size_t i = 0; i < count; i++) {
		for (int peer = CHAIN; peer < COLUMNS; peer++) {
			const struct figures *theirs = &o[i].by[peer], *ours = &o[i].by[OURS];

			if (!theirs->is_known || !ours->is_known || theirs->worst >= ours->worst)
				continue;
			printf("         %s: %s's longest path is %.0f, wont's %.0f\n", o[i].name,
			       column_names[peer], theirs->worst, ours->worst);
			is_reached = false;
		}
	}
	print_verdict(is_reached, "longest path: none of a peer's is shorter");
}

static void goal_size(const struct outcome *o, size_t count, const char *name, double size,
		      double path)
{
	char text[160];

	for (size_t i = 0; i < count; i++) {
		const struct figures *f = &o[i].by[OURS];

		if (strcmp(o[i].name, name) != 0)
			continue;
		snprintf(text, sizeof(text),
			 "%s: %.0f instructions (goal %.0f), longest path %.0f (goal %.0f)", name,
			 f->instructions, size, f->worst, path);
		print_verdict(f->instructions <= size && f->worst <= path, text);
	}
}

/*
 * Of what was recorded. The bound takes no notice of how many values a word may have, so a list
 * that is made of large sets is far from it whatever is done.
 */
static void goal_bound(const struct outcome *o, size_t count)
{
	struct mean m = { 0 };
	char text[160];

	for (size_t i = 0; i < count; i++) {
		if (o[i].is_recorded)
			mean_add(&m, o[i].by[OURS].reaching, o[i].bound);
	}
	if (!m.count)
		return;
	snprintf(text, sizeof(text),
		 "executed per call that reaches the filter: wont / lower bound %.3f (goal 1.06)",
		 mean_of(&m));
	print_verdict(mean_of(&m) <= 1.06, text);
}

static void goal_times(const struct outcome *o, size_t count)
{
	double slowest = 0, longest = 0;
	struct mean large = { 0 };
	unsigned uncached = 0;
	char text[160];

	for (size_t i = 0; i < count; i++) {
		const struct figures *f = &o[i].by[OURS];

		slowest = o[i].is_recorded && f->build > slowest ? f->build : slowest;
		longest = f->prove > longest ? f->prove : longest;
		uncached += f->uncached;
		if (o[i].by[CHAIN].build >= LARGE)
			mean_add(&large, o[i].by[CHAIN].build, f->build);
	}
	snprintf(text, sizeof(text),
		 "build: no learned profile takes longer than %.1f ms (goal %.0f)", slowest * 1e3,
		 BUILD_LIMIT * 1e3);
	print_verdict(slowest <= BUILD_LIMIT, text);
	snprintf(text, sizeof(text),
		 "build, where libseccomp takes %.0f ms and more: libseccomp / wont at least %.1f "
		 "(goal 10)",
		 LARGE * 1e3, mean_of(&large));
	if (large.count)
		print_verdict(mean_of(&large) >= 10, text);
	snprintf(text, sizeof(text), "proof: none takes longer than %.1f ms (goal %.0f)",
		 longest * 1e3, PROOF_LIMIT * 1e3);
	print_verdict(longest <= PROOF_LIMIT, text);
	snprintf(text, sizeof(text),
		 "cache: %u calls allowed without conditions are not constant for it (goal 0)",
		 uncached);
	print_verdict(uncached == 0, text);
}

static void print_means(const struct outcome *o, size_t count)
{
	static const struct {
		const char *name;
		figure *of;
	} figures[] = {
		{ "instructions", instructions },
		{ "executed (reaching)", reaching },
		{ "executed (all calls)", all_calls },
		{ "longest path", worst },
		{ "build", build },
		{ "load", load },
		{ "hot call", call },
	};

	printf("\npeer / wont, geometric means\n%-22s", "");
	for (int peer = CHAIN; peer < COLUMNS; peer++)
		printf(" %10s", column_names[peer]);
	for (size_t i = 0; i < countof(figures); i++) {
		printf("\n%-22s", figures[i].name);
		for (int peer = CHAIN; peer < COLUMNS; peer++) {
			double mean = ratio(o, count, peer, figures[i].of);

			if (mean > 0)
				printf(" %10.2f", mean);
			else
				printf(" %10s", "-");
		}
	}
	printf("\n\n");
}

void goals_print(const struct outcome *o, size_t count)
{
	print_means(o, count);
	goal_ratio(o, count, CHAIN, instructions, "instructions", 1.65);
	goal_ratio(o, count, TREE, instructions, "instructions", 1.9);
	goal_ratio(o, count, PUBLISHED_COLUMN(PUBLISHED_MINIJAIL), instructions, "instructions",
		   1.9);
	goal_ratio(o, count, PUBLISHED_COLUMN(PUBLISHED_GVISOR), instructions, "instructions", 1.8);
	goal_ratio(o, count, CHAIN, reaching, "executed", 7);
	print_limit(o, count, reaching, least_executed, "by the lower bound");
	goal_ratio(o, count, TREE, reaching, "executed", 1.8);
	goal_ratio(o, count, PUBLISHED_COLUMN(PUBLISHED_MINIJAIL), reaching, "executed", 1.65);
	goal_ratio(o, count, PUBLISHED_COLUMN(PUBLISHED_GVISOR), reaching, "executed", 1.2);
	goal_worst(o, count);
	goal_size(o, count, "docker", 63, 16);
	goal_size(o, count, "systemd", 45, 16);
	goal_bound(o, count);
	goal_ratio(o, count, CHAIN, load, "install", 5);
	print_limit(o, count, load, least_load,
		    "if the kernel did no more than translate wont's programs");
	goal_times(o, count);
}
