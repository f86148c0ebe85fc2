/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies about which all that can judge must agree: policy_eval, the compiled program as
 * it is simulated, the proof, and, of some policies, the running kernel. Counts what it has asked.
 *
 * usage: agree [--seed N] [--policies N] [--seconds N]      what comes first ends it
 */
#include "base/cleanup.h"
#include "enforce/stack.h"
#include "fuzz/kernel.h"
#include "fuzz/source.h"
#include "policy/text.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum {
	PARTS_EVERY = 16,    /* policies, one that is also split */
	EVALUATIONS = 1024,  /* of each policy */
	VERDICTS = 4096,     /* of the kernel, for each policy that it is asked about */
	KERNEL_EVERY = 8,    /* policies, one that the kernel is asked about */
	BYTES_POLICY = 4096, /* that a policy is drawn from */
	BYTES_CALL = 96,     /* ... a call */
	POLICIES = 500,	     /* where neither number nor time is asked for */
	TOLD_EVERY = 30,     /* seconds between two lines of progress */
	EXIT_DISAGREES = 1,
	EXIT_USE = 2,
};

struct campaign {
	uint64_t seed;
	uint64_t policies_max;
	time_t end; /* 0: none */
	struct verdict *verdicts;
	bool has_kernel;
	uint64_t splits;
	uint64_t policies, too_large, unproved, evaluations, kernel_policies, kernel_verdicts;
};

static void print_counts(const struct campaign *c)
{
	printf("%" PRIu64 " policies proved (%" PRIu64 " more too large, %" PRIu64
	       " too intricate; %" PRIu64 " split), %" PRIu64 " evaluations; %" PRIu64
	       " kernel verdicts on %" PRIu64 " policies\n",
	       c->policies, c->too_large, c->unproved, c->splits, c->evaluations,
	       c->kernel_verdicts, c->kernel_policies);
	fflush(stdout);
}

static int disagree(const struct policy *p, const struct call *call, const char *what)
{
	autostr struct str text = { 0 };

	policy_print(p, &text);
	str_putf(&text, "\n%s\n", what);
	if (call)
		str_putf(&text, "token 0x%x nr 0x%x args", call->token, call->nr);
	for (int i = 0; call && i < SYSCALL_ARGS; i++)
		str_putf(&text, " 0x%" PRIx64, call->args[i]);
	str_putc(&text, '\n');
	fputs(str_text(&text), stdout);
	return EXIT_DISAGREES;
}

static struct call next_call(struct campaign *c, const struct policy *p)
{
	uint8_t bytes[BYTES_CALL];
	struct source s = { bytes, sizeof(bytes), 0 };

	c->seed = random_bytes(c->seed, bytes, sizeof(bytes));
	return source_call(&s, p);
}

/* Program and policy_eval. */
static int evaluate(struct campaign *c, const struct policy *p, const struct filter *f)
{
	struct err e = { 0 };
	uint32_t ret;

	if (filter_simulate(f, &(struct call){ 0 }, &ret, NULL, &e))
		return disagree(p, NULL, e.text);
	for (int i = 0; i < EVALUATIONS; i++) {
		struct call call = next_call(c, p);
		struct action want = policy_eval(p, &call, NULL);

		if (!action_equal(action_from_ret(filter_run(f, &call, NULL)), want))
			return disagree(p, &call, "the program does not say what the policy says");
	}
	c->evaluations += EVALUATIONS;
	return 0;
}

/* Kernel and policy_eval. */
static int ask_kernel(struct campaign *c, const struct policy *p, const struct filter *f)
{
	struct err e = { 0 };

	for (int i = 0; i < VERDICTS; i++)
		c->verdicts[i] = (struct verdict){ kernel_call(next_call(c, p), (uint32_t)i), 1 };
	if (kernel_judge(f, c->verdicts, VERDICTS, &e))
		return disagree(p, NULL, e.text);
	for (int i = 0; i < VERDICTS; i++) {
		const struct verdict *v = &c->verdicts[i];
		struct action want = policy_eval(p, &v->call, NULL);

		if (v->result != (want.kind == ACTION_ALLOW ? -ENOSYS : -(long)want.data))
			return disagree(p, &v->call, "the kernel does not do what the policy says");
	}
	c->kernel_policies++;
	c->kernel_verdicts += VERDICTS;
	return 0;
}

/* What the kernel makes of the verdicts of several filters. */
static struct action strictest(const struct stack *s, const struct call *call)
{
	struct action out = { ACTION_ALLOW, 0 };

	vec_for(f, &s->all) {
		struct action one = action_from_ret(filter_run(f, call, NULL));

		out = one.kind < out.kind ? one : out;
	}
	return out;
}

static int evaluate_stack(struct campaign *c, const struct policy *p, const struct stack *s)
{
	for (int i = 0; i < EVALUATIONS; i++) {
		struct call call = next_call(c, p);

		if (!action_equal(strictest(s, &call), policy_eval(p, &call, NULL)))
			return disagree(p, &call, "the filters together do not say it");
	}
	c->evaluations += EVALUATIONS;
	c->splits++;
	return 0;
}

