/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_LEARNED_H
#define TESTS_UNIT_LEARNED_H

/* Learning from observations made by hand, and looking at what came out. */

#include "learn/learn.h"
#include "policy/text.h"
#include "tests/unit/sighting.h"

#include <stdlib.h>

enum { ANY_POINTER = 0x7000 };

static inline struct policy *learn_at(const struct observations *o, enum learn_level level)
{
	const struct learn_options options = { .level = level };
	struct policy *p = NULL;
	struct err e = { 0 };
	int r = learn_policy(o, &options, &p, &e);

	if (r)
		fail_msg("%s", e.text);
	return p;
}

/* The rules on a call as text, each on its line, without provenance. */
static inline char *rules_on(const struct policy *p, const struct arch *arch, const char *name)
{
	const struct syscall *call = arch_syscall_named(arch, name);
	struct str s = { 0 };

	vec_for(rule, &policy_block(p, arch)->rules) {
		if (rule->nr != call->nr)
			continue;
		str_put(&s, name);
		if (rule->cond) {
			str_put(&s, ": ");
			cond_print(&s, rule->cond, arch, call);
		}
		if (rule->action.kind != ACTION_ALLOW) {
			str_put(&s, " -> ");
			action_print(&s, rule->action, arch);
		}
		str_putc(&s, '\n');
	}
	return str_take(&s);
}

static inline void check_rules(const struct observations *o, enum learn_level level,
			       const char *name, const char *want)
{
	autopolicy struct policy *p = learn_at(o, level);
	char *got = rules_on(p, arch_native(), name);

	assert_string_equal(got, want);
	free(got);
}

static inline bool admits(const struct policy *p, const char *name,
			  const uint64_t args[SYSCALL_ARGS])
{
	struct call call = { .nr = arch_syscall_named(arch_native(), name)->nr,
			     .token = arch_native()->token };

	memcpy(call.args, args, sizeof(call.args));
	return policy_eval(p, &call, NULL).kind == ACTION_ALLOW;
}
#define admits(p, name, ...) admits(p, name, (const uint64_t[6]){ __VA_ARGS__ })

#endif
