/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The compiler against libseccomp, default layout and binary tree, on the same policies and calls:
 * instructions, longest path, instructions executed per call that reaches the filter (on a kernel
 * with the cache of constant verdicts) and how few they could be at all, time to build, to prove
 * and to install.
 *
 * usage: filter FILE...      profiles (.wont) or JSON (bench/filter_input.h)
 */
#include "bench/filter_bound.h"
#include "bench/filter_input.h"
#include "bench/filter_peer.h"

#include "enforce/cache.h"
#include "enforce/filter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BUILDS = 5, LOADS = 9 };

struct figures {
	bool is_known;
	double instructions, worst;
	double all, reaching;	   /* executed, weighted mean */
	double build, prove, load; /* seconds */
};

enum column { OURS, CHAIN, TREE, COLUMNS };

static const char *const column_names[COLUMNS] = { "wont", "libseccomp", "its tree" };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median time that installing takes, each time in a fresh process. */
static double load_time(const struct filter *f)
{
	double *shared = mmap(NULL, sizeof(double), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double times[LOADS] = { 0 };

	for (int i = 0; shared != MAP_FAILED && i < LOADS; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			struct err e;
			double start;

			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
			start = now();
			/* The filter may kill on the way out: the time is noted by then. */
			if (filter_load(f, 0, &e) == 0)
				*shared = now() - start;
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		times[i] = *shared;
	}
	if (shared != MAP_FAILED)
		munmap(shared, sizeof(double));
	qsort(times, LOADS, sizeof(double), by_value);
	return times[LOADS / 2];
}

static void measure(const struct filter *f, const struct input *in, struct figures *figures)
{
	double all = 0, weight = 0, reaching = 0, reaching_weight = 0;
	struct filter_cost cost = { 0 };
	struct steps path = { 0 };
	struct err e = { 0 };

	if (filter_cost(f, in->policy, &cost, &e))
		return;
	vec_for(s, &in->samples.all) {
		struct call call = { .nr = s->nr, .token = s->arch->token };
		uint32_t ret;

		memcpy(call.args, s->args, sizeof(call.args));
		path.all.len = 0;
		if (filter_simulate(f, &call, &ret, &path, &e))
			return;
		all += s->weight * (double)path.all.len;
		weight += s->weight;
		if (filter_is_cached(f, s->arch, s->nr))
			continue;
		reaching += s->weight * (double)path.all.len;
		reaching_weight += s->weight;
	}
	vec_fini(&path.all);
	figures->instructions = cost.instructions;
	figures->worst = cost.worst;
	figures->all = weight > 0 ? all / weight : 0;
	figures->reaching = reaching_weight > 0 ? reaching / reaching_weight : 0;
	figures->load = load_time(f);
	figures->is_known = true;
}

static int build(const struct input *in, enum column column, struct filter *f, double *seconds,
		 struct err *e)
{
	struct compile_options options = { .samples = &in->samples };
	if (getenv("THRIFT"))
		options.thrift = atof(getenv("THRIFT"));
	double start = now();
	int r;

	if (column != OURS)
		return peer_compile(in->policy, column == CHAIN ? 1 : 2, f, seconds, e);
	r = filter_compile(in->policy, &options, f, e);
	*seconds = now() - start;
	return r;
}

static void fill(const struct input *in, enum column column, struct figures *figures)
{
	double times[BUILDS];
	struct filter f = { 0 };
	struct err e = { 0 };

	*figures = (struct figures){ 0 };
	for (int i = 0; i < BUILDS; i++) {
		filter_fini(&f);
		f = (struct filter){ 0 };
		if (build(in, column, &f, &times[i], &e)) {
			fprintf(stderr, "%s, %s: %s\n", in->name, column_names[column], e.text);
			filter_fini(&f);
			return;
		}
	}
	qsort(times, BUILDS, sizeof(double), by_value);
	measure(&f, in, figures);
	figures->build = times[BUILDS / 2];
	if (column == OURS) {
		double start = now();

		if (filter_prove(&f, in->policy, NULL, NULL, &e))
			fprintf(stderr, "%s: NOT PROVED: %s\n", in->name, e.text);
		figures->prove = now() - start;
	}
	filter_fini(&f);
}

static void print_row(const char *name, const struct figures *f, double bound)
{
	printf("%-16s", name);
	for (int i = 0; i < COLUMNS; i++) {
		if (f[i].is_known)
			printf(" | %4.0f / %6.2f / %3.0f", f[i].instructions, f[i].reaching,
			       f[i].worst);
		else
			printf(" | %19s", "-");
	}
	printf(" | %5.2f", bound);
	printf(" | build %6.2f ms (%.2f), proof %.2f ms, load %4.0f us (%.0f)\n",
	       f[OURS].build * 1e3, f[CHAIN].build * 1e3, f[OURS].prove * 1e3, f[OURS].load * 1e6,
	       f[CHAIN].load * 1e6);
	fflush(stdout);
}

/* Geometric means of peer / ours. */
struct ratio {
	double sum;
	int count;
};

static void ratio_add(struct ratio *r, double peer, double ours)
{
	if (peer > 0 && ours > 0) {
		r->sum += log(peer / ours);
		r->count++;
	}
}

static double ratio_mean(const struct ratio *r)
{
	return r->count ? exp(r->sum / r->count) : 0;
}

struct ratios {
	struct ratio instructions, reaching, all, worst, build, load;
};

static void ratios_add(struct ratios *r, const struct figures *peer, const struct figures *ours)
{
	if (!peer->is_known || !ours->is_known)
		return;
	ratio_add(&r->instructions, peer->instructions, ours->instructions);
	ratio_add(&r->reaching, peer->reaching, ours->reaching);
	ratio_add(&r->all, peer->all, ours->all);
	ratio_add(&r->worst, peer->worst, ours->worst);
	ratio_add(&r->build, peer->build, ours->build);
	ratio_add(&r->load, peer->load, ours->load);
}

int main(int argc, char **argv)
{
	struct ratios ratios[COLUMNS] = { 0 };
	struct ratio over_bound = { 0 };
	struct figures figures[COLUMNS];

	printf("instructions / executed per call that reaches the filter / longest path\n%-16s",
	       "");
	for (int i = 0; i < COLUMNS; i++)
		printf(" | %-19s", column_names[i]);
	printf(" | bound\n");
	for (int i = 1; i < argc; i++) {
		struct input in;
		struct err e = { 0 };

		if (input_read(argv[i], &in, &e)) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		for (int c = 0; c < COLUMNS; c++)
			fill(&in, c, &figures[c]);
		double bound = bound_executed(&in);
		print_row(in.name, figures, bound);
		ratio_add(&over_bound, figures[OURS].reaching, bound);
		for (int c = CHAIN; c < COLUMNS; c++)
			ratios_add(&ratios[c], &figures[c], &figures[OURS]);
		input_fini(&in);
	}
	printf("\npeer / wont, geometric means: instructions, executed (reaching the filter), "
	       "executed (all calls), longest path, build, load\n");
	for (int c = CHAIN; c < COLUMNS; c++)
		printf("%-16s %.2f  %.2f  %.2f  %.2f  %.2f  %.2f\n", column_names[c],
		       ratio_mean(&ratios[c].instructions), ratio_mean(&ratios[c].reaching),
		       ratio_mean(&ratios[c].all), ratio_mean(&ratios[c].worst),
		       ratio_mean(&ratios[c].build), ratio_mean(&ratios[c].load));
	printf("executed, wont / bound: %.3f\n", ratio_mean(&over_bound));
	return 0;
}
