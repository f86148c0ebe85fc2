/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_FIGURES_H
#define BENCH_FILTER_FIGURES_H

/* What is measured of a filter. */

#include "bench/filter_input.h"
#include "enforce/filter.h"

/* 0 stands for what was not measured. */
struct figures {
	bool is_known;
	double instructions, worst;
	double all;	   /* executed per call, weighted mean */
	double reaching;   /* the same of calls that the kernel's cache does not answer */
	double build;	   /* seconds of processor time; endless builds: the limit */
	double prove;	   /* the same */
	double load;	   /* seconds, at best */
	double translate;  /* the part of it that a program of that length takes at least */
	double call;	   /* seconds that the filter adds to a hot call with checked arguments */
	unsigned uncached; /* argument-free allowed calls that the kernel's cache does not answer */
};

/*
 * All but build, prove and translate. Calls that the policy kills for are left out of the means:
 * nobody makes them twice.
 */
void figures_measure(const struct filter *f, const struct input *in, struct figures *figures);

/* Processor time of this process, in seconds. */
double processor_time(void);

#endif
