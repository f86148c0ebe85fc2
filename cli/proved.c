/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A filter that may leave the program: compiled and proved. */
#include "cli/proved.h"

#include "cli/command.h"

#include <errno.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int proved_compile(const struct policy *p, struct filter *f, double *seconds, struct err *e)
{
	autofilter struct filter made = { 0 };
	int r = filter_compile(p, NULL, &made, e);
	double start = now();

	if (!r)
		r = filter_prove(&made, p, NULL, NULL, e);
	if (r)
		return r;
	if (seconds)
		*seconds = now() - start;
	*f = made;
	made = (struct filter){ 0 };
	return 0;
}

int proved_split(const struct policy *p, struct stack *stack, struct err *e)
{
	autostack struct stack made = { 0 };
	int r = stack_compile(p, NULL, &made, e);

	if (!r)
		r = stack_prove(&made, p, NULL, NULL, e);
	if (r)
		return r;
	*stack = made;
	made = (struct stack){ 0 };
	return 0;
}

int proved_status(int code)
{
	if (code == 0)
		return EXIT_FINE;
	return code == -E2BIG || code == -EPROTO ? EXIT_NO : EXIT_USAGE;
}
