/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values as a person would write them: names first, and numbers in the base of their kind. */
#include "policy/printer.h"

#include <inttypes.h>
#include <string.h>

/* The names of the bits of a value, and the bits that have none. */
struct names {
	const char *all[64];
	uint64_t values[64];
	size_t count;
	uint64_t rest;
};

/* The bits of v that the argument has. */
static uint64_t cut(const struct test *t, uint64_t v)
{
	return t->bits == 64 ? v : (uint32_t)v;
}

static struct constant_group group_of(const struct naming *n)
{
	return arch_group(n->arch, n->arg ? n->arg->group : 0);
}

static bool is_flags(const struct naming *n)
{
	return n->arg && (n->arg->class == ARG_FLAGS || n->arg->class == ARG_MODE);
}

static bool is_joined(const struct naming *n, uint64_t bits)
{
	return bits > n->floor;
}

/*
 * Of flags, all are joined. Of an enumeration only the single bits above every other value: the
 * flags that are joined to a socket's type or a futex's operation. SIGRTMAX is none.
 */
struct naming naming_of(const struct arch *arch, const struct arg *arg, const struct test *t,
			bool breaks)
{
	struct naming n = { arch, arg, breaks, 0, 0 };
	const struct constant_group group = group_of(&n);

	if (!strcmp(group.name, "signal"))
		n.floor = UINT64_MAX;
	for (size_t i = 0; i < group.count && !is_flags(&n); i++) {
		uint64_t v = cut(t, group.constants[i].value);

		if (v & (v - 1) && v > n.floor)
			n.floor = v;
	}
	for (size_t i = 0; i < group.count; i++) {
		uint64_t v = cut(t, group.constants[i].value);

		if (is_joined(&n, v))
			n.joined |= v;
	}
	return n;
}

/* Does whoever reads this name get the value again? */
static bool reads_back(const struct naming *n, const struct test *t, const char *name, uint64_t v)
{
	uint64_t back;

	return arch_constant(n->arch, name, &back) && test_extend(t, back) == test_extend(t, v);
}

/*
 * Among flags stands one field: an open's access mode, whose zero has a name. Is the field within
 * what t looks at, and zero in v?
 */
static bool is_read_only(const struct naming *n, const struct test *t, uint64_t v)
{
	static const char name[] = "O_RDONLY";
	const char *zero = is_flags(n) ? arch_constant_name(n->arch, n->arg->group, 0) : NULL;
	uint64_t field;

	return zero && strcmp(zero, name) == 0 && arch_constant(n->arch, "O_ACCMODE", &field) &&
	       (t->mask & field) == field && !(v & field);
}

/*
 * The name of no flag at all (PROT_NONE, F_OK) is the name of a whole word, and no answer to a
 * question about some of its bits.
 */
static bool is_nameless_zero(const struct naming *n, const struct test *t, uint64_t v)
{
	return v == 0 && is_flags(n) && cut(t, ~t->mask) && !is_read_only(n, t, v);
}

/* The name of exactly this value, or NULL. */
static const char *exact_name(const struct naming *n, const struct test *t, uint64_t v)
{
	const char *name = NULL;

	if (!n->arg || is_nameless_zero(n, t, v) || (v && is_read_only(n, t, v)))
		return NULL;
	if (n->arg->group)
		name = arch_constant_name(n->arch, n->arg->group, v);
	if (!name && n->arg->group)
		name = arch_constant_name(n->arch, n->arg->group, cut(t, v));
	/* The only descriptor with a name has it wherever a descriptor is meant. */
	if (!name && n->arg->class == ARG_FD)
		name = "AT_FDCWD";
	return name && reads_back(n, t, name, v) ? name : NULL;
}

/*
 * The constant that may be joined to others, that lies within v and covers most of what is left of
 * it; the smaller one of two.
 */
static const struct constant *widest(const struct naming *n, const struct test *t, uint64_t v,
				     uint64_t rest)
{
	const struct constant_group group = group_of(n);
	const struct constant *best = NULL;
	int most = 0;

	for (size_t i = 0; i < group.count; i++) {
		const struct constant *c = &group.constants[i];
		uint64_t bits = cut(t, c->value);
		int covers = __builtin_popcountll(bits & rest);

		if (is_joined(n, bits) && !(bits & ~v) && covers > most &&
		    reads_back(n, t, arch_text(c->name), bits)) {
			best = c;
			most = covers;
		} else if (best && n->floor == 0 && !is_flags(n) && c->value == best->value &&
			   reads_back(n, t, arch_text(c->name), bits)) {
			best = c; /* the flag FUTEX_PRIVATE_FLAG, not FUTEX_WAIT_PRIVATE */
		}
	}
	return best;
}

static void add_name(struct names *names, const char *name, uint64_t bits)
{
	size_t at = names->count++;

	for (; at > 0 && names->values[at - 1] > bits; at--) {
		names->values[at] = names->values[at - 1];
		names->all[at] = names->all[at - 1];
	}
	names->values[at] = bits;
	names->all[at] = name;
	names->rest &= ~bits;
}

