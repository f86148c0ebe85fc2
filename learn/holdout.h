/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_HOLDOUT_H
#define LEARN_HOLDOUT_H

/*
 * What runs that a profile was not learned from say of the next one: exact one-sided bounds. They
 * assume that runs are drawn alike. Pure.
 */

#include <stdint.h>

/*
 * The share of runs that go beyond the profile is at most this, with the given confidence (0.95),
 * when v of m did: the upper Clopper-Pearson bound, BetaInv(confidence; v + 1, m - v), which for v
 * = 0 is 1 - (1 - confidence)^(1/m). 1 where m is 0 or v is m. v <= m.
 */
double holdout_bound(uint64_t v, uint64_t m, double confidence);

/* The fewest runs, v of them beyond the profile, whose bound is at most the target (0 < target <
 * 1). 59 for v = 0, 5 % and 95 %. */
uint64_t holdout_needed(uint64_t v, double target, double confidence);

/*
 * For what runs without end: the rate of such events is at most this per unit of time when v came
 * in one unit (exact Poisson bound; 3.0 for v = 0 and 95 %). Divide by the units watched.
 */
double holdout_rate(uint64_t v, double confidence);

#endif
