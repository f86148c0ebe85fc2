/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp_rule_add(3), seccomp_syscall_priority(3). */
#include "base/cleanup.h"
#include "compat/abi.h"
#include "compat/context.h"
#include "compat/kernel.h"
#include "compat/name.h"

#include <errno.h>
#include <stdarg.h>

/* A rule as it is asked for. */
struct request {
	struct action action;
	int nr; /* the native arch's */
	const struct scmp_arg_cmp *args;
	unsigned count;
	bool is_exact;
};

/* The entries that a request comes to; owned until they are added. */
struct order {
	struct ruleset *ruleset;
	struct entry *entry;
};

struct orders {
	vec_of(struct order) all;
};

static void orders_fini(struct orders *o)
{
	vec_for(order, &o->all)
		free(order->entry);
	vec_fini(&o->all);
}

/* libseccomp reserves -1 to -99; -1 can be allowed for tracers that skip calls. */
static bool is_valid_number(const struct context *c, int nr)
{
	return nr >= 0 || nr < -99 || (nr == -1 && c->draft.attributes.allow_skip);
}

/* Prepares a rule for one arch; gate NULL: a call as any other. */
static int order_entry(struct ruleset *ruleset, const struct request *q, int nr,
		       const struct gate *gate, struct orders *o)
{
	autofree struct entry *e = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return -ENOMEM;
	e->nr = nr;
	e->action = q->action;
	e->is_narrow = abi_is_narrow(ruleset->arch);
	r = entry_compare(e, q->args, q->count);
	if (r)
		return r;
	if (gate)
		entry_pin_first(e, gate->call);
	switch (ruleset_ask(ruleset, e)) {
	case RULESET_CLASH:
		return -EEXIST;
	case RULESET_COVERED:
		return 0;
	case RULESET_NEW:
		break;
	}
	if (vec_push(&o->all, ((struct order){ ruleset, e })))
		return -ENOMEM;
	e = NULL;
	return 0;
}

/*
 * Calls behind socketcall and ipc become two rules: for the call itself and for its entrance, whose
 * first argument says which call is meant. What is asked of the call's own first argument is lost
 * there, as in libseccomp: that and the others lie where no filter can see them.
 */
static int order_arch(struct ruleset *ruleset, const struct request *q, struct orders *o)
{
	struct gate gate;
	int nr;
	int r = number_translate(q->nr, ruleset->arch, &nr);

	if (r)
		return r;
	if (number_gate(ruleset->arch, nr, &gate)) {
		if (q->is_exact && q->count)
			return -EINVAL;
		r = order_entry(ruleset, q, gate.direct, NULL, o);
		return r ? r : order_entry(ruleset, q, gate.entrance, &gate, o);
	}
	if (q->is_exact && nr < -1)
		return -EDOM;
	return order_entry(ruleset, q, nr, NULL, o);
}

static int reserve(struct context *c)
{
	int r = 0;

	/* At most two entries an arch. */
	for (size_t i = 0; !r && i < c->draft.rulesets.len; i++)
		r = ruleset_reserve(&c->draft.rulesets.data[i], 2);
	return r;
}

/* All arches get the rule, or none. */
static int add(struct context *c, const struct request *q)
{
	__attribute__((cleanup(orders_fini))) struct orders o = { 0 };
	int r = reserve(c);

	for (size_t i = 0; !r && i < c->draft.rulesets.len; i++)
		r = order_arch(&c->draft.rulesets.data[i], q, &o);
	if (r)
		return r;
	context_touch(c);
	vec_for(order, &o.all)
		ruleset_add(order->ruleset, take(order->entry));
	return 0;
}

static int rule_add(scmp_filter_ctx ctx, uint32_t action, int nr, unsigned count,
		    const struct scmp_arg_cmp *args, bool is_exact)
{
	struct context *c = context_usable(ctx);
	struct request q = { action_from_ret(action), nr, args, count, is_exact };
	struct entry probe = { 0 };

	if (!c || count > SYSCALL_ARGS || (count && !args))
		return -EINVAL;
	if (!is_valid_number(c, nr) || !kernel_has_action(action))
		return -EINVAL;
	if (action == c->draft.attributes.fallback)
		return -EACCES;
	if (is_exact && c->draft.rulesets.len > 1)
		return -EOPNOTSUPP;
	if (entry_compare(&probe, args, count))
		return -EINVAL;
	return add(c, &q);
}

int seccomp_rule_add_array(scmp_filter_ctx ctx, uint32_t action, int syscall, unsigned int arg_cnt,
			   const struct scmp_arg_cmp *arg_array)
{
	return rule_add(ctx, action, syscall, arg_cnt, arg_array, false);
}

int seccomp_rule_add_exact_array(scmp_filter_ctx ctx, uint32_t action, int syscall,
				 unsigned int arg_cnt, const struct scmp_arg_cmp *arg_array)
{
	return rule_add(ctx, action, syscall, arg_cnt, arg_array, true);
}

/* Reads the comparisons behind the last named parameter: no more than a rule can have. */
#define READ_ARGS(args, count)                                                                     \
	do {                                                                                       \
		va_list list_;                                                                     \
		va_start(list_, count);                                                            \
		for (unsigned i_ = 0; i_ < (count) && i_ < SYSCALL_ARGS; i_++)                     \
			(args)[i_] = va_arg(list_, struct scmp_arg_cmp);                           \
		va_end(list_);                                                                     \
	} while (0)

int seccomp_rule_add(scmp_filter_ctx ctx, uint32_t action, int syscall, unsigned int arg_cnt, ...)
{
	struct scmp_arg_cmp args[SYSCALL_ARGS];

	READ_ARGS(args, arg_cnt);
	return rule_add(ctx, action, syscall, arg_cnt, args, false);
}

int seccomp_rule_add_exact(scmp_filter_ctx ctx, uint32_t action, int syscall, unsigned int arg_cnt,
			   ...)
{
	struct scmp_arg_cmp args[SYSCALL_ARGS];

	READ_ARGS(args, arg_cnt);
	return rule_add(ctx, action, syscall, arg_cnt, args, true);
}

static int set_priority(struct ruleset *ruleset, int native, uint8_t priority)
{
	struct gate gate;
	int nr;
	int r = number_translate(native, ruleset->arch, &nr);

	if (r || !number_gate(ruleset->arch, nr, &gate))
		return r ? r : ruleset_set_priority(ruleset, nr, priority);
	r = ruleset_set_priority(ruleset, gate.direct, priority);
	return r ? r : ruleset_set_priority(ruleset, gate.entrance, priority);
}

int seccomp_syscall_priority(scmp_filter_ctx ctx, int syscall, uint8_t priority)
{
	struct context *c = context_usable(ctx);
	int first = 0;

	if (!c || !is_valid_number(c, syscall))
		return -EINVAL;
	context_touch(c);
	/* A hint: one arch that has no such call does not keep the others from theirs. */
	vec_for(ruleset, &c->draft.rulesets) {
		int r = set_priority(ruleset, syscall, priority);

		if (!first)
			first = r;
	}
	return first;
}
