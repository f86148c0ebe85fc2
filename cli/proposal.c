/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Denials into rules. */
#include "cli/proposal.h"

#include "base/cleanup.h"
#include "cli/board.h"
#include "cli/patch.h"
#include "cli/proved.h"
#include "cli/say.h"
#include "enforce/remedy.h"
#include "policy/admission.h"
#include "policy/algebra.h"
#include "policy/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static struct call call_of(const struct denial *d)
{
	struct call call = { .nr = d->nr, .token = d->arch->token };

	memcpy(call.args, d->args, sizeof(call.args));
	return call;
}

/* Is there one of the same call whose arguments are known? */
static bool has_better(const struct denials *denials, const struct denial *d)
{
	vec_for(other, &denials->all) {
		if (other->has_args && other->arch == d->arch && other->nr == d->nr)
			return true;
	}
	return false;
}

/* Does the policy admit the call whatever its arguments are? */
static bool admits_all(const struct policy *p, const struct denial *d)
{
	const struct block *block = policy_block(p, d->arch);

	for (size_t i = 0; block && i < block->rules.len; i++) {
		const struct rule *rule = &block->rules.data[i];

		if (rule->nr == d->nr && !rule->cond && action_admits(rule->action))
			return true;
	}
	return false;
}

static bool is_admitted(const struct policy *p, const struct denials *denials,
			const struct denial *d)
{
	const struct call call = call_of(d);

	if (d->has_args)
		return action_admits(policy_eval(p, &call, NULL));
	return admits_all(p, d) || has_better(denials, d);
}

/* Comments of a rule that is proposed: what a reviewer wants to know. */
static char *describe(const struct policy *p, const struct denial *d)
{
	const struct danger *danger = denial_danger(d);
	autostr struct str s = { 0 };
	char last[32];

	time_print(d->last, last);
	str_putf(&s, "# denied %" PRIu64 " time%s, last %s, to ", d->count, plural_s(d->count),
		 last);
	str_put_escaped(&s, d->exe, strlen(d->exe));
	str_put(&s, "\n# ");
	denial_print_call(&s, d);
	if (*d->text) {
		str_put(&s, "  ");
		stored_print(&s, d->text);
	}
	if (!d->has_args)
		str_putf(&s,
			 "\n# its arguments are unknown, so this admits them all%s; "
			 "enforce --supervise tells them",
			 remedy_nearest(p, &(struct call){ .nr = d->nr, .token = d->arch->token })
					 .rule
				 ? ", which the rules so far do not"
				 : "");
	if (danger)
		str_putf(&s, "\n# DANGER %s: %s%s", danger->name,
			 d->has_args ? "" : "it may be: ", danger->reason);
	return str_take(&s);
}

/* Why no rule is proposed, as a comment above the patch. */
static void put_refusal(struct str *out, const struct policy *p, const struct denial *d)
{
	const struct call call = call_of(d);
	const struct rule *by = NULL;

	policy_eval(p, &call, &by);
	str_put(out, "# not proposed: ");
	denial_print_call(out, d);
	if (by)
		str_putf(out, ": the rule in line %u denies it, and would outrank any other\n",
			 by->line);
	else
		str_put(out, ": no rule can admit it\n");
}

/* Adds the rule for a denial; false where none can admit it. */
static int add_rule(struct policy *p, const struct policy *before, const struct denial *d,
		    bool *is_added)
{
	const struct call call = call_of(d);
	const struct rule *by = NULL;
	struct block *block;
	struct cond *cond = NULL;
	struct rule *rule;

	*is_added = false;
	policy_eval(p, &call, &by);
	if ((d->has_args && by && !action_admits(by->action)) || d->nr == UINT32_MAX)
		return 0;
	if (d->has_args && remedy_rule(&call, &cond, NULL))
		return -ENOMEM;
	block = policy_add_block(p, d->arch);
	rule = block ? block_add(block, d->nr, cond, (struct action){ .kind = ACTION_ALLOW })
		     : NULL;
	if (!rule)
		return -ENOMEM;
	rule->comment = describe(before, d);
	*is_added = true;
	return rule->comment ? 0 : -ENOMEM;
}

/* First those whose arguments are known: they make the narrow rules. */
static int add_rules(struct policy *p, const struct policy *before, const struct denials *denials,
		     bool has_args, struct str *out, size_t *count)
{
	vec_for(d, &denials->all) {
		bool is_added = false;
		int r;

		if (d->has_args != has_args || is_admitted(p, denials, d))
			continue;
		r = add_rule(p, before, d, &is_added);
		if (r)
			return r;
		*count += is_added;
		if (!is_added)
			put_refusal(out, before, d);
	}
	return 0;
}

static int print_patch(const struct policy *before, const struct policy *after, const char *name,
		       struct str *out)
{
	autostr struct str a = { 0 }, b = { 0 };

	policy_print(before, &a);
	policy_print(after, &b);
	if (a.failed || b.failed)
		return -ENOMEM;
	str_put(out, "--- ");
	str_put_escaped(out, name, strlen(name));
	str_put(out, "\n+++ ");
	str_put_escaped(out, name, strlen(name));
	str_putc(out, '\n');
	return patch_make(str_text(&a), str_text(&b), out);
}

int proposal_make(const struct policy *p, const struct denials *denials, const char *name,
		  struct str *out, size_t *count, struct err *e)
{
	autopolicy struct policy *after = policy_clone(p);
	autostr struct str refusals = { 0 };
	int r = after ? 0 : -ENOMEM;

	*count = 0;
	if (!r)
		r = add_rules(after, p, denials, true, &refusals, count);
	if (!r)
		r = add_rules(after, p, denials, false, &refusals, count);
	str_put(out, str_text(&refusals));
	if (!r && *count)
		r = print_patch(p, after, name, out);
	return r || out->failed || refusals.failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

/* What the one admits of the dangerous and the other does not. */
static int tell_dangers(const struct policy *before, const struct policy *after, struct err *e)
{
	struct danger_hits old = { 0 }, new = { 0 };
	int r = danger_find(before, NULL, &old, e);

	if (!r)
		r = danger_find(after, NULL, &new, e);
	vec_for(hit, &new.all) {
		bool is_known = false;

		vec_for(other, &old.all)
			is_known |= other->danger == hit->danger && other->arch == hit->arch;
		if (!r && !is_known)
			say_note("danger accepted: %s: %s %s", hit->danger->name, hit->danger->call,
				 hit->danger->reason);
	}
	danger_hits_fini(&old);
	danger_hits_fini(&new);
	return r;
}

int proposal_accept(const struct policy *p, const char *patch, const char *name,
		    struct policy **out, struct err *e)
{
	autostr struct str before = { 0 }, after = { 0 };
	autopolicy struct policy *joined = NULL;
	autofilter struct filter filter = { 0 };
	bool is_more = false;
	int r;

	policy_print(p, &before);
	r = before.failed ? err_set(e, -ENOMEM, "out of memory")
			  : patch_apply(str_text(&before), patch, &after, e);
	if (!r)
		r = policy_parse(str_text(&after), after.len, name, &joined, e);
	if (!r)
		r = policy_subset(p, joined, &is_more, NULL, e);
	if (!r && !is_more)
		r = err_set(e, -EINVAL,
			    "the patch takes away what the profile admits: it may only add");
	if (!r)
		r = proved_compile(joined, &filter, NULL, e);
	if (!r)
		r = tell_dangers(p, joined, e);
	if (!r)
		*out = take(joined);
	return r;
}
