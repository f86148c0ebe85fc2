/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_SLICE_H
#define POLICY_SLICE_H

/*
 * The values that satisfy a test, as ranges that can be sliced. Within slices, values are as
 * test_order() puts them, so that unsigned comparisons do for signed ones too.
 */

#include "base/vec.h"
#include "policy/cond.h"

/* Zero-initialise. */
struct slices {
	vec_of(struct range) whole;   /* new, whatever else the call has */
	vec_of(struct range) partial; /* new in part, or not yet looked at */
	bool has_old;		      /* some were not new at all, and are gone */
};

void slices_fini(struct slices *s);
#define autoslices __attribute__((cleanup(slices_fini)))

/* Do two tests look at an argument alike, masks aside? */
bool test_is_alike(const struct test *a, const struct test *b);

/* The values that satisfy the test become partial slices of s, which is empty. */
int slices_of_test(const struct test *t, struct slices *s) must_check;

/* The partial slice that has values on both sides of `at` falls into two; `at` begins the second.
 */
int slices_cut(struct slices *s, uint64_t at) must_check;

/* A condition like t for these ranges of its slices; NULL: out of memory. */
struct cond *slices_cond(const struct test *t, const struct range *ranges, size_t count);

/*
 * The test with these bits in its mask as well: each value becomes all those that it stands for.
 * NULL where that is no set of few values, or memory is out.
 */
struct cond *test_refine(const struct test *t, uint64_t bits);

#endif
