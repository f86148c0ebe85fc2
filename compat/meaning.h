/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_MEANING_H
#define COMPAT_MEANING_H

/*
 * What the rules of a filter in the making say, as a policy. libseccomp's documentation does not
 * tell what holds where rules of one call with different actions both match; here, as there in
 * nearly all cases, the first in entry_order does.
 */

#include "compat/context.h"

/* *p is the caller's. -ENOMEM; -EFAULT where the rules are too intricate to be told apart. */
int draft_meaning(const struct draft *d, struct policy **p) must_check;

#endif
