/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_STACK_H
#define ENFORCE_STACK_H

/*
 * A policy as several filters, where one of FILTER_MAX instructions does not hold it. The kernel
 * runs all filters of a process and takes the strictest verdict (seccomp(2)); so every call is
 * judged by one of them, and the others allow it.
 */

#include "enforce/filter.h"
#include "enforce/part.h"

enum { STACK_MAX = 8 };

struct stack {
	/* In the order in which they are to be loaded: the last one judges seccomp(2) itself. */
	vec_of(struct filter) all;
};

void stack_fini(struct stack *s);
#define autostack __attribute__((cleanup(stack_fini)))

/*
 * Compiles: one filter where one is enough, else as few as are found. What a filter cannot do is
 * refused as filter_compile does; -E2BIG also where one call alone does not fit, or where all of
 * them together pass what the kernel lets a process have. p must outlive *s.
 */
int stack_compile(const struct policy *p, const struct compile_options *options, struct stack *s,
		  struct err *e) must_check;

/* filter_prove of all filters together: for every call what the kernel makes of their verdicts. */
int stack_prove(const struct stack *s, const struct policy *p, const struct pass *pass,
		struct counterexample *ce, struct err *e) must_check;

/* What the kernel counts of a filter: its length as eBPF (net/core/filter.c, bpf_convert_filter).
 */
uint32_t filter_kernel_length(const struct filter *f);

#endif
