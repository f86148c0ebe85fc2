/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a policy means: the oracle that the compiler, the proof and every test are held against. */
#include "policy/policy.h"

/* How far past the newest number of a kernel `newer` reaches, from the arch's base on. */
enum { NEWER_REACH = 1023 };

static bool is_newer(const struct policy *p, const struct arch *arch, uint32_t nr)
{
	return p->newer.version && nr > arch_highest_nr(arch, p->newer.version) &&
	       nr <= arch->nr_base + NEWER_REACH;
}

/* The kernel's order, and between equal kinds the smaller data, so that order never matters. */
static bool outranks(struct action a, struct action b)
{
	return a.kind != b.kind ? a.kind < b.kind : a.data < b.data;
}

struct action policy_eval(const struct policy *p, const struct call *call, const struct rule **by)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct block *block = arch ? policy_block(p, arch) : NULL;
	const struct rule *best = NULL;

	if (block) {
		vec_for(rule, &block->rules) {
			if (rule->nr == call->nr &&
			    (!rule->cond || cond_eval(rule->cond, call->args)) &&
			    (!best || outranks(rule->action, best->action)))
				best = rule;
		}
	}
	if (by)
		*by = best;
	if (best)
		return best->action;
	if (!block)
		return p->foreign_arch;
	return is_newer(p, arch, call->nr) ? policy_newer(p, arch) : policy_fallback(p, arch);
}
