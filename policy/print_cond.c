/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conditions as text. */
#include "policy/text.h"

#include "policy/printer.h"

#include <stdio.h>
#include <string.h>

/* Ranges of at most so many values are told by the names of all of them. */
enum { NAMED_RANGE_MAX = 8 };

struct cond_printer {
	struct str *out;
	const struct arch *arch;
	const struct syscall *call;	 /* NULL: unknown */
	const struct signature *meaning; /* what is known of the arguments where we are */
	bool breaks;
};

static void print_tree(const struct cond_printer *p, const struct cond *c, bool is_whole);

static void put_break(const struct cond_printer *p, char kind)
{
	str_putc(p->out, p->breaks ? kind : ' ');
}

/* The name under which the parser would find just this test's argument, or NULL. */
static const char *argument_name(const struct cond_printer *p, const struct test *t)
{
	static const char *const raw[SYSCALL_ARGS] = { "arg0", "arg1", "arg2",
						       "arg3", "arg4", "arg5" };
	const struct arg *arg;

	if (t->is_raw)
		return t->bits == 64 && !t->is_signed ? raw[t->arg] : NULL;
	if (!p->call || t->arg >= p->call->signature->count)
		return NULL;
	arg = &p->call->signature->args[t->arg];
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (!strcmp(arg->name, raw[i]))
			return NULL;
	}
	return arg->bits == t->bits && arg->is_signed == t->is_signed ? arg->name : NULL;
}

/* Is every value of the range told by a name, and are they few? */
static bool is_named_range(const struct naming *n, const struct test *t, const struct range *r)
{
	if (r->high - r->low >= NAMED_RANGE_MAX)
		return false;
	for (uint64_t v = r->low;; v++) {
		if (!value_is_named(n, t, v))
			return false;
		if (v == r->high)
			return true;
	}
}

/* The items that a range is written as. */
static void print_range(const struct cond_printer *p, const struct naming *n, const struct test *t,
			const struct range *r)
{
	bool is_named = n->arg && n->arg->class == ARG_SELECTOR && value_is_named(n, t, r->low) &&
			value_is_named(n, t, r->high);
	struct arg unnamed = n->arg ? *n->arg : (struct arg){ 0 };
	struct naming plain = { n->arch, n->arg ? &unnamed : NULL, false, 0, 0 };

	unnamed.group = 0;

	if (is_named_range(n, t, r)) {
		for (uint64_t v = r->low;; v++) {
			print_value(p->out, n, t, v);
			if (v == r->high)
				return;
			str_putc(p->out, ',');
			put_break(p, BREAK_BLANK);
		}
	}
	if (r->low == r->high) {
		print_value(p->out, n, t, r->low);
		return;
	}
	print_value(p->out, is_named ? n : &plain, t, r->low);
	str_put(p->out, "..");
	print_value(p->out, is_named ? n : &plain, t, r->high);
}

static void print_set(const struct cond_printer *p, const struct naming *n, const struct test *t)
{
	bool is_range = t->range_count == 1 && !is_named_range(n, t, t->ranges);

	str_put(p->out, is_range ? " in " : " in {");
	for (size_t i = 0; i < t->range_count; i++) {
		if (i) {
			str_putc(p->out, ',');
			put_break(p, BREAK_BLANK);
		}
		print_range(p, n, t, &t->ranges[i]);
	}
	str_put(p->out, is_range ? "" : "}");
}

