/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Another action in the place of a policy's kills. */
#include "enforce/kills.h"

#include <errno.h>
#include <sys/prctl.h>

bool action_is_kill(struct action action)
{
	return action.kind <= ACTION_KILL_THREAD;
}

/* Removes the rules on nr that `is_out` names, keeping the order of the others. */
static void drop_rules(struct block *b, uint32_t nr, bool (*is_out)(const struct rule *rule))
{
	size_t kept = 0;

	for (size_t i = 0; i < b->rules.len; i++) {
		if (b->rules.data[i].nr == nr && is_out(&b->rules.data[i]))
			rule_fini(&b->rules.data[i]);
		else
			b->rules.data[kept++] = b->rules.data[i];
	}
	b->rules.len = kept;
}

static bool is_no_kill(const struct rule *rule)
{
	return !action_is_kill(rule->action);
}

static bool is_any(const struct rule *rule)
{
	(void)rule;
	return true;
}

/* rule no longer matches where killed does. */
static int cut_back(struct rule *rule, const struct cond *killed)
{
	struct cond *rest = cond_not(cond_clone(killed));

	if (rule->cond)
		rest = cond_and(rule->cond, rest);
	rule->cond = rest;
	return rest ? 0 : -ENOMEM;
}

/* Lets the kill rule at index win over all others on its call, whatever action it gets. */
static int make_room(struct block *b, size_t index)
{
	const uint32_t nr = b->rules.data[index].nr;
	const struct cond *killed = b->rules.data[index].cond;

	if (!killed) {
		drop_rules(b, nr, is_no_kill);
		return 0;
	}
	vec_for(rule, &b->rules) {
		if (rule->nr == nr && is_no_kill(rule) && cut_back(rule, killed))
			return -ENOMEM;
	}
	return 0;
}

/* The index of the first kill rule at or after i; the number of rules where there is none. */
static size_t next_kill(const struct block *b, size_t i)
{
	while (i < b->rules.len && is_no_kill(&b->rules.data[i]))
		i++;
	return i;
}

static int replace_in_block(struct block *b, struct action with)
{
	if (!action_is_kill(with)) {
		/* An unconditional kill drops rules, also before itself: then start again. */
		for (size_t i = next_kill(b, 0); i < b->rules.len; i = next_kill(b, i + 1)) {
			size_t before = b->rules.len;

			if (make_room(b, i))
				return -ENOMEM;
			if (b->rules.len != before)
				i = SIZE_MAX;
		}
	}
	vec_for(rule, &b->rules) {
		if (!is_no_kill(rule))
			rule->action = with;
	}
	return 0;
}

int kills_replace(struct policy *p, struct action with, struct err *e)
{
	if (action_is_kill(p->fallback))
		p->fallback = with;
	if (action_is_kill(p->foreign_arch))
		p->foreign_arch = with;
	vec_for(block, &p->blocks) {
		if (replace_in_block(block, with))
			return err_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

/* Sends every execve of the native arch to the tracer. */
static int trace_execve(struct policy *p, struct action trace)
{
	const struct arch *native = arch_native();
	const struct syscall *execve = arch_syscall_named(native, "execve");
	struct block *block = policy_block(p, native);

	if (!block) {
		/* A block of its own would change what the arch's other calls get. */
		if (p->foreign_arch.kind < ACTION_LOG)
			p->foreign_arch = trace;
		return 0;
	}
	drop_rules(block, execve->nr, is_any);
	return block_add(block, execve->nr, NULL, trace) ? 0 : -ENOMEM;
}

/* Adds the rule "c and when -> trace" for one call; c NULL: always. when stays the caller's. */
static int trace_within(struct block *b, uint32_t nr, const struct cond *c, const struct cond *when,
			struct action trace)
{
	struct cond *both = c ? cond_clone(c) : NULL;

	if (c && !both)
		return -ENOMEM;
	if (when) {
		struct cond *narrower = cond_clone(when);

		both = c ? cond_and(both, narrower) : narrower;
		if (!both)
			return -ENOMEM;
	}
	return block_add(b, nr, both, trace) ? 0 : -ENOMEM;
}

/* Sends to the tracer what the block lets go on of a call (NULL: there is none such) and `when`. */
static int trace_allowed(const struct policy *p, struct block *b, const struct syscall *call,
			 const struct cond *when, struct action trace)
{
	const size_t count = b->rules.len;
	int r = 0;

	if (!call)
		return 0;
	for (size_t i = 0; !r && i < count; i++) {
		const struct rule *rule = &b->rules.data[i];

		if (rule->nr == call->nr && rule->action.kind >= ACTION_LOG)
			r = trace_within(b, call->nr, rule->cond, when, trace);
	}
	if (!r && p->fallback.kind >= ACTION_LOG)
		r = trace_within(b, call->nr, NULL, when, trace);
	return r;
}

/* Can this machine run calls of an arch that has no block? */
static bool has_foreign(const struct policy *p)
{
	for (const struct arch *const *a = arches; *a; a++)
		if (arch_is_here(*a) && !policy_block(p, *a))
			return true;
	return false;
}

/*
 * Sends to the tracer what gives a program a filter of its own: a verdict of that may outrank
 * trace, so the tracer has to know which programs to meet before their filters do.
 */
static int trace_filters(struct policy *p, struct action trace)
{
	autocond struct cond *sets_filter = cond_test((struct test){
		.bits = 32, .op = OP_EQ, .mask = UINT64_MAX, .value = PR_SET_SECCOMP });

	if (!sets_filter)
		return -ENOMEM;
	if (p->foreign_arch.kind >= ACTION_LOG && has_foreign(p))
		p->foreign_arch = trace;
	vec_for(b, &p->blocks) {
		int r = trace_allowed(p, b, arch_syscall_named(b->arch, "seccomp"), NULL, trace);

		if (!r)
			r = trace_allowed(p, b, arch_syscall_named(b->arch, "prctl"), sets_filter,
					  trace);
		if (r)
			return r;
	}
	return 0;
}

/* All kills, that of `newer` too. */
static int hand_over(struct policy *p, struct action to, struct err *e)
{
	int r = kills_replace(p, to, e);

	if (!r && p->newer.version && action_is_kill(p->newer.action))
		p->newer.action = to;
	return r;
}

int kills_trace(struct policy *p, uint16_t message, struct err *e)
{
	const struct action trace = { ACTION_TRACE, message };
	int r = hand_over(p, trace, e);

	if (r)
		return r;
	if (trace_execve(p, trace) || trace_filters(p, trace))
		return err_set(e, -ENOMEM, "out of memory");
	return 0;
}

int kills_notify(struct policy *p, struct err *e)
{
	return hand_over(p, (struct action){ ACTION_NOTIFY, 0 }, e);
}
