/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_TIMING_H
#define BENCH_FILTER_TIMING_H

/* Times that only the kernel can tell. */

#include "bench/filter_input.h"
#include "enforce/filter.h"

/* Seconds that seccomp(2) takes: the best of fresh processes; 0 where it cannot be done. */
double timing_load(const struct filter *f);

/*
 * The same of the program behind a return: the kernel translates it all, but sees at once what each
 * number gets. No program of that length is installed in less.
 */
double timing_translate(const struct filter *f);

/* Seconds that the filter adds to a call, each at its best; 0 where that cannot be measured. */
double timing_call(const struct filter *f, const struct sample *call);

/*
 * The input's most frequent call that reaches a filter and does no harm however often it is made
 * with the sample's arguments; NULL where there is none.
 */
const struct sample *timing_hot_call(const struct input *in);

#endif
