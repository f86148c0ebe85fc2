/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The compiler against others on the same policies and calls: libseccomp, default layout and
 * binary tree, is run; figures of compilers that do not run here are read where the inputs bring
 * them. Last come the goals, each with what was reached.
 *
 * usage: filter FILE...      profiles (.wont) or JSON (bench/filter_input.h)
 */
#include "bench/filter_bound.h"
#include "bench/filter_goals.h"
#include "bench/filter_peer.h"
#include "bench/filter_timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUILDS = 5 };

/* Above this one build is enough of a measurement. */
static const double ENOUGH = 0.5;

static int build_ours(const struct input *in, struct filter *f, double *seconds, struct err *e)
{
	struct compile_options options = { .samples = &in->samples };
	double start = processor_time();
	int r = filter_compile(in->policy, &options, f, e);

	*seconds = processor_time() - start;
	return r;
}

static double prove(const struct filter *f, const struct input *in)
{
	double best = 0;

	for (int i = 0; i < BUILDS; i++) {
		double start = processor_time(), spent;
		struct err e = { 0 };

		if (filter_prove(f, in->policy, NULL, NULL, &e)) {
			fprintf(stderr, "%s: NOT PROVED: %s\n", in->name, e.text);
			exit(1);
		}
		spent = processor_time() - start;
		best = i == 0 || spent < best ? spent : best;
	}
	return best;
}

static void fill(const struct input *in, int column, struct figures *figures)
{
	autofilter struct filter f = { 0 };
	struct err e = { 0 };
	double seconds = 0;

	*figures = (struct figures){ 0 };
	for (int i = 0; i < BUILDS && seconds < ENOUGH; i++) {
		int r;

		filter_fini(&f);
		f = (struct filter){ 0 };
		r = column == OURS
			    ? build_ours(in, &f, &seconds, &e)
			    : peer_compile(in->policy, column == CHAIN ? 1 : 2, &f, &seconds, &e);
		figures->build = i == 0 || seconds < figures->build ? seconds : figures->build;
		if (r) {
			fprintf(stderr, "%s, %s: %s\n", in->name, column_names[column], e.text);
			return;
		}
	}
	figures_measure(&f, in, figures);
	if (column == OURS) {
		figures->prove = prove(&f, in);
		figures->translate = timing_translate(&f);
	}
}

static void print_head(void)
{
	printf("instructions / executed per call that reaches the filter / longest path\n%-15s",
	       "");
	for (int i = 0; i < COLUMNS; i++)
		printf(" | %-18s", column_names[i]);
	printf(" | bound x wont's distance\n");
}

static void print_sizes(const struct outcome *o)
{
	printf("%-15s", o->name);
	for (int i = 0; i < COLUMNS; i++) {
		const struct figures *f = &o->by[i];

		if (f->is_known)
			printf(" | %4.0f / %6.2f / %3.0f", f->instructions, f->reaching, f->worst);
		else
			printf(" | %18s", "-");
	}
	printf(" | %5.2f", o->bound);
	if (o->bound > 0)
		printf(" x %.3f", o->by[OURS].reaching / o->bound);
	printf("\n");
	fflush(stdout);
}

static void print_times(const struct outcome *outcomes, size_t count)
{
	printf("\nexecuted per call / build ms / load us / ns that the filter adds to a hot call; "
	       "proof ms\n%-15s",
	       "");
	for (int i = 0; i < RUN_COUNT; i++)
		printf(" | %-28s", column_names[i]);
	printf(" | proof\n");
	for (const struct outcome *o = outcomes; o < outcomes + count; o++) {
		printf("%-15s", o->name);
		for (int i = 0; i < RUN_COUNT; i++) {
			const struct figures *f = &o->by[i];

			printf(" | %6.2f / %7.2f / %3.0f / %3.0f", f->all, f->build * 1e3,
			       f->load * 1e6, f->call * 1e9);
		}
		printf(" | %5.2f\n", o->by[OURS].prove * 1e3);
	}
}

static bool measure(const char *path, struct outcome *o)
{
	const char *dot = strrchr(path, '.');
	struct input in;
	struct err e = { 0 };

	if (input_read(path, &in, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return false;
	}
	*o = (struct outcome){ .name = strdup(in.name) };
	o->is_recorded = in.policy->evidence.is_known || (dot && strcmp(dot, ".json") == 0);
	for (int i = 0; i < RUN_COUNT; i++)
		fill(&in, i, &o->by[i]);
	published_read(path, in.name, &o->by[RUN_COUNT]);
	o->bound = bound_executed(&in);
	input_fini(&in);
	if (o->name)
		print_sizes(o);
	return o->name != NULL;
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? (size_t)argc - 1 : 0;
	struct outcome *outcomes = calloc(count + 1, sizeof(*outcomes));

	if (!outcomes)
		return 1;
	print_head();
	for (size_t i = 0; i < count; i++) {
		if (!measure(argv[i + 1], &outcomes[i]))
			return 1;
	}
	print_times(outcomes, count);
	goals_print(outcomes, count);
	return 0;
}
