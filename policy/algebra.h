/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_ALGEBRA_H
#define POLICY_ALGEBRA_H

/* Union, subset and difference of policies: exact on conditions, never textual. */

#include "policy/policy.h"

/*
 * The policy that admits what a's or b's rules admit, and nothing else. Equal rules become one, and
 * one that another covers goes into it; comments and provenance are joined (weights added,
 * executables united, runs the larger). A rule that denies is kept for what the other side does not
 * admit, since it would outrank the rule that does. default and foreign-arch: the stricter of both.
 * newer: the clause of the only side that has one, else the older version with the stricter action.
 * A name that differs is left out. -EINVAL when the rules contradict (policy_validate); -E2BIG when
 * the conditions are too intricate to be compared.
 */
int policy_join(const struct policy *a, const struct policy *b, struct policy **out,
		struct err *e) must_check;

/*
 * Does b admit (ALLOW or LOG) every call that a admits? *is_subset gets the answer, and where it is
 * false *witness (may be NULL) a call that a admits and b does not.
 */
int policy_subset(const struct policy *a, const struct policy *b, bool *is_subset,
		  struct call *witness, struct err *e) must_check;

/* Do a and b give every call the same action? As policy_subset. */
int policy_equal(const struct policy *a, const struct policy *b, bool *is_equal,
		 struct call *witness, struct err *e) must_check;

/* Does a imply b? false also when it cannot be told for want of memory. */
bool cond_implies(const struct cond *a, const struct cond *b);

enum change_kind {
	CHANGE_ADDED,	 /* b admits the call, a never does */
	CHANGE_REMOVED,	 /* a admits the call, b never does */
	CHANGE_WIDENED,	 /* both admit it; b in more cases */
	CHANGE_NARROWED, /* both admit it; b in fewer cases */
};

/* One difference. A call that is both wider and narrower gets two entries. */
struct change {
	enum change_kind kind;
	const struct arch *arch;
	uint32_t nr;
	struct cond
		*cond; /* in which cases: what the other side does not admit; NULL: always. Owned */
	struct call witness; /* one call of that difference */
	vec_of(const char *)
		exes; /* executables named by the rules that cover cond; borrowed from a or b */
};

struct changes {
	vec_of(struct change) entries; /* by arch, nr, kind */
	/* Do default, foreign-arch (or which arches are foreign, where that lets calls through) or
	 * newer differ? Then a's and b's are to be shown. */
	bool is_default_changed, is_foreign_changed, is_newer_changed;
};

/*
 * What b does that a does not, and the other way round. a and b must outlive *out (exes are
 * borrowed). A cond is as readable as it can be made while exact: the alternatives of the wider
 * side that the other does not imply, cut to the new values where that can be said in a set or
 * range. Compared is what rules say: what runs without a rule (default, foreign-arch or newer
 * ALLOW or LOG) counts only where it does so on both sides, and else shows in the three flags.
 * -E2BIG when the conditions are too intricate to be compared.
 */
int policy_diff(const struct policy *a, const struct policy *b, struct changes *out,
		struct err *e) must_check;
void changes_fini(struct changes *c);

#endif
