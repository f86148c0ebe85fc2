/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

/*
 * Random conditions, arguments and policies that lean towards the edges: both draw their numbers
 * from one small pool, so that comparisons are met from both sides.
 */

#include "policy/policy.h"

#include <stdlib.h>

struct random {
	uint64_t state;
	uint64_t pool[8];
};

static inline uint64_t random_next(struct random *r)
{
	/* splitmix64's step: every state, 0 included, does. */
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline uint64_t random_below(struct random *r, uint64_t n)
{
	return random_next(r) % n;
}

static inline uint64_t random_edge(struct random *r)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		3,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		0x8000000000000000,
		0xffffffff80000000,
		0xffffffff7fffffff,
		UINT64_MAX,
		0xff,
		0xf0,
		0x5413,
		0xffffff9c,
		0xffffffffffffff9c,
		0x0f0f0f0f0f0f0f0f,
		0x2000000000000001,
	};

	switch (random_below(r, 4)) {
	case 0:
		return edges[random_below(r, countof(edges))] + random_below(r, 3) - 1;
	case 1:
		return random_below(r, 16);
	case 2:
		return random_next(r) >> random_below(r, 64);
	default:
		return edges[random_below(r, countof(edges))];
	}
}

/* A new pool: call it once for each policy or condition. */
static inline void random_refill(struct random *r)
{
	for (size_t i = 0; i < countof(r->pool); i++)
		r->pool[i] = random_edge(r);
}

static inline uint64_t random_value(struct random *r)
{
	uint64_t v = r->pool[random_below(r, countof(r->pool))];

	switch (random_below(r, 8)) {
	case 0:
		return v + 1;
	case 1:
		return v - 1;
	case 2:
		return v ^ (uint64_t)1 << random_below(r, 64);
	case 3:
		return (uint64_t)(int64_t)(int32_t)v;
	case 4:
		return (uint32_t)v;
	case 5:
		return v ^ 0xdead00000000;
	default:
		return v;
	}
}

static inline void random_args(struct random *r, uint64_t args[SYSCALL_ARGS])
{
	for (int i = 0; i < SYSCALL_ARGS; i++)
		args[i] = random_value(r);
}

static inline uint64_t random_mask(struct random *r)
{
	switch (random_below(r, 4)) {
	case 0:
		return random_value(r);
	case 1:
		return ~random_value(r);
	case 2:
		return random_next(r);
	default:
		return UINT64_MAX;
	}
}

/* A range whose ends are in the test's order. */
static inline struct range random_range(struct random *r, const struct test *t)
{
	uint64_t a = test_extend(t, random_value(r));
	uint64_t b = random_below(r, 2) ? a : test_extend(t, random_value(r));
	bool is_swapped = test_is_signed(t) ? (int64_t)a > (int64_t)b : a > b;

	return is_swapped ? (struct range){ b, a } : (struct range){ a, b };
}

/* The first `args` arguments only, so that conditions meet on the same ones. */
static inline struct cond *random_test(struct random *r, unsigned args)
{
	struct range ranges[6];
	struct test t = {
		.arg = (uint8_t)random_below(r, args),
		.bits = random_below(r, 2) ? 32 : 64,
		.is_signed = random_below(r, 2),
		.op = (enum cond_op)random_below(r, OP_IN + 1),
		.ranges = ranges,
		.range_count = 1 + random_below(r, countof(ranges)),
	};

	t.mask = random_below(r, 3) ? UINT64_MAX : test_extend(&t, random_mask(r));
	t.value = test_extend(&t, random_value(r));
	if (random_below(r, 2))
		t.value &= t.mask;
	for (size_t i = 0; i < t.range_count; i++)
		ranges[i] = random_range(r, &t);
	return cond_test(t);
}

static inline struct cond *random_cond(struct random *r, unsigned args, unsigned depth)
{
	uint64_t what = depth ? random_below(r, 8) : 0;

	if (what < 2)
		return random_test(r, args);
	if (what == 2)
		return cond_not(random_cond(r, args, depth - 1));
	if (what < 6)
		return cond_and(random_cond(r, args, depth - 1), random_cond(r, args, depth - 1));
	return cond_or(random_cond(r, args, depth - 1), random_cond(r, args, depth - 1));
}

/* One datum a kind and policy, so that no two rules contradict each other. */
static inline struct action random_action(struct random *r)
{
	static const enum action_kind kinds[] = {
		ACTION_ALLOW,	     ACTION_ALLOW,	 ACTION_ALLOW, ACTION_ALLOW,
		ACTION_ERRNO,	     ACTION_LOG,	 ACTION_TRAP,  ACTION_NOTIFY,
		ACTION_KILL_PROCESS, ACTION_KILL_THREAD, ACTION_TRACE,
	};
	enum action_kind kind = kinds[random_below(r, countof(kinds))];
	uint16_t data = (uint16_t)(1 + r->pool[0] % 3);

	return (struct action){ kind, kind == ACTION_ERRNO ? data : 0 };
}

