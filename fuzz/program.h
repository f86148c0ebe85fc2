/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

/* Bytes turned into programs: any instructions, most of them such that seccomp takes them. */

#include "fuzz/source.h"

#include <linux/filter.h>

/* Writes 1 to max instructions and returns how many. */
uint32_t source_program(struct source *s, struct sock_filter *codes, uint32_t max);

#endif
