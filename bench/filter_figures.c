/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is measured of a filter. */
#include "bench/filter_figures.h"

#include "bench/filter_timing.h"
#include "enforce/cache.h"

#include <string.h>
#include <time.h>

double processor_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void measure_means(const struct filter *f, const struct input *in, struct figures *figures)
{
	double all = 0, weight = 0, reaching = 0, reaching_weight = 0;
	struct steps path = { 0 };
	struct err e = { 0 };

	vec_for(s, &in->samples.all) {
		struct call call = { .nr = s->nr, .token = s->arch->token };
		uint32_t ret;

		memcpy(call.args, s->args, sizeof(call.args));
		path.all.len = 0;
		if (policy_eval(in->policy, &call, NULL).kind <= ACTION_KILL_THREAD)
			continue;
		if (filter_simulate(f, &call, &ret, &path, &e))
			break;
		all += s->weight * (double)path.all.len;
		weight += s->weight;
		if (filter_is_cached(f, s->arch, s->nr))
			continue;
		reaching += s->weight * (double)path.all.len;
		reaching_weight += s->weight;
	}
	vec_fini(&path.all);
	figures->all = weight > 0 ? all / weight : 0;
	figures->reaching = reaching_weight > 0 ? reaching / reaching_weight : 0;
}

/* Allowed whatever the arguments, by rules that say so in one line. */
static unsigned count_uncached(const struct filter *f, const struct policy *p)
{
	unsigned count = 0;

	vec_for(block, &p->blocks) {
		for (size_t i = 0; i < block->rules.len; i++) {
			const struct rule *rule = &block->rules.data[i];
			bool is_alone = true;

			for (size_t j = 0; j < block->rules.len; j++)
				is_alone =
					is_alone && (j == i || block->rules.data[j].nr != rule->nr);
			/* The cache holds the arch's own numbers and no x32 ones. */
			if (is_alone && !rule->cond && rule->action.kind == ACTION_ALLOW &&
			    !block->arch->nr_base && arch_syscall(block->arch, rule->nr))
				count += !filter_is_cached(f, block->arch, rule->nr);
		}
	}
	return count;
}

void figures_measure(const struct filter *f, const struct input *in, struct figures *figures)
{
	const struct sample *hot = timing_hot_call(in);
	struct filter_cost cost = { 0 };
	struct err e = { 0 };

	if (filter_cost(f, in->policy, &cost, &e))
		return;
	figures->instructions = cost.instructions;
	figures->worst = cost.worst;
	measure_means(f, in, figures);
	figures->uncached = count_uncached(f, in->policy);
	figures->load = timing_load(f);
	figures->call = hot ? timing_call(f, hot) : 0;
	figures->is_known = true;
}
