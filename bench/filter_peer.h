/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_PEER_H
#define BENCH_FILTER_PEER_H

/* The same policy compiled by libseccomp, where the build has it. */

#include "enforce/filter.h"

/* Was libseccomp found when this was built? */
bool peer_is_there(void);

/*
 * Compiles the rules of the policy's x86_64 block with libseccomp (it has no `newer`), in a process
 * of its own; optimize is its attribute CTL_OPTIMIZE: 1 the default chain, 2 the binary tree.
 * seconds gets the processor time of building, also where the program is too long. -EOPNOTSUPP
 * when libseccomp cannot say what the policy says, -E2BIG when the result is too long, -ETIME when
 * it takes too long.
 */
int peer_compile(const struct policy *p, uint32_t optimize, struct filter *f, double *seconds,
		 struct err *e) must_check;

#endif
