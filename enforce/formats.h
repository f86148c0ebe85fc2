/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_FORMATS_H
#define ENFORCE_FORMATS_H

/* Every format, one line each; formats.c has the array. */

#include "enforce/filter.h"

extern const struct filter_format format_bpf; /* what seccomp(2) takes */
extern const struct filter_format format_asm; /* an annotated disassembly */
extern const struct filter_format format_pfc; /* nested ifs */
extern const struct filter_format format_c;   /* a C array */

#endif
