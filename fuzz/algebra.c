/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any two policies: their union, subset and difference are what policy_eval says call by call. */
#include "policy/algebra.h"

#include "fuzz/source.h"
#include "policy/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { CALLS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const struct policy *a, const struct policy *b, const struct call *call,
		 const char *what)
{
	autostr struct str text = { 0 };

	policy_print(a, &text);
	policy_print(b, &text);
	fprintf(stderr, "%s%s\nnr 0x%x token 0x%x\n", str_text(&text), what, call->nr, call->token);
	abort();
}

static bool admits(const struct policy *p, const struct call *call)
{
	return policy_eval(p, call, NULL).kind >= ACTION_LOG;
}

/* What no rule matches is not admitted: the union and the difference are of the rules. */
static struct policy *draw_policy(struct source *s)
{
	static const uint32_t nrs[] = { 0, 1, 2 };
	struct policy_shape shape = shape_full;
	struct policy *p;

	shape.nrs = nrs;
	shape.nr_count = countof(nrs);
	p = source_policy(s, &shape);
	if (!p)
		return NULL;
	p->fallback.kind = p->foreign_arch.kind = p->newer.action.kind = ACTION_KILL_PROCESS;
	return p;
}

static bool is_changed(const struct changes *c, const struct call *call, bool is_more)
{
	vec_for(change, &c->entries) {
		bool adds = change->kind == CHANGE_ADDED || change->kind == CHANGE_WIDENED;

		if (change->arch == arch_by_token(call->token, call->nr) &&
		    change->nr == call->nr && adds == is_more)
			return !change->cond || cond_eval(change->cond, call->args);
	}
	return false;
}

static void check(const struct policy *a, const struct policy *b, const struct policy *both,
		  const struct changes *c, bool is_subset, const struct call *call)
{
	bool old = admits(a, call), new = admits(b, call);

	if (both && admits(both, call) != (old || new))
		fail(a, b, call, "is the union otherwise");
	if (is_changed(c, call, true) != (new && !old))
		fail(a, b, call, "is new otherwise");
	if (is_changed(c, call, false) != (old && !new))
		fail(a, b, call, "is gone otherwise");
	if (is_subset && old && !new)
		fail(a, b, call, "is no subset");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s = { data, size, 0 };
	autopolicy struct policy *a = draw_policy(&s);
	autopolicy struct policy *b = draw_policy(&s);
	autopolicy struct policy *both = NULL;
	struct changes c = { 0 };
	struct call witness;
	bool is_subset;

	if (!a || !b || policy_diff(a, b, &c, NULL) ||
	    policy_subset(a, b, &is_subset, &witness, NULL))
		return 0;
	if (policy_join(a, b, &both, NULL))
		both = NULL;
	if (!is_subset)
		check(a, b, both, &c, is_subset, &witness);
	vec_for(change, &c.entries)
		check(a, b, both, &c, is_subset, &change->witness);
	for (int i = 0; i < CALLS; i++) {
		struct call call = source_call(&s, i % 2 ? a : b);

		check(a, b, both, &c, is_subset, &call);
	}
	changes_fini(&c);
	return 0;
}
