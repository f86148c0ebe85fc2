/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_PRODUCT_H
#define COMPAT_PRODUCT_H

/* What a filter in the making is compiled to: the program, proved to be what the rules say. */

#include "base/compiler.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

struct draft;

/* Invariant: codes is NULL (nothing compiled yet) or owns len instructions. */
struct product {
	struct sock_filter *codes; /* in the byte order of the rules' arches */
	size_t len;
	bool uses_notify; /* some rule, or the default, notifies */
	char *profile;	  /* the rules as a profile, where wanted; owned or NULL */
	char *pfc;	  /* pseudo filter code, where wanted; owned or NULL */
};

void product_fini(struct product *p);

/* What to make beside the program. */
enum product_extra { PRODUCT_PROFILE = 1, PRODUCT_PFC = 2 };

/*
 * Compiles and proves. -EFAULT: no program that is provably the rules fits into a filter; -ENOMEM.
 */
int product_make(const struct draft *d, unsigned extras, struct product *p) must_check;

#endif
