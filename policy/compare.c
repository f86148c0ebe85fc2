/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subset and equality of policies and conditions. */
#include "policy/algebra.h"

#include "policy/diagram.h"

#include <errno.h>

static int no_diagram(const struct diagram *d, struct err *e)
{
	if (d && diagram_is_full(d))
		return err_set(e, -E2BIG, "the conditions are too intricate to be compared");
	return err_set(e, -ENOMEM, "out of memory");
}

/* Where two policies, as diagrams, do not relate as they should. */
typedef node_t violation(struct diagram *d, node_t a, node_t b);

static int relate(const struct policy *a, const struct policy *b, violation *violated, bool *holds,
		  struct call *witness, struct err *e)
{
	autodiagram struct diagram *d = diagram_new();
	struct call call;
	node_t wrong;

	if (!d)
		return no_diagram(d, e);
	wrong = violated(d, diagram_policy(d, a), diagram_policy(d, b));
	if (wrong == NODE_FAILED)
		return no_diagram(d, e);
	*holds = !diagram_witness(d, wrong, &call);
	if (!*holds && witness)
		*witness = call;
	return 0;
}

static node_t exceeds(struct diagram *d, node_t a, node_t b)
{
	return diagram_and(d, diagram_admitted(d, a), diagram_not(d, diagram_admitted(d, b)));
}

static node_t differs(struct diagram *d, node_t a, node_t b)
{
	return diagram_not(d, diagram_equal(d, a, b));
}

int policy_subset(const struct policy *a, const struct policy *b, bool *is_subset,
		  struct call *witness, struct err *e)
{
	return relate(a, b, exceeds, is_subset, witness, e);
}

int policy_equal(const struct policy *a, const struct policy *b, bool *is_equal,
		 struct call *witness, struct err *e)
{
	return relate(a, b, differs, is_equal, witness, e);
}

bool cond_implies(const struct cond *a, const struct cond *b)
{
	autodiagram struct diagram *d = diagram_new();

	if (!d)
		return false;
	return diagram_and(d, diagram_cond(d, a), diagram_not(d, diagram_cond(d, b))) == false;
}
