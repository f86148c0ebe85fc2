/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_COND_H
#define POLICY_COND_H

/* Conditions over the six arguments of a call: a tree whose leaves compare one masked argument. */

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cond_kind { COND_FALSE, COND_TRUE, COND_TEST, COND_NOT, COND_AND, COND_OR };

enum cond_op { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN };

/* Both ends belong to it; low <= high in the order of the test's signedness. */
struct range {
	uint64_t low;
	uint64_t high;
};

/*
 * (argument & mask) OP value. The argument is first cut to its low `bits` (32 or 64) and, when
 * is_signed, sign- extended from there; mask and value are given in the same form, so that a signed
 * 32-bit -1 is UINT64_MAX and an unsigned one 0xffffffff. A mask of all ones (UINT64_MAX) means
 * none; with any other the comparison is unsigned. Comparisons are signed when is_signed. A bare `x
 * & y` of the text is (x & y) != 0.
 */
struct test {
	uint8_t arg; /* 0..5 */
	uint8_t bits;
	bool is_signed;
	bool is_raw; /* written arg0..arg5: 64 bits, unsigned */
	enum cond_op op;
	uint64_t mask;
	uint64_t value;	      /* not for OP_IN */
	struct range *ranges; /* OP_IN: sorted, apart; owned */
	size_t range_count;   /* OP_IN: at least 1 */
};

/* Invariant: NOT has one child, AND and OR at least two, the others none. Children are owned. */
struct cond {
	enum cond_kind kind;
	struct test test;
	struct cond **children;
	size_t count;
};

/*
 * Constructors. Each owns the conds given to it from the call on and returns NULL when memory is
 * out or a given cond is NULL (what was given is freed), so that calls nest without checks in
 * between.
 */
struct cond *cond_bool(bool value);
/*
 * Copies test.ranges, then sorts and joins them. What says the same in less becomes that: a set of
 * one value ==, an empty set or a mask of 0 a constant, a mask of everything none.
 */
struct cond *cond_test(struct test test);
struct cond *cond_not(struct cond *a); /* a double one cancels out, as it does on constants */
struct cond *cond_and(struct cond *a, struct cond *b); /* flattens; constants vanish or win */
struct cond *cond_or(struct cond *a, struct cond *b);  /* flattens */

void cond_free(struct cond *c);
struct cond *cond_clone(const struct cond *c);
static inline void cond_autofree(struct cond **c)
{
	cond_free(*c);
}
#define autocond __attribute__((cleanup(cond_autofree)))

/* Textual equality: the same tree. For equal meaning see algebra.h. */
bool cond_same(const struct cond *a, const struct cond *b);

/* v cut to its low `bits` and extended as the test's argument is: the form of mask and value. */
uint64_t test_extend(const struct test *t, uint64_t v);

/* Does the test compare as signed? Only a signed argument without a mask does. */
bool test_is_signed(const struct test *t);

/* v as a number whose unsigned order is the order in which the test compares. */
uint64_t test_order(const struct test *t, uint64_t v);

/* The value that a test compares: the argument cut, extended and masked as told above. */
uint64_t test_operand(const struct test *t, const uint64_t args[6]);

bool cond_eval(const struct cond *c, const uint64_t args[6]);

#endif
