/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_LIMIT_H
#define ENFORCE_LIMIT_H

/* What to say of a program that is too long. */

#include "enforce/filter.h"

/* 0 when the program fits into FILTER_MAX instructions; else -E2BIG with the costliest calls named.
 */
int filter_limit(const struct filter *f, struct err *e) must_check;

#endif
