/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes turned into policies and calls. */
#include "fuzz/source.h"

#include "base/cleanup.h"

#include <string.h>

const struct policy_shape shape_full = { .arches = 3, .calls = 5, .rules = 12, .tests = 6 };

static uint8_t next_byte(struct source *s)
{
	return s->at < s->len ? s->bytes[s->at++] : 0;
}

uint32_t source_below(struct source *s, uint32_t n)
{
	uint32_t x = next_byte(s);

	if (n > 256)
		x = x << 8 | next_byte(s);
	return x % n;
}

static uint64_t any_word(struct source *s)
{
	uint64_t x = 0;

	for (int i = 0; i < 8; i++)
		x = x << 8 | next_byte(s);
	return x;
}

uint64_t source_value(struct source *s)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		3,
		4,
		7,
		0x10,
		0xff,
		0x7fffffff,
		0x80000000,
		0x80000001,
		0xfffffffe,
		0xffffffff,
		0x100000000,
		0x100000001,
		0x17fffffff,
		0x180000000,
		0x1ffffffff,
		0x7fffffffffffffff,
		0x8000000000000000,
		0x8000000000000001,
		0xffffffff00000000,
		0xffffffff7fffffff,
		0xffffffff80000000,
		0xffffffffffffff9c,
		0x00000000ffffff9c,
		0xfffffffffffffffe,
		0xffffffffffffffff,
		0xdead00000001,
	};
	uint32_t choice = source_below(s, 64);

	if (choice < countof(edges))
		return edges[choice];
	if (choice < 48)
		return source_below(s, 40);
	if (choice < 56)
		return edges[source_below(s, countof(edges))] ^ UINT64_C(1) << source_below(s, 64);
	return any_word(s);
}

static struct action any_action(struct source *s, bool is_oracle)
{
	/* One data word per kind: two different ones that match one call are a contradiction. */
	static const struct action actions[] = {
		{ ACTION_ALLOW, 0 },	   { ACTION_ERRNO, 1 },	       { ACTION_ALLOW, 0 },
		{ ACTION_LOG, 0 },	   { ACTION_KILL_PROCESS, 0 }, { ACTION_TRACE, 7 },
		{ ACTION_KILL_THREAD, 0 }, { ACTION_TRAP, 3 },	       { ACTION_NOTIFY, 0 },
	};

	return actions[source_below(s, is_oracle ? 2 : countof(actions))];
}

static uint64_t any_mask(struct source *s)
{
	uint32_t choice = source_below(s, 8);

	if (choice < 4)
		return UINT64_MAX;
	if (choice == 4)
		return ~(uint64_t)(UINT64_C(1) << source_below(s, 40));
	if (choice == 5)
		return UINT64_C(1) << source_below(s, 64);
	return source_value(s);
}

/* Where a range that starts at low may end: there, a few words above, or anywhere. */
static uint64_t range_end(struct source *s, uint64_t low)
{
	switch (source_below(s, 8)) {
	case 0:
	case 1:
	case 2:
	case 3:
		return low;
	case 4:
		return low + ((uint64_t)source_below(s, 4) << 32) + source_below(s, 4);
	}
	return source_value(s);
}

static struct cond *any_test(struct source *s)
{
	struct test t = { .arg = (uint8_t)(source_below(s, 4) ? source_below(s, 2)
							      : source_below(s, SYSCALL_ARGS)) };
	struct range ranges[5];

	t.bits = source_below(s, 2) ? 32 : 64;
	t.is_signed = source_below(s, 2);
	t.is_raw = t.bits == 64 && !t.is_signed;
	t.op = (enum cond_op)source_below(s, OP_IN + 1);
	t.mask = test_extend(&t, any_mask(s));
	/* A 32-bit mask of all ones is no mask: UINT64_MAX in either sign. */
	if (t.bits == 32 && (uint32_t)t.mask == UINT32_MAX)
		t.mask = UINT64_MAX;
	if (t.op != OP_IN) {
		t.value = test_extend(&t, source_value(s));
		return cond_test(t);
	}
	t.range_count = 1 + source_below(s, countof(ranges));
	t.ranges = ranges;
	for (size_t i = 0; i < t.range_count; i++) {
		ranges[i].low = test_extend(&t, source_value(s));
		ranges[i].high = test_extend(&t, range_end(s, ranges[i].low));
	}
	return cond_test(t);
}

