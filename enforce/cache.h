/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_CACHE_H
#define ENFORCE_CACHE_H

/* Which calls the kernel answers without running the filter. */

#include "enforce/filter.h"

/*
 * Does the kernel take the call's verdict for a constant ALLOW? Since Linux 5.11 it tries every
 * number when a filter is loaded: while only the number and the arch are looked at, by the few
 * instructions that it follows (LD of either, JA, JEQ JGE JGT JSET and AND with a constant), and
 * the end is RET 0x7fff0000, it marks the number in a bitmap (kernel/seccomp.c,
 * seccomp_is_const_allow). Numbers that do not begin at 0, x32's and mips', have no place in it,
 * nor have those past the tables. The program must be valid.
 */
bool filter_is_cached(const struct filter *f, const struct arch *arch, uint32_t nr);

#endif
