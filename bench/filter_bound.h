/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_BOUND_H
#define BENCH_FILTER_BOUND_H

/* How good a filter could be at all. */

#include "bench/filter_input.h"

/*
 * Instructions that every program which asks for arch, then number, then arguments must execute on
 * average for the input's calls that reach it; 0 where none does. Counted are: the load and the
 * test of the arch, the load of the number, the return; tests for the number, no fewer than
 * Huffman's code has digits for what calls mean (what never comes included, weighing nothing),
 * since the tests of any tree are such a code; and for every word of the arguments that alone can
 * turn a call's verdict a load and a test, or nearly two tests where the word may be in a range and
 * neither below nor above it. Calls that the policy kills for do not count.
 */
double bound_executed(const struct input *in);

#endif
