/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_INPUT_H
#define BENCH_FILTER_INPUT_H

/* What the filter benchmark compiles: a policy and the calls that it is weighed by. */

#include "enforce/sample.h"

struct input {
	char *name;
	struct policy *policy;
	struct samples samples;
};

/*
 * Reads a profile (.wont; its weights stand for the calls) or a JSON file: {"rules": [{"nr",
 * "any_of": null or [[{"arg", "op": eq|set|range|meq, "values"}]]}], "calls": [{"nr", "args",
 * "count"}]}, an allow-list over raw 64-bit arguments for x86_64 with default kill_process.
 */
int input_read(const char *path, struct input *in, struct err *e) must_check;
void input_fini(struct input *in);

#endif
