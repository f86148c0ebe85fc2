/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_PARSED_H
#define TESTS_UNIT_PARSED_H

/* Policies from text; the test fails where there is none. */

#include "policy/text.h"
#include "tests/unit/unit.h"

#include <string.h>

static inline struct policy *parse(const char *profile)
{
	struct policy *p = NULL;
	struct err e = { 0 };

	if (policy_parse(profile, strlen(profile), "test", &p, &e))
		fail_msg("%s", e.text);
	return p;
}

#endif
