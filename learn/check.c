/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The check of the learner's own work. */
#include "learn/check.h"

#include "learn/shape.h"
#include "policy/text.h"

#include <errno.h>

/*
 * The rule that admitted the last observation. Observations and rules are sorted alike, so that the
 * next one mostly needs the same rule or the one behind it: thousands of rules on one call would
 * take seconds to try one by one.
 */
struct place {
	const struct block *block; /* NULL: none for this arch */
	uint32_t nr;
	bool is_plain; /* the rules on nr all allow, so that any of them decides */
	size_t rule;   /* index */
};

static struct place find_place(const struct policy *p, const struct observation *o)
{
	struct place at = { .block = policy_block(p, o->arch), .nr = o->nr };

	at.is_plain = at.block;
	for (size_t i = 0; at.is_plain && i < at.block->rules.len; i++) {
		const struct rule *rule = &at.block->rules.data[i];

		at.is_plain = rule->nr != o->nr || rule->action.kind == ACTION_ALLOW;
	}
	return at;
}

static bool find_rule(struct place *at, const struct call *call)
{
	size_t count = at->block->rules.len;

	for (size_t i = 0; i < count; i++) {
		size_t k = (at->rule + i) % count;
		const struct rule *rule = &at->block->rules.data[k];

		if (rule->nr != call->nr || rule->action.kind != ACTION_ALLOW ||
		    (rule->cond && !cond_eval(rule->cond, call->args)))
			continue;
		at->rule = k;
		return true;
	}
	return false;
}

static bool is_admitted(const struct policy *p, struct place *at, const struct observation *o,
			bool with_high)
{
	struct call call = { .nr = o->nr, .token = o->arch->token };
	const struct rule *by = NULL;
	struct action action;

	shape_sample(o, with_high, call.args);
	if (at->is_plain)
		return find_rule(at, &call);
	action = policy_eval(p, &call, &by);
	return action.kind == ACTION_ALLOW || action.kind == ACTION_LOG ||
	       (by && by->from.is_floor);
}

int check_admitted(const struct policy *p, const struct observations *o, struct err *e)
{
	struct place at = { 0 };

	vec_for(seen, &o->all) {
		autostr struct str s = { 0 };

		if (!at.block || at.block->arch != seen->arch || at.nr != seen->nr)
			at = find_place(p, seen);
		if (is_admitted(p, &at, seen, false) && is_admitted(p, &at, seen, true))
			continue;
		syscall_print(&s, seen->arch, seen->nr);
		return err_set(e, -EPROTO,
			       "a defect: the learned profile does not admit %s as %s called it",
			       str_text(&s), seen->exe);
	}
	return 0;
}
