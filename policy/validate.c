/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does the policy contradict itself? */
#include "policy/policy.h"

#include "policy/diagram.h"
#include "policy/text.h"

#include <errno.h>
#include <inttypes.h>

/* Rules of one call with one kind of action, by the action's data. */
struct rivals {
	const struct arch *arch;
	const struct rule **rules;
	size_t count;
};

static int compare_rules(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	if (x->action.kind != y->action.kind)
		return x->action.kind < y->action.kind ? -1 : 1;
	return (x->action.data > y->action.data) - (x->action.data < y->action.data);
}

static bool matches(const struct rule *rule, const struct call *call)
{
	return !rule->cond || cond_eval(rule->cond, call->args);
}

static void put_rule(struct str *out, const struct arch *arch, const struct rule *rule)
{
	action_print(out, rule->action, arch);
	if (rule->line)
		str_putf(out, " (line %u)", rule->line);
}

/* Tells of two rules that disagree about a call. */
static int tell(const struct rivals *r, const struct call *call, struct err *e)
{
	autostr struct str s = { 0 };
	const struct rule *one = NULL, *other = NULL;

	for (size_t i = 0; i < r->count && !other; i++) {
		if (!matches(r->rules[i], call))
			continue;
		if (!one)
			one = r->rules[i];
		else if (one->action.data != r->rules[i]->action.data)
			other = r->rules[i];
	}
	if (!other)
		return err_set(e, -EPROTO, "the witness of a contradiction does not hold");
	str_putf(&s, "%s: ", r->arch->name);
	put_rule(&s, r->arch, one);
	str_put(&s, " and ");
	put_rule(&s, r->arch, other);
	str_put(&s, " both hold for ");
	syscall_print(&s, r->arch, one->nr);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		str_putf(&s, "%s0x%" PRIx64, i ? ", " : "(", call->args[i]);
	str_put(&s, "); make their conditions exclude each other");
	return err_set(e, -EINVAL, "%s", str_text(&s));
}

/* No memory, or conditions past what the workspace holds: not known to be sound. */
static int give_up(const struct diagram *d, const struct rivals *r, struct err *e)
{
	autostr struct str name = { 0 };

	syscall_print(&name, r->arch, r->rules[0]->nr);
	if (!diagram_is_full(d))
		return err_set(e, -ENOMEM, "out of memory");
	return err_set(e, -E2BIG,
		       "%s: the conditions of %s are too many to be compared; join some of its "
		       "rules",
		       r->arch->name, str_text(&name));
}

/* Can a call match rules with different data? */
static int check_with(struct diagram *d, const struct rivals *r, struct err *e)
{
	node_t before = diagram_leaf(d, 0), own = before, both;
	struct call call;

	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = r->rules[i];
		node_t node = rule->cond ? diagram_cond(d, rule->cond) : diagram_leaf(d, 1);

		if (i && rule->action.data != r->rules[i - 1]->action.data) {
			before = diagram_or(d, before, own);
			own = diagram_leaf(d, 0);
		}
		both = diagram_and(d, before, node);
		own = diagram_or(d, own, node);
		if (both == NODE_FAILED || own == NODE_FAILED)
			return give_up(d, r, e);
		if (diagram_witness(d, both, &call))
			return tell(r, &call, e);
	}
	return 0;
}

static int check_rivals(const struct rivals *r, struct err *e)
{
	enum action_kind kind = r->rules[0]->action.kind;

	if (kind != ACTION_ERRNO && kind != ACTION_TRAP && kind != ACTION_TRACE)
		return 0;
	if (r->rules[0]->action.data == r->rules[r->count - 1]->action.data)
		return 0;
	autodiagram struct diagram *d = diagram_new();

	return d ? check_with(d, r, e) : err_set(e, -ENOMEM, "out of memory");
}

/* Splits the rules, sorted, where call or kind changes. */
static int check_sorted(const struct arch *arch, const struct rule **rules, size_t count,
			struct err *e)
{
	for (size_t start = 0, end; start < count; start = end) {
		int r;

		for (end = start + 1; end < count; end++) {
			if (rules[end]->nr != rules[start]->nr ||
			    rules[end]->action.kind != rules[start]->action.kind)
				break;
		}
		r = check_rivals(&(struct rivals){ arch, rules + start, end - start }, e);
		if (r)
			return r;
	}
	return 0;
}

int policy_validate(const struct policy *p, struct err *e)
{
	vec_for(block, &p->blocks) {
		const struct rule **rules = calloc(block->rules.len + 1, sizeof(*rules));
		int r;

		if (!rules)
			return err_set(e, -ENOMEM, "out of memory");
		for (size_t i = 0; i < block->rules.len; i++)
			rules[i] = &block->rules.data[i];
		qsort(rules, block->rules.len, sizeof(*rules), compare_rules);
		r = check_sorted(block->arch, rules, block->rules.len, e);
		free(rules);
		if (r)
			return r;
	}
	return 0;
}
