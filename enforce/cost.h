/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_COST_H
#define ENFORCE_COST_H

/* What a program costs whatever is asked; filter_cost (filter.h) knows more. */

#include "enforce/filter.h"

/* The longest way from the first instruction to a return of a valid program. 0 or -ENOMEM. */
int filter_worst(const struct filter *f, uint32_t *worst) must_check;

#endif