/* The calls of every other rule judged by one filter, all else by a second one. */
static int split(const struct policy *p, struct stack *s, struct err *e)
{
	struct part parts[2] = { { .is_rest = false }, { .is_rest = true } };
	int r = 0;

	vec_for(block, &p->blocks) {
		for (size_t i = 0; i < block->rules.len; i += 2) {
			struct part_call call = { block->arch, block->rules.data[i].nr };

			for (size_t j = 0; !r && j < countof(parts); j++)
				r = vec_push(&parts[j].calls, call);
		}
	}
	for (size_t j = 0; j < countof(parts); j++) {
		struct compile_options options = { .part = &parts[j] };
		struct filter f = { 0 };

		part_sort(&parts[j]);
		r = r ? r : filter_compile(p, &options, &f, e);
		if (!r && vec_push(&s->all, f))
			r = -ENOMEM;
		part_fini(&parts[j]);
	}
	return r;
}

static int try_split(struct campaign *c, const struct policy *p)
{
	autostack struct stack s = { 0 };
	struct err e = { 0 };
	int r = split(p, &s, &e);

	if (!r)
		r = stack_prove(&s, p, NULL, NULL, &e);
	if (r == -E2BIG)
		return 0;
	return r ? disagree(p, NULL, e.text) : evaluate_stack(c, p, &s);
}

static int try_policy(struct campaign *c, const struct policy *p, bool for_kernel)
{
	static const double thrifts[] = { 0, 0.001, 0.1, 1, 1000 };
	struct compile_options options = { .thrift = thrifts[c->seed % countof(thrifts)] };
	autofilter struct filter f = { 0 };
	struct err e = { 0 };
	int r = filter_compile(p, &options, &f, &e);

	if (r == -E2BIG) {
		c->too_large++;
		return 0;
	}
	if (r)
		return disagree(p, NULL, e.text);
	r = filter_prove(&f, p, NULL, NULL, &e);
	if (r && r != -E2BIG)
		return disagree(p, NULL, e.text);
	*(r ? &c->unproved : &c->policies) += 1;
	r = evaluate(c, p, &f);
	if (!r && (c->policies + c->unproved) % PARTS_EVERY == 0)
		r = try_split(c, p);
	return r || !for_kernel ? r : ask_kernel(c, p, &f);
}

static int next_policy(struct campaign *c, uint64_t number)
{
	const struct policy_shape for_kernel = {
		.arches = 3,
		.calls = 3,
		.rules = 12,
		.tests = 6,
		.arch_names = kernel_arches,
		.nrs = kernel_absent,
		.nr_count = kernel_absent_count,
		.is_oracle = true,
	};
	bool is_for_kernel = c->has_kernel && number % KERNEL_EVERY == 0;
	static uint8_t bytes[BYTES_POLICY];
	struct source s = { bytes, sizeof(bytes), 0 };
	autopolicy struct policy *p = NULL;

	c->seed = random_bytes(c->seed, bytes, sizeof(bytes));
	p = source_policy(&s, is_for_kernel ? &for_kernel : &shape_full);
	if (p && is_for_kernel) {
		/* The child's own calls must pass. */
		p->fallback = (struct action){ ACTION_ALLOW, 0 };
		if (!policy_add_block(p, arch_native()))
			p = NULL;
	}
	if (!p) {
		printf("out of memory\n");
		return EXIT_USE;
	}
	return try_policy(c, p, is_for_kernel);
}

static int run(struct campaign *c)
{
	time_t told = time(NULL), now = told;
	int bad = 0;

	for (uint64_t i = 0; !bad && i < c->policies_max; i++) {
		bad = next_policy(c, i);
		now = time(NULL);
		if (c->end && now >= c->end)
			break;
		if (now - told >= TOLD_EVERY) {
			print_counts(c);
			told = now;
		}
	}
	print_counts(c);
	return bad;
}

static bool read_options(int argc, char **argv, struct campaign *c)
{
	static const struct option options[] = { { "seed", required_argument, NULL, 's' },
						 { "policies", required_argument, NULL, 'p' },
						 { "seconds", required_argument, NULL, 't' },
						 { 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			c->seed = strtoull(optarg, NULL, 0);
		else if (option == 'p')
			c->policies_max = strtoull(optarg, NULL, 0);
		else if (option == 't')
			c->end = time(NULL) + atol(optarg);
		else
			return false;
	}
	if (!c->policies_max)
		c->policies_max = c->end ? UINT64_MAX : POLICIES;
	return optind == argc;
}

int main(int argc, char **argv)
{
	struct campaign c = { .seed = 1, .has_kernel = kernel_can_judge() };

	if (!read_options(argc, argv, &c)) {
		fprintf(stderr, "usage: agree [--seed N] [--policies N] [--seconds N]\n");
		return EXIT_USE;
	}
	c.verdicts = mmap(NULL, VERDICTS * sizeof(*c.verdicts), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c.verdicts == MAP_FAILED)
		return EXIT_USE;
	printf("seed %" PRIu64 "\n", c.seed);
	if (!c.has_kernel)
		printf("without the kernel: this machine is not x86_64\n");
	return run(&c);
}
