/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_PROVED_H
#define CLI_PROVED_H

/* A filter that may leave the program: compiled and proved. */

#include "enforce/stack.h"

/*
 * Compiles the policy and proves the result. 0; -E2BIG or -EPROTO: the answer is no; -EINVAL: the
 * policy is wrong. seconds (may be NULL) gets what the proof took.
 */
int proved_compile(const struct policy *p, struct filter *f, double *seconds,
		   struct err *e) must_check;

/* The same as one filter or as several that are proved together. */
int proved_split(const struct policy *p, struct stack *stack, struct err *e) must_check;

/* The exit status for what proved_compile returned. */
int proved_status(int code);

#endif
