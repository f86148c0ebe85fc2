/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The difference of two policies, call by call. */
#include "policy/algebra.h"

#include "base/cleanup.h"
#include "policy/admission.h"
#include "policy/describe.h"

#include <errno.h>
#include <string.h>

/* One call that is being compared. */
struct comparison {
	struct changes *out;
	const struct arch *arch;
	uint32_t nr;
	struct diagram *d;
	struct err *e;
};

static int give_up(const struct comparison *c)
{
	if (c->d && diagram_is_full(c->d))
		return err_set(c->e, -E2BIG, "the conditions are too intricate to be compared");
	return err_set(c->e, -ENOMEM, "out of memory");
}

static bool add_exe(struct change *change, const char *path)
{
	vec_for(exe, &change->exes) {
		if (strcmp(*exe, path) == 0)
			return true;
	}
	return vec_push(&change->exes, path) == 0;
}

/* The executables of the rules that admit something of what is new. */
static int add_exes(const struct comparison *c, struct change *change, const struct admission *own,
		    node_t target)
{
	for (size_t i = 0; i < own->count; i++) {
		const struct rule *rule = own->rules[i];

		if (!action_admits(rule->action) ||
		    diagram_and(c->d, diagram_cond(c->d, rule->cond), target) == false)
			continue;
		vec_for(exe, &rule->from.exes) {
			if (!add_exe(change, *exe))
				return give_up(c);
		}
	}
	return 0;
}

/* Adds the change by which own admits `target` and other does not. */
static int add_change(const struct comparison *c, enum change_kind kind, node_t target,
		      const struct admission *own, const struct admission *other)
{
	struct change *change = vec_add(&c->out->entries);
	int r;

	if (!change || !diagram_witness(c->d, target, &change->witness))
		return give_up(c);
	change->kind = kind;
	change->arch = c->arch;
	change->nr = change->witness.nr = c->nr;
	change->witness.token = c->arch->token;
	r = add_exes(c, change, own, target);
	return r < 0 ? r : difference_describe(c->d, target, own, other, &change->cond, c->e);
}

static int compare_call(const struct comparison *c, const struct admission *a,
			const struct admission *b)
{
	node_t old = admission_node(c->d, a), new = admission_node(c->d, b);
	node_t more = diagram_and(c->d, new, diagram_not(c->d, old));
	node_t less = diagram_and(c->d, old, diagram_not(c->d, new));
	int r = 0;

	if (more == NODE_FAILED || less == NODE_FAILED)
		return give_up(c);
	if (more != false)
		r = add_change(c, old == false ? CHANGE_ADDED : CHANGE_WIDENED, more, b, a);
	if (r == 0 && less != false)
		r = add_change(c, new == false ? CHANGE_REMOVED : CHANGE_NARROWED, less, a, b);
	return r;
}

static int compare_rolls(const struct roll *a, const struct roll *b, struct changes *out,
			 struct err *e)
{
	struct admission x, y;
	size_t at[2] = { 0 };
	uint32_t nr;
	int r = 0;

	while (r == 0 && roll_next(a, b, at, &nr, &x, &y)) {
		autodiagram struct diagram *d = diagram_new();
		struct comparison c = { out, a->arch, nr, d, e };

		/* A background that differs is told once, by a flag, not for every call. */
		x.is_default = y.is_default = action_admits(roll_background(a, nr)) &&
					      action_admits(roll_background(b, nr));
		r = d ? compare_call(&c, &x, &y) : give_up(&c);
	}
	return r;
}

/* What an arch's calls get that nothing names; not of a number, so that `newer` stays out. */
static struct action arch_background(const struct policy *p, const struct arch *arch)
{
	return policy_block(p, arch) ? policy_fallback(p, arch) : p->foreign_arch;
}

static int compare_arch(const struct policy *a, const struct policy *b, const struct arch *arch,
			struct changes *out, struct err *e)
{
	autoroll struct roll x = { 0 };
	autoroll struct roll y = { 0 };
	int r;

	if (!policy_block(a, arch) && !policy_block(b, arch))
		return 0;
	/* A block that only one side has, where that alone lets calls through. */
	if (action_admits(arch_background(a, arch)) != action_admits(arch_background(b, arch)) &&
	    !out->is_default_changed)
		out->is_foreign_changed = true;
	r = roll_init(&x, a, arch, e);
	if (r == 0)
		r = roll_init(&y, b, arch, e);
	return r < 0 ? r : compare_rolls(&x, &y, out, e);
}

static bool newer_equal(const struct newer *a, const struct newer *b)
{
	return a->version == b->version && (!a->version || action_equal(a->action, b->action));
}

int policy_diff(const struct policy *a, const struct policy *b, struct changes *out, struct err *e)
{
	struct changes all = {
		.is_default_changed = !action_equal(a->fallback, b->fallback),
		.is_foreign_changed = !action_equal(a->foreign_arch, b->foreign_arch),
		.is_newer_changed = !newer_equal(&a->newer, &b->newer),
	};
	int r = 0;

	for (size_t i = 0; r == 0 && arches[i]; i++)
		r = compare_arch(a, b, arches[i], &all, e);
	if (r == 0)
		*out = all;
	else
		changes_fini(&all);
	return r;
}

void changes_fini(struct changes *c)
{
	vec_for(change, &c->entries) {
		cond_free(change->cond);
		vec_fini(&change->exes);
	}
	vec_fini(&c->entries);
}
