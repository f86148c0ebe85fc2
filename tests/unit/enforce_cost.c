/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about what programs cost, the kernel's cache, and the calls that both are measured by. */
#include "enforce/cache.h"
#include "enforce/sample.h"
#include "policy/text.h"

#include "fuzz/source.h"
#include "tests/unit/compiled.h"

#include <errno.h>
#include <string.h>

#define HEAD "wont 1\ndefault kill_process\nforeign-arch kill_process\n"

static void unconditional_allows_are_cached(void **state)
{
	autopolicy struct policy *p = parse(
		HEAD
		"arch x86_64 {\nread\nwrite: fd == 1\nclose: -> log\nopen: -> errno(EPERM)\n}\n"
		"arch x32 {\nread\n}\n");
	autofilter struct filter f = compile(p);
	const struct arch *x86_64 = arch_by_name("x86_64");

	(void)state;
	assert_true(filter_is_cached(&f, x86_64, 0));
	assert_false(filter_is_cached(&f, x86_64, 1));
	assert_false(filter_is_cached(&f, x86_64, 2));
	assert_false(filter_is_cached(&f, x86_64, 3));
	assert_false(filter_is_cached(&f, x86_64, 4));
	assert_false(filter_is_cached(&f, arch_by_name("x32"), 0x40000000));
	assert_false(filter_is_cached(&f, arch_by_name("i386"), 0));
}

/* Whatever the compiler does, an argument-free ALLOW is provable for the kernel. */
static void every_constant_allow_is_cached(void **state)
{
	uint64_t seed = 3;
	uint8_t bytes[2048];

	(void)state;
	for (int i = 0; i < 300; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		autopolicy struct policy *p = source_policy(&s, &shape_full);
		autofilter struct filter f = compile(p);

		vec_for(block, &p->blocks) {
			vec_for(rule, &block->rules) {
				bool is_constant =
					!block->arch->nr_base && rule->nr < SYSCALL_TABLE;

				vec_for(other, &block->rules) {
					if (other->nr == rule->nr &&
					    (other->action.kind != ACTION_ALLOW ||
					     (other->cond && other->cond->kind != COND_TRUE)))
						is_constant = false;
				}
				if (is_constant)
					assert_true(filter_is_cached(&f, block->arch, rule->nr));
			}
		}
	}
}

static void counts_instructions_and_the_longest_path(void **state)
{
	autopolicy struct policy *p = parse(HEAD "arch x86_64 {\nread\n}\n");
	autofilter struct filter f = compile(p);
	struct filter_cost cost = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(filter_cost(&f, p, &cost, &e), 0);
	/* ld arch, jeq, ld nr, jeq, two returns; the longest way takes one return. */
	assert_int_equal(cost.instructions, 6);
	assert_int_equal(cost.worst, 5);
	assert_int_equal(cost.constant, 1);
	assert_true(cost.mean > 4.99 && cost.mean < 5.01);
	assert_true(cost.reaching < 0.01);
}

static void weights_decide_the_mean(void **state)
{
	autopolicy struct policy *p = parse(HEAD "arch x86_64 {\nread weight 999\n"
						 "write: fd == 1 weight 1\n}\n");
	autofilter struct filter f = compile(p);
	struct filter_cost cost = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(filter_cost(&f, p, &cost, &e), 0);
	assert_true(cost.reaching > 0.0009 && cost.reaching < 0.0011);
	assert_true(cost.mean_reaching > cost.mean);
}

static size_t count_samples(const char *text)
{
	autopolicy struct policy *p = parse(text);
	autosamples struct samples samples = { 0 };

	assert_int_equal(samples_add_policy(&samples, p), 0);
	vec_for(sample, &samples.all) {
		struct call call = { .nr = sample->nr, .token = sample->arch->token };

		memcpy(call.args, sample->args, sizeof(call.args));
		assert_int_equal(policy_eval(p, &call, NULL).kind, ACTION_ALLOW);
	}
	return samples.all.len;
}

static void every_way_of_a_condition_gets_a_sample(void **state)
{
	(void)state;
	assert_int_equal(count_samples(HEAD "arch x86_64 {\nread\n}\n"), 1);
	assert_int_equal(count_samples(HEAD "arch x86_64 {\nread: fd in {1, 5, 9}\n}\n"), 3);
	assert_int_equal(count_samples(HEAD "arch x86_64 {\nmmap: prot == 1 && flags in {2, 34} || "
					    "prot == 3 && flags == 34\n}\n"),
			 3);
	assert_int_equal(count_samples(HEAD "arch x86_64 {\nread: !(fd == 1 || fd == 2) && "
					    "count < 4096 && (count & 1) != 0\n}\n"),
			 1);
	assert_int_equal(count_samples(HEAD "arch x86_64 {\nlseek: offset < 0\n}\n"), 1);
}

static void impossible_conditions_get_none(void **state)
{
	(void)state;
	assert_int_equal(count_samples(HEAD "arch x86_64 {\nread: fd == 1 && fd == 2\n}\n"), 0);
}

static void weight_is_shared_among_the_ways(void **state)
{
	autopolicy struct policy *p =
		parse(HEAD "arch x86_64 {\nread: fd in {1, 5, 9} weight 30\nclose weight 7\n}\n");
	autosamples struct samples samples = { 0 };
	double total = 0;

	(void)state;
	assert_int_equal(samples_add_policy(&samples, p), 0);
	assert_int_equal(samples.all.len, 4);
	vec_for(sample, &samples.all) {
		assert_true(sample->weight > (sample->nr ? 6.9 : 9.9));
		total += sample->weight;
	}
	assert_true(total > 36.9 && total < 37.1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unconditional_allows_are_cached),
		cmocka_unit_test(every_constant_allow_is_cached),
		cmocka_unit_test(counts_instructions_and_the_longest_path),
		cmocka_unit_test(weights_decide_the_mean),
		cmocka_unit_test(every_way_of_a_condition_gets_a_sample),
		cmocka_unit_test(impossible_conditions_get_none),
		cmocka_unit_test(weight_is_shared_among_the_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
