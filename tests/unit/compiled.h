/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_COMPILED_H
#define TESTS_UNIT_COMPILED_H

/* Filters of policies; the test fails where there is none. */

#include "enforce/filter.h"
#include "tests/unit/parsed.h"

static inline struct filter compile(const struct policy *p)
{
	struct filter f = { 0 };
	struct err e = { 0 };

	if (filter_compile(p, NULL, &f, &e))
		fail_msg("%s", e.text);
	return f;
}

/* Allows ioctl for more scattered values than one filter holds. */
static inline void add_too_many_values(struct block *block)
{
	for (uint64_t i = 0; i < 6000; i++) {
		struct test t = { .arg = 1, .bits = 64, .is_raw = true, .mask = UINT64_MAX };

		t.value = i * 0x9e3779b97f4a7c15u;
		assert_non_null(
			block_add(block, 16, cond_test(t), (struct action){ ACTION_ALLOW, 0 }));
	}
}

#endif