/* A tree over at most *tests tests. */
static struct cond *any_cond(struct source *s, uint32_t *tests, unsigned depth)
{
	uint32_t choice = source_below(s, depth < 5 && *tests > 1 ? 8 : 2);
	struct cond *a;

	if (*tests)
		--*tests;
	if (choice == 0 && source_below(s, 32) == 0)
		return cond_bool(source_below(s, 2));
	if (choice < 2)
		return any_test(s);
	a = any_cond(s, tests, depth + 1);
	if (choice == 2)
		return cond_not(a);
	return (choice < 6 ? cond_and : cond_or)(a, any_cond(s, tests, depth + 1));
}

struct cond *source_cond(struct source *s, uint32_t tests)
{
	return any_cond(s, &tests, 0);
}

static uint32_t any_nr(struct source *s, const struct arch *arch, const struct policy_shape *shape)
{
	static const uint32_t edges[] = { 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000,
					  0xbfffffff, 0xc0000000, 0xfffffffe, 0xffffffff };

	if (shape->nrs)
		return shape->nrs[source_below(s, (uint32_t)shape->nr_count)] | arch->nr_base;
	switch (source_below(s, 8)) {
	case 0:
		return edges[source_below(s, countof(edges))];
	case 1:
		return arch->nr_base + source_below(s, 1100);
	default:
		return arch->nr_base + source_below(s, 12);
	}
}

static bool fill_call(struct source *s, struct block *block, const struct policy_shape *shape)
{
	uint32_t nr = any_nr(s, block->arch, shape);
	uint32_t count = 1 + source_below(s, source_below(s, 4) ? 3 : shape->rules);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t tests = 1 + source_below(s, shape->tests);
		struct cond *cond = source_below(s, 8) ? any_cond(s, &tests, 0) : cond_bool(true);
		struct rule *rule =
			cond ? block_add(block, nr, cond, any_action(s, shape->is_oracle)) : NULL;

		if (!rule)
			return false;
		rule->from.weight = source_below(s, 4) ? source_below(s, 1000) : 0;
	}
	return true;
}

static const struct arch *any_arch(struct source *s, const struct policy_shape *shape)
{
	uint32_t count = 0;

	if (shape->arch_names) {
		while (shape->arch_names[count])
			count++;
		return arch_by_name(shape->arch_names[source_below(s, count)]);
	}
	while (arches[count])
		count++;
	return source_below(s, 2) ? arches[0] : arches[source_below(s, count)];
}

/* Gives another number the rules of one that is there: what compilers may share. */
static bool copy_call(struct source *s, struct block *block, const struct policy_shape *shape)
{
	uint32_t from = block->rules.data[source_below(s, (uint32_t)block->rules.len)].nr;
	uint32_t to = any_nr(s, block->arch, shape);
	size_t count = block->rules.len;

	for (size_t i = 0; i < count && from != to; i++) {
		struct rule rule = block->rules.data[i];
		struct cond *cond = rule.cond && rule.nr == from ? cond_clone(rule.cond) : NULL;

		if (cond && !block_add(block, to, cond, rule.action))
			return false;
	}
	return true;
}

static bool fill_block(struct source *s, struct policy *p, const struct policy_shape *shape)
{
	const struct arch *arch = any_arch(s, shape);
	struct block *block;

	/* One filter serves one byte order. */
	if (p->blocks.len && arch->is_big_endian != p->blocks.data[0].arch->is_big_endian)
		return true;
	block = policy_add_block(p, arch);
	for (uint32_t i = source_below(s, shape->calls) + 1; block && i; i--) {
		bool is_copy = block->rules.len && source_below(s, 4) == 0;

		if (!(is_copy ? copy_call : fill_call)(s, block, shape))
			return false;
	}
	return block != NULL;
}

