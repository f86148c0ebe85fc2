/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exact bounds, found by halving: both tails fall as their parameter grows. */
#include "learn/holdout.h"

#include <math.h>

enum { HALVINGS = 200 }; /* past the precision of a double */

/* The probability of at most v successes in m trials of probability p, 0 < p < 1. */
static double binomial_tail(uint64_t v, uint64_t m, double p)
{
	/* Each term from the one before, in logarithms: (1-p)^m may be too small for a double. */
	double term = (double)m * log1p(-p), odds = log(p) - log1p(-p), sum = 0;

	for (uint64_t k = 0; k <= v; k++) {
		sum += exp(term);
		term += odds + log((double)(m - k)) - log((double)(k + 1));
	}
	return sum;
}

double holdout_bound(uint64_t v, uint64_t m, double confidence)
{
	double low = 0, high = 1;

	if (v >= m)
		return 1;
	if (!v)
		return -expm1(log1p(-confidence) / (double)m);
	for (int i = 0; i < HALVINGS && low < high; i++) {
		double p = low + (high - low) / 2;

		if (p <= low || p >= high)
			break;
		if (binomial_tail(v, m, p) > 1 - confidence)
			low = p;
		else
			high = p;
	}
	return high;
}

uint64_t holdout_needed(uint64_t v, double target, double confidence)
{
	uint64_t low = v, high = v + 1;

	while (holdout_bound(v, high, confidence) > target) {
		low = high;
		high *= 2;
	}
	while (high - low > 1) {
		uint64_t m = low + (high - low) / 2;

		if (holdout_bound(v, m, confidence) > target)
			low = m;
		else
			high = m;
	}
	return high;
}

/* The probability of at most v events where x are expected. */
static double poisson_tail(uint64_t v, double x)
{
	double term = -x, sum = 0;

	for (uint64_t k = 0; k <= v; k++) {
		sum += exp(term);
		term += log(x) - log((double)(k + 1));
	}
	return sum;
}

double holdout_rate(uint64_t v, double confidence)
{
	double low = 0, high = (double)v + 1;

	while (poisson_tail(v, high) > 1 - confidence)
		high *= 2;
	for (int i = 0; i < HALVINGS; i++) {
		double x = low + (high - low) / 2;

		if (x <= low || x >= high)
			break;
		if (poisson_tail(v, x) > 1 - confidence)
			low = x;
		else
			high = x;
	}
	return high;
}
