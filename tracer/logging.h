/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_LOGGING_H
#define TRACER_LOGGING_H

/* What has to hold so that audit tells of every call: the filter that logs, and the machine's
 * settings. */

#include "tracer/tracer.h"

/*
 * The filter of a recording by audit: what it says of everything, or of what a known profile does
 * not allow, or (want_args) of what rules cannot name. The caller frees filter->filter. -EINVAL for
 * a known profile beside rules.
 */
int logging_filter(const struct recording *recording, struct sock_fprog *filter,
		   struct err *e) must_check;

/* Do SECCOMP records come here? 0, or a negative code with the reason and the remedy. */
int logging_check(struct err *e) must_check;

/* The same for what rules ask for, beyond logging_check. */
int logging_check_rules(struct err *e) must_check;

#endif
