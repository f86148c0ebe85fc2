/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_DUMP_H
#define COMPAT_DUMP_H

/*
 * The debugging hook: where WONT_SECCOMP_DUMP names a folder, every filter that is loaded or
 * exported is left there with the rules that it was made from, as PID-N.bpf and PID-N.wont, so that
 * `wont check --filter PID-N.bpf ./PID-N.wont` can prove them equal. The variable is ignored in
 * programs that run with other rights than their caller's (secure_getenv(3)).
 */

#include "compat/product.h"

#include <stdbool.h>

/* Is the folder named? Then the product needs its profile. */
bool dump_is_wanted(void);

/* Leaves the pair. A failure is silent: a program must not behave otherwise for being watched. */
void dump_product(const struct product *p);

#endif
