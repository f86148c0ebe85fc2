/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_SOURCE_H
#define FUZZ_SOURCE_H

/* Bytes turned into policies and calls: what fuzzers and random tests draw from. */

#include "policy/policy.h"

#include <stddef.h>
#include <stdint.h>

/* Where choices come from. After the last byte every choice is the first one. */
struct source {
	const uint8_t *bytes;
	size_t len;
	size_t at;
};

/* A number below n (n > 0). */
uint32_t source_below(struct source *s, uint32_t n);

/* A 64-bit number that likes the edges: 0, +-1, 2^31, 2^32 +- 1, 2^63, sign-extended pairs. */
uint64_t source_value(struct source *s);

/* How large source_policy makes them. */
struct policy_shape {
	uint32_t arches;	       /* 1..3 */
	uint32_t calls;		       /* per arch */
	uint32_t rules;		       /* per call */
	uint32_t tests;		       /* per condition */
	const char *const *arch_names; /* NULL: any; else these, ending with NULL */
	const uint32_t *nrs; /* NULL: any; else the only numbers to use, the same for every arch */
	size_t nr_count;
	bool is_oracle; /* only actions that a process survives and can tell: allow, errno */
};

/* The shape that the fuzzers use: up to 3 arches, 5 calls, 12 rules, 6 tests. */
extern const struct policy_shape shape_full;

/* A policy without contradictions, of all operators; NULL when memory is out. */
struct policy *source_policy(struct source *s, const struct policy_shape *shape);

/* A condition of at most `tests` tests; NULL when memory is out. */
struct cond *source_cond(struct source *s, uint32_t tests);

/* A call at or beside the edges of what the policy tests. */
struct call source_call(struct source *s, const struct policy *p);

/* Fills buffer with bytes that depend on the seed alone; returns the next seed. */
uint64_t random_bytes(uint64_t seed, uint8_t *buffer, size_t len);

#endif
