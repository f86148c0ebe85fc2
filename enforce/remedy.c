/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which rule comes nearest to a call, and which one would admit it. */
#include "enforce/remedy.h"

#include <errno.h>

/* How far a condition is from holding: the tests that fail, and on which arguments. */
struct distance {
	unsigned tests;
	unsigned args;
};

static const struct distance unreachable = { .tests = 1u << 20 };

/* Looks only at the shape of the tree: and adds, or takes the least, not swaps the two. */
static struct distance measure(const struct cond *c, bool wanted, const uint64_t args[SYSCALL_ARGS])
{
	const bool is_sum = (c->kind == COND_AND) == wanted;
	struct distance total = is_sum ? (struct distance){ 0 } : unreachable;

	switch (c->kind) {
	case COND_FALSE:
	case COND_TRUE:
		return (c->kind == COND_TRUE) == wanted ? (struct distance){ 0 } : unreachable;
	case COND_TEST:
		return cond_eval(c, args) == wanted ? (struct distance){ 0 }
						    : (struct distance){ 1, 1u << c->test.arg };
	case COND_NOT:
		return measure(c->children[0], !wanted, args);
	case COND_AND:
	case COND_OR:
		break;
	}
	for (size_t i = 0; i < c->count; i++) {
		struct distance d = measure(c->children[i], wanted, args);

		if (is_sum) {
			total.tests = total.tests + d.tests > unreachable.tests
					      ? unreachable.tests
					      : total.tests + d.tests;
			total.args |= d.args;
		} else if (d.tests < total.tests) {
			total = d;
		}
	}
	return total;
}

struct nearest remedy_nearest(const struct policy *p, const struct call *call)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct block *block = arch ? policy_block(p, arch) : NULL;
	struct nearest nearest = { 0 };
	struct distance least = unreachable;

	if (!block)
		return nearest;
	vec_for(rule, &block->rules) {
		if (rule->nr != call->nr || rule->action.kind < ACTION_LOG)
			continue;
		struct distance d =
			rule->cond ? measure(rule->cond, true, call->args) : (struct distance){ 0 };
		if (d.tests < least.tests) {
			least = d;
			nearest = (struct nearest){ .rule = rule, .args = d.args };
		}
	}
	return nearest;
}

/* The test that an argument is just what it was. */
static struct test test_as_seen(const struct arg *arg, unsigned i, const struct call *call)
{
	struct test t = {
		.arg = (uint8_t)i,
		.bits = arg->bits,
		.is_signed = arg->is_signed,
		.op = OP_EQ,
		.mask = UINT64_MAX,
	};

	t.value = test_operand(&t, call->args);
	return t;
}

int remedy_rule(const struct call *call, struct cond **cond, struct err *e)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct syscall *known = arch ? arch_syscall(arch, call->nr) : NULL;
	struct cond *all = NULL;

	if (!known) {
		*cond = NULL;
		return 0;
	}
	const struct signature *now = syscall_signature(arch, known, call->args);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const enum arg_class class = now->args[i].class;

		if (class != ARG_SELECTOR && class != ARG_FLAGS)
			continue;
		/* Width and sign are those that the name has in a profile: the call's own. */
		struct cond *one = cond_test(test_as_seen(&known->signature->args[i], i, call));
		all = all ? cond_and(all, one) : one;
		if (!all)
			return err_set(e, -ENOMEM, "out of memory");
	}
	*cond = all;
	return 0;
}