/* Covers the bits of v with the names of constants that may be joined. */
static void cover(const struct naming *n, const struct test *t, uint64_t v, struct names *names)
{
	const struct constant *c;

	*names = (struct names){ .rest = v };
	while (names->rest && names->count < countof(names->all) &&
	       (c = widest(n, t, v, names->rest)))
		add_name(names, arch_text(c->name), cut(t, c->value));
}

/* The names that together are v: bits of flags, or an enumerator and flags joined to it. */
static void find_names(const struct naming *n, const struct test *t, uint64_t v,
		       struct names *names)
{
	const char *base;

	*names = (struct names){ .rest = v };
	if (!(v & n->joined))
		return;
	cover(n, t, v, names);
	if (is_read_only(n, t, v) && names->count < countof(names->all))
		add_name(names, "O_RDONLY", 0);
	if (is_flags(n) || !names->count || !names->rest || names->count == countof(names->all))
		return;
	base = exact_name(n, t, test_extend(t, names->rest));
	if (base)
		add_name(names, base, names->rest);
}

static void print_names(struct str *out, const struct naming *n, const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		str_put(out, i ? "|" : "");
		if (i && n->breaks)
			str_putc(out, BREAK_EMPTY);
		str_put(out, names->all[i]);
	}
	if (names->rest)
		str_putf(out, names->rest < 10 ? "%s%" PRIu64 : "%s0x%" PRIx64,
			 names->count ? "|" : "", names->rest);
}

static bool is_pointer(const struct naming *n)
{
	return n->arg && (n->arg->class == ARG_POINTER || n->arg->class == ARG_PATH ||
			  n->arg->class == ARG_SOCKADDR || n->arg->class == ARG_ARGV);
}

/* The smallest number that is written in hexadecimal. */
static uint64_t hex_from(const struct naming *n, const struct test *t)
{
	if (!n->arg)
		return t->mask == UINT64_MAX ? 65536 : 10;
	switch (n->arg->class) {
	case ARG_FLAGS:
	case ARG_POINTER:
	case ARG_PATH:
	case ARG_SOCKADDR:
	case ARG_ARGV:
	case ARG_ADDRESS:
		return 10;
	case ARG_SELECTOR:
		return 256;
	case ARG_NONE:
	case ARG_MODE:
	case ARG_FD:
	case ARG_PID:
	case ARG_ID:
	case ARG_LENGTH:
	case ARG_OFFSET:
	case ARG_COUNT:
	case ARG_TIME:
	case ARG_VALUE:
		break;
	}
	return UINT64_MAX;
}

static void print_number(struct str *out, const struct naming *n, const struct test *t, uint64_t v)
{
	if (v == 0 && is_pointer(n))
		str_put(out, "NULL");
	else if (test_is_signed(t) && (int64_t)v < 0)
		str_putf(out, "%" PRId64, (int64_t)v);
	else if (n->arg && n->arg->class == ARG_MODE)
		str_putf(out, "%s%" PRIo64, v ? "0" : "", cut(t, v));
	else if (cut(t, v) >= hex_from(n, t))
		str_putf(out, "0x%" PRIx64, cut(t, v));
	else
		str_putf(out, "%" PRIu64, cut(t, v));
}

/* Numbers of files' modes are read better than the names of their bits. */
static bool is_told_by_names(const struct naming *n, const struct names *names)
{
	if (!names->count || n->arg->class == ARG_MODE)
		return false;
	return is_flags(n) || !names->rest;
}

bool value_is_named(const struct naming *n, const struct test *t, uint64_t v)
{
	struct names names;

	if (exact_name(n, t, v))
		return true;
	find_names(n, t, cut(t, v), &names);
	return is_told_by_names(n, &names) && !names.rest;
}

void print_value(struct str *out, const struct naming *n, const struct test *t, uint64_t v)
{
	const char *name = exact_name(n, t, v);
	struct names names;

	if (name) {
		str_put(out, name);
		return;
	}
	find_names(n, t, cut(t, v), &names);
	if (is_told_by_names(n, &names))
		print_names(out, n, &names);
	else
		print_number(out, n, t, v);
}

void print_mask(struct str *out, const struct naming *n, const struct test *t)
{
	uint64_t mask = cut(t, t->mask), others = cut(t, ~t->mask);
	bool is_inverted = __builtin_popcountll(others) < __builtin_popcountll(mask);
	uint64_t bits = is_inverted ? others : mask;
	bool is_mode = n->arg && n->arg->class == ARG_MODE;
	struct naming all = *n;
	struct names names;
	bool is_many;

	all.floor = 0;

	cover(&all, t, bits, &names);
	if (is_mode || (!is_flags(n) && names.rest))
		names = (struct names){ .rest = bits };
	is_many = names.count + (names.rest != 0) > 1;
	str_putf(out, "%s%s", is_inverted ? "~" : "", is_many ? "(" : "");
	if (is_mode)
		str_putf(out, "0%" PRIo64, bits);
	else
		print_names(out, n, &names);
	str_put(out, is_many ? ")" : "");
}
