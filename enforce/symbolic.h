/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_SYMBOLIC_H
#define ENFORCE_SYMBOLIC_H

/* What a program says to every call: run once, on functions of the call instead of numbers. */

#include "enforce/filter.h"
#include "policy/diagram.h"

/*
 * *verdict gets the function whose leaves are diagram_action() of what the program returns. Exact
 * for every program that the kernel takes. -EINVAL for one that it refuses; -E2BIG where the
 * program does arithmetic that no diagram of bearable size describes.
 */
int filter_diagram(const struct filter *f, struct diagram *d, node_t *verdict,
		   struct err *e) must_check;

#endif