static inline void random_block(struct random *r, struct policy *p, const struct arch *arch)
{
	struct block *block = policy_add_block(p, arch);
	uint64_t count = random_below(r, 16);
	uint32_t nr = arch->nr_base + (uint32_t)random_below(r, 500);

	for (uint64_t i = 0; i < count; i++) {
		struct cond *cond = random_below(r, 3) ? random_cond(r, 3, 2) : NULL;

		if (random_below(r, 2))
			nr = arch->nr_base +
			     (uint32_t)random_below(r, random_below(r, 2) ? 8 : 500);
		if (!block_add(block, nr, cond, random_action(r)))
			abort();
	}
}

/* A policy for one to three arches of one byte order with up to 16 rules each. */
static inline struct policy *random_policy_of(struct random *r, bool is_big_endian)
{
	struct policy *p = policy_new();
	const struct arch *likes[64] = { NULL };
	size_t count = 0;

	random_refill(r);
	p->fallback = random_action(r);
	p->foreign_arch = random_action(r);
	if (random_below(r, 2))
		p->newer = (struct newer){ LINUX(6, 1), random_action(r) };
	for (size_t i = 0; arches[i]; i++)
		if (arches[i]->is_big_endian == is_big_endian)
			likes[count++] = arches[i];
	if (arch_native()->is_big_endian == is_big_endian && random_below(r, 8))
		random_block(r, p, arch_native());
	for (uint64_t more = random_below(r, 3); more || !p->blocks.len; more -= !!more) {
		const struct arch *arch = likes[random_below(r, count)];

		if (!policy_block(p, arch))
			random_block(r, p, arch);
	}
	return p;
}

/* Of the byte order of this machine. */
static inline struct policy *random_policy(struct random *r)
{
	return random_policy_of(r, arch_native()->is_big_endian);
}

/* The next release of a policy: some rules gone, some changed, some new. */
static inline struct policy *random_variant(struct random *r, const struct policy *from)
{
	struct policy *p = policy_clone(from);

	for (size_t i = 0; i < p->blocks.len; i++) {
		struct block *b = &p->blocks.data[i];

		for (size_t j = 0; j < b->rules.len; j++) {
			struct rule *rule = &b->rules.data[j];

			switch (random_below(r, 6)) {
			case 0:
				cond_free(rule->cond);
				rule->cond = random_cond(r, 3, 2);
				break;
			case 1:
				if (rule->cond)
					rule->cond = cond_or(rule->cond, random_cond(r, 3, 1));
				break;
			case 2:
				rule_fini(rule);
				*rule = b->rules.data[--b->rules.len];
				break;
			}
		}
		if (b->rules.len && random_below(r, 2) &&
		    !block_add(b, b->rules.data[0].nr, random_cond(r, 3, 2),
			       (struct action){ ACTION_ALLOW, 0 }))
			abort();
	}
	if (!random_below(r, 4))
		random_block(r, p, arch_by_name(random_below(r, 2) ? "x86_64" : "i386"));
	return p;
}

static inline uint32_t random_nr(struct random *r, const struct block *block)
{
	const struct arch *arch = block->arch;
	uint32_t nr = arch->nr_base + (uint32_t)random_below(r, 500);

	if (block->rules.len && random_below(r, 4))
		nr = block->rules.data[random_below(r, block->rules.len)].nr;
	switch (random_below(r, 16)) {
	case 0:
		return nr + 1;
	case 1:
		return nr - 1;
	case 2:
		return nr ^ 1u << random_below(r, 32);
	case 3:
		return arch_highest_nr(arch, LINUX(6, 1)) + (uint32_t)random_below(r, 3);
	case 4:
		return arch->nr_base + 1022 + (uint32_t)random_below(r, 4);
	case 5:
		return UINT32_MAX - (uint32_t)random_below(r, 2);
	default:
		return nr;
	}
}

/* A call that the policy has something to say about, most of the time. */
static inline struct call random_call(struct random *r, const struct policy *p)
{
	struct call call = { .token = (uint32_t)random_value(r), .nr = (uint32_t)random_value(r) };

	if (p->blocks.len) {
		const struct block *block = &p->blocks.data[random_below(r, p->blocks.len)];

		call.token = block->arch->token;
		call.nr = random_nr(r, block);
	}
	if (!random_below(r, 16))
		call.token ^= 1u << random_below(r, 32);
	random_args(r, call.args);
	return call;
}

#endif