static void print_comparison(const struct cond_printer *p, const struct test *t, const char *name)
{
	static const char *const operators[] = { [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<",
						 [OP_LE] = "<=", [OP_GT] = ">",	 [OP_GE] = ">=" };
	const struct arg *arg = t->is_raw ? NULL : &p->call->signature->args[t->arg];
	struct naming n;
	bool is_masked = t->mask != UINT64_MAX;
	bool is_bare = is_masked && t->op == OP_NE && t->value == 0;

	/* What the selectors leave unused still has its usual names. */
	if (arg && p->meaning->args[t->arg].class != ARG_NONE)
		arg = &p->meaning->args[t->arg];
	n = naming_of(p->arch, arg, t, p->breaks);
	str_putf(p->out, "%s%s", is_masked && !is_bare ? "(" : "", name);
	if (is_masked) {
		str_put(p->out, " & ");
		print_mask(p->out, &n, t);
	}
	if (is_bare)
		return;
	str_put(p->out, is_masked ? ")" : "");
	if (t->op == OP_IN) {
		print_set(p, &n, t);
		return;
	}
	str_putf(p->out, " %s ", operators[t->op]);
	print_value(p->out, &n, t, t->value);
}

/* The values that an ordering admits, as one range; false when there are none. */
static bool ordered_range(const struct test *t, struct range *r)
{
	uint64_t least = test_is_signed(t) ? 1ull << 63 : 0;
	uint64_t most = ~least;

	if (t->bits == 32 && test_is_signed(t)) {
		least = (uint64_t)INT32_MIN;
		most = INT32_MAX;
	} else if (t->bits == 32) {
		most = t->is_signed ? UINT64_MAX : UINT32_MAX;
	}
	*r = (struct range){ least, most };
	if (t->op == OP_LT || t->op == OP_LE)
		r->high = t->value - (t->op == OP_LT);
	else
		r->low = t->value + (t->op == OP_GT);
	return t->op == OP_LT ? t->value != least : t->op == OP_GT ? t->value != most : true;
}

/*
 * A test as one of the raw register, for arguments that have no name of this width and sign: its
 * low word is masked out, and a range across zero becomes two. NULL: out of memory.
 */
static struct cond *raw_test(const struct test *t)
{
	struct range one, *from = t->op == OP_IN ? t->ranges : &one;
	size_t from_count = t->op == OP_IN ? t->range_count : 1;
	uint64_t cut = t->bits == 64 ? UINT64_MAX : UINT32_MAX;
	struct test raw = { .arg = t->arg, .bits = 64, .is_raw = true };
	struct range *ranges;
	struct cond *c;

	raw.mask = t->mask & cut;
	raw.op = t->op;
	raw.value = t->value & cut;
	if (t->op == OP_EQ || t->op == OP_NE)
		return cond_test(raw);
	if (t->op != OP_IN && !ordered_range(t, &one))
		return cond_bool(false);
	ranges = calloc(2 * from_count, sizeof(*ranges));
	if (!ranges)
		return NULL;
	raw.op = OP_IN;
	raw.ranges = ranges;
	for (size_t i = 0; i < from_count; i++) {
		struct range r = { from[i].low & cut, from[i].high & cut };

		if (r.low <= r.high) {
			ranges[raw.range_count++] = r;
		} else {
			ranges[raw.range_count++] = (struct range){ r.low, cut };
			ranges[raw.range_count++] = (struct range){ 0, r.high };
		}
	}
	c = cond_test(raw);
	free(ranges);
	return c;
}

static void print_test(const struct cond_printer *p, const struct test *t)
{
	const char *name = argument_name(p, t);
	struct cond *raw;

	if (name) {
		print_comparison(p, t, name);
		return;
	}
	raw = raw_test(t);
	if (raw)
		print_tree(p, raw, false);
	else
		p->out->failed = true;
	cond_free(raw);
}

/* How many values t admits, if they are few, into values; else 0. */
static size_t few_values(const struct test *t, uint64_t values[NAMED_RANGE_MAX])
{
	size_t count = 0;

	if (t->op == OP_EQ)
		values[count++] = t->value;
	if (t->op != OP_IN)
		return count;
	for (size_t i = 0; i < t->range_count; i++) {
		for (uint64_t v = t->ranges[i].low;; v++) {
			if (count == NAMED_RANGE_MAX)
				return 0;
			values[count++] = v;
			if (v == t->ranges[i].high)
				break;
		}
	}
	return count;
}

/* Do both tell the same of every argument? */
static bool is_same_meaning(const struct signature *a, const struct signature *b)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (a->args[i].class != b->args[i].class || a->args[i].group != b->args[i].group)
			return false;
	}
	return true;
}

/* What is known of the arguments if arg has any of these values; NULL when it depends. */
static const struct signature *meaning_of(const struct cond_printer *p, uint8_t arg,
					  const uint64_t *values, size_t count,
					  uint64_t args[SYSCALL_ARGS])
{
	const struct signature *meaning = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct signature *next;

		args[arg] = values[i];
		next = syscall_signature(p->arch, p->call, args);
		if (meaning && !is_same_meaning(meaning, next))
			return NULL;
		meaning = next;
	}
	return meaning;
}

/* What is known of the arguments where the selectors have the values that c demands. */
static const struct signature *narrow(const struct cond_printer *p, const struct cond *c)
{
	const struct signature *meaning = p->meaning;
	uint64_t args[SYSCALL_ARGS] = { 0 };

	for (size_t i = 0; i < c->count && p->call; i++) {
		const struct test *t = &c->children[i]->test;
		uint64_t values[NAMED_RANGE_MAX];
		const struct signature *known;

		if (c->children[i]->kind != COND_TEST ||
		    !arg_class_is_exact(p->call->signature->args[t->arg].class))
			continue;
		known = meaning_of(p, t->arg, values, few_values(t, values), args);
		meaning = known ? known : meaning;
	}
	return meaning;
}

static void print_joined(const struct cond_printer *p, const struct cond *c, bool is_whole)
{
	struct cond_printer inner = *p;

	if (c->kind == COND_AND)
		inner.meaning = narrow(p, c);
	for (size_t i = 0; i < c->count; i++) {
		const struct cond *child = c->children[i];
		bool is_or = c->kind == COND_AND && child->kind == COND_OR;

		if (i) {
			str_put(p->out, c->kind == COND_AND ? " &&" : " ||");
			put_break(p, is_whole && c->kind == COND_OR ? BREAK_CASE : BREAK_BLANK);
		}
		str_put(p->out, is_or ? "(" : "");
		print_tree(&inner, child, false);
		str_put(p->out, is_or ? ")" : "");
	}
}

static void print_tree(const struct cond_printer *p, const struct cond *c, bool is_whole)
{
	switch (c->kind) {
	case COND_FALSE:
		str_put(p->out, "false");
		return;
	case COND_TRUE:
		str_put(p->out, "true");
		return;
	case COND_TEST:
		print_test(p, &c->test);
		return;
	case COND_NOT:
		str_put(p->out, "!(");
		print_tree(p, c->children[0], false);
		str_put(p->out, ")");
		return;
	case COND_AND:
	case COND_OR:
		print_joined(p, c, is_whole);
		return;
	}
}

void print_cond(struct str *out, const struct cond *c, const struct arch *arch,
		const struct syscall *call, bool breaks)
{
	const struct cond_printer p = { out, arch, call, call ? call->signature : NULL, breaks };

	print_tree(&p, c, true);
}

void cond_print(struct str *out, const struct cond *c, const struct arch *arch,
		const struct syscall *call)
{
	print_cond(out, c, arch, call, false);
}
