/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_KNOWN_H
#define CLI_KNOWN_H

/* `record --known PROFILE`: what the profile allows is let through by the recording filter. */

#include "base/compiler.h"
#include "base/err.h"
#include "store/store.h"

#include <linux/filter.h>

/* Zero-initialise. */
struct known {
	struct sock_fprog filter; /* ALLOW what the profile allows, TRACE the rest; owned */
	char *text;		  /* the profile, printed; owned */
	char sha256[65];	  /* of text, in hex */
};

/*
 * Loads the profile (as profile_load says), makes the recording filter from it and proves that it
 * is that. -EINVAL and the codes of profile_load, filter_compile and filter_prove.
 */
int known_load(const char *word, const char *db, struct known *known, struct err *e) must_check;

/* Stores the profile's text, under no app's name, unless the store has it. */
int known_store(const struct known *known, struct store *store, struct err *e) must_check;

void known_fini(struct known *known);
#define autoknown __attribute__((cleanup(known_fini)))

#endif
