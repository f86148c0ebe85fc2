/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is a filter the policy? Both as decision diagrams, where equal functions are one node. */
#include "enforce/stack.h"
#include "enforce/symbolic.h"

#include <errno.h>
#include <inttypes.h>

/* 1 where the call is the native arch's `name`; 0 everywhere when the arch has none. */
static node_t native_call(struct diagram *d, const char *name)
{
	const struct arch *native = arch_native();
	const struct syscall *call = arch_syscall_named(native, name);

	if (!call)
		return false;
	return diagram_and(d, diagram_masked(d, WORD_TOKEN, UINT32_MAX, native->token),
			   diagram_masked(d, WORD_NR, UINT32_MAX, call->nr));
}

static node_t argument_is(struct diagram *d, unsigned arg, uint64_t value)
{
	return diagram_and(
		d,
		diagram_masked(d, diagram_arg_word(arg, true), UINT32_MAX, (uint32_t)(value >> 32)),
		diagram_masked(d, diagram_arg_word(arg, false), UINT32_MAX, (uint32_t)value));
}

/* 1 where pass_admits: the same, for all calls at once. */
static node_t pass_node(struct diagram *d, const struct pass *pass)
{
	node_t exec[] = { native_call(d, "execve"), argument_is(d, 0, pass->path),
			  argument_is(d, 1, pass->argv), argument_is(d, 2, pass->envp) };
	node_t is_stderr = diagram_masked(d, diagram_arg_word(0, false), UINT32_MAX, 2);
	node_t message = false;

	for (unsigned i = 0; i < pass->message_count; i++)
		message = diagram_or(d, message,
				     diagram_and(d, argument_is(d, 1, pass->messages[i].address),
						 argument_is(d, 2, pass->messages[i].length)));
	node_t write[] = { native_call(d, "write"), is_stderr, message };
	node_t any[] = { diagram_all(d, exec, countof(exec)), diagram_all(d, write, countof(write)),
			 native_call(d, "exit_group") };
	return diagram_any(d, any, countof(any));
}

/* The policy, with what the pass admits allowed. */
static node_t wanted_node(struct diagram *d, const struct policy *p, const struct pass *pass)
{
	node_t allow = diagram_action((struct action){ ACTION_ALLOW, 0 });
	node_t node = diagram_policy(d, p);

	return pass ? diagram_choose(d, pass_node(d, pass), allow, node) : node;
}

static void print_call(struct str *out, const struct call *call)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct syscall *known = arch ? arch_syscall(arch, call->nr) : NULL;

	if (arch)
		str_put(out, arch->name);
	else
		str_putf(out, "arch 0x%x", call->token);
	if (known)
		str_putf(out, " %s(", known->name);
	else
		str_putf(out, " #%" PRIu32 "(", call->nr);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		str_putf(out, "%s0x%" PRIx64, i ? ", " : "", call->args[i]);
	str_put(out, ")");
	if (call->ip)
		str_putf(out, " from address 0x%" PRIx64, call->ip);
}

/* Tells the call in which the filter does otherwise than it should. */
static int refute(const struct diagram *d, node_t filter, node_t policy, node_t difference,
		  struct counterexample *ce, struct err *e)
{
	struct counterexample found = { 0 };
	autostr struct str text = { 0 };

	if (!diagram_witness(d, difference, &found.call))
		return err_set(e, -ENOMEM, "out of memory");
	found.filter = diagram_action_of(diagram_eval(d, filter, &found.call));
	found.policy = diagram_action_of(diagram_eval(d, policy, &found.call));
	str_put(&text, "on ");
	print_call(&text, &found.call);
	str_put(&text, " the filter says ");
	action_print(&text, found.filter, arch_native());
	str_put(&text, ", the policy ");
	action_print(&text, found.policy, arch_native());
	if (ce)
		*ce = found;
	return err_set(e, -EPROTO, "%s", str_text(&text));
}

static int no_diagram(const struct diagram *d, struct err *e)
{
	if (d && diagram_is_full(d))
		return err_set(e, -E2BIG, "the policy is too intricate to be compared");
	return err_set(e, -ENOMEM, "out of memory");
}

/* Where the two may not differ. */
typedef node_t forbid(struct diagram *d, node_t filter, node_t policy);

/*
 * What the kernel makes of several filters: the strictest verdict. That is easy to say of filters
 * that never judge the same call, one of them not allowing it; others are not taken here.
 */
static int stacked_diagram(const struct filter *filters, size_t count, struct diagram *d,
			   node_t *verdict, struct err *e)
{
	const uint32_t allow = diagram_action((struct action){ ACTION_ALLOW, 0 });
	node_t all = allow, judged = false;

	for (size_t i = 0; i < count; i++) {
		node_t one, judges;
		int r = filter_diagram(&filters[i], d, &one, e);

		if (r < 0)
			return r;
		judges = diagram_not(d, diagram_where(d, one, allow));
		if (diagram_and(d, judges, judged) == NODE_FAILED)
			return no_diagram(d, e);
		if (diagram_and(d, judges, judged) != false)
			return err_set(e, -EPROTO, "two of the filters judge the same call");
		all = diagram_choose(d, judges, one, all);
		judged = diagram_or(d, judges, judged);
	}
	*verdict = all;
	return 0;
}

/* That these filters together nowhere do what is forbidden of a policy with this pass. */
struct claim {
	const struct filter *filters;
	size_t count;
	const struct policy *policy;
	const struct pass *pass; /* or NULL */
	forbid *forbidden;
};

static int settle(const struct claim *c, struct counterexample *ce, struct err *e)
{
	autodiagram struct diagram *d = diagram_new();
	node_t filter, policy, wrong;
	int r;

	if (!d)
		return no_diagram(d, e);
	r = c->count == 1 ? filter_diagram(c->filters, d, &filter, e)
			  : stacked_diagram(c->filters, c->count, d, &filter, e);
	if (r < 0)
		return r;
	policy = wanted_node(d, c->policy, c->pass);
	wrong = c->forbidden(d, filter, policy);
	if (wrong == NODE_FAILED)
		return no_diagram(d, e);
	return wrong == false ? 0 : refute(d, filter, policy, wrong, ce, e);
}

static node_t differs(struct diagram *d, node_t filter, node_t policy)
{
	return diagram_not(d, diagram_equal(d, filter, policy));
}

static node_t exceeds(struct diagram *d, node_t filter, node_t policy)
{
	return diagram_and(d, diagram_admitted(d, filter),
			   diagram_not(d, diagram_admitted(d, policy)));
}

int filter_prove(const struct filter *f, const struct policy *p, const struct pass *pass,
		 struct counterexample *ce, struct err *e)
{
	const struct claim c = { f, 1, p, pass, differs };

	return settle(&c, ce, e);
}

int filter_at_most(const struct filter *f, const struct policy *p, struct counterexample *ce,
		   struct err *e)
{
	const struct claim c = { f, 1, p, NULL, exceeds };

	return settle(&c, ce, e);
}

int stack_prove(const struct stack *s, const struct policy *p, const struct pass *pass,
		struct counterexample *ce, struct err *e)
{
	const struct claim c = { s->all.data, s->all.len, p, pass, differs };

	if (!s->all.len)
		return err_set(e, -EINVAL, "no filter");
	return settle(&c, ce, e);
}
