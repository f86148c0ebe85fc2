/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which rule of a profile is missing for a call that it denies. */
#include "cli/missing.h"

#include "enforce/remedy.h"
#include "policy/text.h"

/* The arguments of a bit mask by name: "flags and mode". */
static void put_arg_names(struct str *out, const struct arch *arch, uint32_t nr, unsigned args)
{
	const struct syscall *known = arch_syscall(arch, nr);

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (!(args & 1u << i))
			continue;
		args &= ~(1u << i);
		if (known && known->signature->args[i].name)
			str_put(out, known->signature->args[i].name);
		else
			str_putf(out, "arg%u", i);
		str_put(out, args ? " and " : "");
	}
}

static void put_rule(struct str *out, const struct arch *arch, uint32_t nr, const struct cond *cond)
{
	syscall_print(out, arch, nr);
	if (!cond)
		return;
	str_put(out, ": ");
	cond_print(out, cond, arch, arch_syscall(arch, nr));
}

/* The nearest rule alone; which arguments it wants to be others. */
static unsigned put_nearest(struct str *out, const struct policy *p, const struct call *call)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct nearest nearest = remedy_nearest(p, call);

	if (!arch || !policy_block(p, arch)) {
		str_putf(out, "none; the profile has no block for %s",
			 arch ? arch->name : "its arch");
		return 0;
	}
	if (!nearest.rule) {
		str_putf(out, "none; no rule of %s admits ", arch->name);
		syscall_print(out, arch, call->nr);
		return 0;
	}
	put_rule(out, arch, call->nr, nearest.rule->cond);
	if (nearest.rule->line)
		str_putf(out, "   (line %u)", nearest.rule->line);
	return nearest.args;
}

void missing_nearest(struct str *out, const struct policy *p, const struct call *call,
		     bool has_args)
{
	unsigned args = put_nearest(out, p, call);

	if (!args || !has_args)
		return;
	str_put(out, "; it differs in ");
	put_arg_names(out, arch_by_token(call->token, call->nr), call->nr, args);
}

bool missing_rule(struct str *out, const struct policy *p, const struct call *call, bool has_args)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct rule *by = NULL;
	autocond struct cond *cond = NULL;

	policy_eval(p, call, &by);
	if (has_args && by && by->line) {
		str_putf(out, "the rule in line %u kills it", by->line);
		return false;
	}
	if (!arch || call->nr == UINT32_MAX) {
		str_putf(out, "no rule can admit it: %s",
			 arch ? "-1 is the number of no call" : "its arch is unknown");
		return false;
	}
	if (has_args && remedy_rule(call, &cond, NULL)) {
		str_put(out, "out of memory");
		return false;
	}
	put_rule(out, arch, call->nr, cond);
	return true;
}

void missing_explain(struct str *out, const struct policy *p, const struct call *call)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	autostr struct str rule = { 0 };

	str_put(out, "  nearest rule: ");
	unsigned args = put_nearest(out, p, call);
	if (args) {
		str_put(out, "\n  it differs in: ");
		put_arg_names(out, arch, call->nr, args);
	}
	if (missing_rule(&rule, p, call, true))
		str_putf(out, "\n  this rule would admit it, in arch %s: ", arch->name);
	else
		str_put(out, "\n  ");
	str_put(out, str_text(&rule));
	str_putc(out, '\n');
}
