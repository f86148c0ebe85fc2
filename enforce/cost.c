/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program costs: its length, its paths, and what the kernel's cache spares. */
#include "enforce/cost.h"

#include "base/cleanup.h"
#include "enforce/cache.h"
#include "enforce/sample.h"
#include "enforce/validate.h"

#include <errno.h>
#include <string.h>

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Jumps go forward, so look from behind. */
int filter_worst(const struct filter *f, uint32_t *worst)
{
	autofree uint32_t *length = calloc(f->insns.len, sizeof(*length));

	if (!length)
		return -ENOMEM;
	for (size_t i = f->insns.len; i > 0; i--) {
		const struct sock_filter *code = &f->insns.data[i - 1].code;
		uint32_t rest = 0;

		if (code->code == (BPF_JMP | BPF_JA))
			rest = length[i + code->k];
		else if (BPF_CLASS(code->code) == BPF_JMP)
			rest = larger(length[i + code->jt], length[i + code->jf]);
		else if (BPF_CLASS(code->code) != BPF_RET)
			rest = length[i];
		length[i - 1] = rest + 1;
	}
	*worst = length[0];
	return 0;
}

static uint32_t count_cached(const struct filter *f, const struct policy *p)
{
	uint32_t count = 0;

	vec_for(block, &p->blocks) {
		for (size_t i = 0; i < block->arch->count; i++)
			count += filter_is_cached(f, block->arch, block->arch->syscalls[i].nr);
	}
	return count;
}

static int mean_path(const struct filter *f, const struct policy *p, struct filter_cost *cost)
{
	autosamples struct samples samples = { 0 };
	double all = 0, all_weight = 0, reaching = 0, reaching_weight = 0;
	int r = samples_add_policy(&samples, p);

	vec_for(sample, &samples.all) {
		struct call call = { .nr = sample->nr, .token = sample->arch->token };
		uint32_t executed;

		memcpy(call.args, sample->args, sizeof(call.args));
		filter_run(f, &call, &executed);
		all += sample->weight * executed;
		all_weight += sample->weight;
		if (filter_is_cached(f, sample->arch, sample->nr))
			continue;
		reaching += sample->weight * executed;
		reaching_weight += sample->weight;
	}
	if (r)
		return r;
	cost->mean = all_weight > 0 ? all / all_weight : 0;
	cost->mean_reaching = reaching_weight > 0 ? reaching / reaching_weight : 0;
	cost->reaching = all_weight > 0 ? reaching_weight / all_weight : 0;
	return 0;
}

int filter_cost(const struct filter *f, const struct policy *p, struct filter_cost *cost,
		struct err *e)
{
	struct filter_cost made = { .instructions = (uint32_t)f->insns.len };
	int r = filter_validate(f, e);

	if (r)
		return r;
	r = filter_worst(f, &made.worst);
	if (r)
		return err_set(e, r, "out of memory");
	made.constant = count_cached(f, p);
	r = mean_path(f, p, &made);
	if (r)
		return err_set(e, r, "out of memory");
	*cost = made;
	return 0;
}
