/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_BOUND_H
#define BENCH_FILTER_BOUND_H

/* How good a filter could be at all. */

#include "bench/filter_input.h"

/*
 * Instructions that every program which asks for arch, then number, then arguments must execute on
 * average for the input's calls that reach it; 0 where none does. Counted are: the load and the
 * test of the arch, the load of the number, the return; tests for the number, no fewer than the
 * entropy of what calls mean (Shannon: answers to yes-or-no questions are a code for what they tell
 * apart); and for every word of the arguments that alone can turn a call's verdict a load and a
 * test.
 */
double bound_executed(const struct input *in);

#endif
