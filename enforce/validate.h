/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_VALIDATE_H
#define ENFORCE_VALIDATE_H

/* The kernel's acceptance check, shared by everything that reads programs. */

#include "enforce/filter.h"

/*
 * Would seccomp(2) take the program? -EINVAL with the instruction named where not. After
 * net/core/filter.c (bpf_check_classic, check_load_and_stores) and kernel/seccomp.c
 * (seccomp_check_filter) of Linux 6.12: at most 4096 known instructions, jumps within the program,
 * loads of aligned words of struct seccomp_data, no read of memory that was not written on every
 * way, a return at the end.
 */
int filter_validate(const struct filter *f, struct err *e) must_check;

#endif
