/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_CHECK_H
#define LEARN_CHECK_H

/* The check of the learner's own work. */

#include "policy/policy.h"
#include "store/observation.h"

/*
 * Does p admit every observation, at both ends of its ranges? clone3 is admitted also where the
 * floor answers it. -EPROTO with the call in e where one is not: a defect.
 */
int check_admitted(const struct policy *p, const struct observations *o, struct err *e) must_check;

#endif