struct policy *source_policy(struct source *s, const struct policy_shape *shape)
{
	autopolicy struct policy *p = policy_new();

	if (!p)
		return NULL;
	p->fallback = any_action(s, shape->is_oracle);
	p->foreign_arch = any_action(s, shape->is_oracle);
	p->newer.version = source_below(s, 2) ? LINUX(5, 10) : 0;
	p->newer.action = any_action(s, shape->is_oracle);
	for (uint32_t i = 1 + source_below(s, shape->arches); i; i--) {
		if (!fill_block(s, p, shape))
			return NULL;
	}
	return take(p);
}

/* An end of the range, its middle, or the next higher word. */
static uint64_t aim_at_range(struct source *s, const struct range *range)
{
	uint32_t choice = source_below(s, 16);

	if (choice == 0)
		return range->low + (range->high - range->low) / 2;
	if (choice == 1)
		return range->low + (UINT64_C(1) << 32);
	return choice % 2 ? range->low : range->high;
}

/* One of the values that a condition tests, drawn by walking down the tree. */
static void aim(struct source *s, const struct cond *c, uint64_t args[SYSCALL_ARGS])
{
	const struct range *range;
	uint64_t v;

	while (c->count)
		c = c->children[source_below(s, (uint32_t)c->count)];
	if (c->kind != COND_TEST)
		return;
	v = c->test.value;
	if (c->test.op == OP_IN) {
		range = &c->test.ranges[source_below(s, (uint32_t)c->test.range_count)];
		v = aim_at_range(s, range);
	}
	switch (source_below(s, 12)) {
	case 0:
		v++;
		break;
	case 1:
		v--;
		break;
	case 2:
		v ^= UINT64_C(1) << source_below(s, 64);
		break;
	case 3:
		v = (uint64_t)(int64_t)(int32_t)(uint32_t)v;
		break;
	case 4:
		v = (uint32_t)v;
		break;
	case 5:
		v |= ~c->test.mask;
		break;
	case 6:
		v |= ~c->test.mask & source_value(s);
		break;
	}
	args[c->test.arg] = v;
}

struct call source_call(struct source *s, const struct policy *p)
{
	const struct block *block = &p->blocks.data[source_below(s, (uint32_t)p->blocks.len)];
	uint32_t count = (uint32_t)block->rules.len;
	const struct rule *rule = count ? &block->rules.data[source_below(s, count)] : NULL;
	struct call call = { .nr = rule ? rule->nr : block->arch->nr_base,
			     .token = block->arch->token };

	for (int i = 0; i < SYSCALL_ARGS; i++)
		call.args[i] = source_below(s, 4) ? 0 : source_value(s);
	for (uint32_t i = 1 + source_below(s, 3); rule && rule->cond && i; i--)
		aim(s, rule->cond, call.args);
	switch (source_below(s, 32)) {
	case 0:
		call.nr = (uint32_t)source_value(s);
		break;
	case 1:
		call.nr ^= UINT32_C(1) << source_below(s, 32);
		break;
	case 2:
		call.nr += source_below(s, 3) - 1;
		break;
	case 3:
		call.token ^= UINT32_C(1) << source_below(s, 32);
		break;
	case 4:
		call.nr = UINT32_MAX;
		break;
	case 5:
		call.nr = block->arch->nr_base + source_below(s, 1100);
		break;
	}
	return call;
}

uint64_t random_bytes(uint64_t seed, uint8_t *buffer, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		/* splitmix64 */
		uint64_t z = seed += 0x9e3779b97f4a7c15u;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		buffer[i] = (uint8_t)(z ^ z >> 31);
	}
	return seed;
}
