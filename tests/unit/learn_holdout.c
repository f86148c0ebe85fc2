/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about bounds from runs that were held out. */
#include "learn/holdout.h"

#include "tests/unit/unit.h"

#include <math.h>

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-6 * want)
		fail_msg("%.9g is not %.9g", got, want);
}

static void clean_runs_bound_the_risk_by_a_root(void **state)
{
	(void)state;
	near(holdout_bound(0, 59, 0.95), 1 - pow(0.05, 1 / 59.0));
	near(holdout_bound(0, 1, 0.95), 0.95);
	near(holdout_bound(0, 1000000, 0.95), 1 - pow(0.05, 1e-6));
}

/* BetaInv(0.95; v+1, m-v): values of R's qbeta(0.95, v + 1, m - v). */
static void violations_raise_it_as_the_beta_quantile_says(void **state)
{
	static const struct {
		uint64_t v, m;
		double want;
	} cases[] = {
		{ 1, 2, 0.974679434 },
		{ 1, 10, 0.394163302 },
		{ 5, 10, 0.777558899 },
		{ 9, 10, 0.994883803 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		near(holdout_bound(cases[i].v, cases[i].m, 0.95), cases[i].want);
}

static void nothing_seen_bounds_nothing(void **state)
{
	(void)state;
	assert_true(holdout_bound(0, 0, 0.95) >= 1);
	assert_true(holdout_bound(7, 7, 0.95) >= 1);
}

static void says_how_many_runs_it_takes(void **state)
{
	(void)state;
	assert_int_equal(holdout_needed(0, 0.05, 0.95), 59);
	assert_int_equal(holdout_needed(0, 0.01, 0.95), 299);
	for (uint64_t v = 0; v < 20; v += 3) {
		uint64_t m = holdout_needed(v, 0.03, 0.95);

		assert_true(holdout_bound(v, m, 0.95) <= 0.03);
		assert_true(holdout_bound(v, m - 1, 0.95) > 0.03);
	}
}

static void bounds_a_rate(void **state)
{
	(void)state;
	near(holdout_rate(0, 0.95), -log(0.05));
	near(holdout_rate(1, 0.95), 4.743864518); /* half of the chi-square quantile, 4 degrees */
	near(holdout_rate(10, 0.95), 16.962219240);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_runs_bound_the_risk_by_a_root),
		cmocka_unit_test(violations_raise_it_as_the_beta_quantile_says),
		cmocka_unit_test(nothing_seen_bounds_nothing),
		cmocka_unit_test(says_how_many_runs_it_takes),
		cmocka_unit_test(bounds_a_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
