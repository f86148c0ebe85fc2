/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the observations of one syscall become boxes. */
#include "learn/shape.h"

#include <errno.h>
#include <string.h>

enum {
	VALUES_MAX = 256, /* values of an argument whose meaning is known */
	VALUES_UNKNOWN_MAX =
		16,    /* and of one whose meaning is not: it may be a number of any kind */
	WORDS_FEW = 8, /* flag words that are kept as they are where the table says FEW */
};

/* What a flag word holds besides independent bits, by its group of constants. */
enum treatment {
	WHOLE, /* never joined: what the bits allow together is the point */
	FEW,   /* not joined while there are few words */
	SPLIT, /* the bits of `select` are an enumeration, the others are joined */
};

static const struct special {
	const char *group;
	enum treatment treatment;
	uint64_t select;
} specials[] = {
	{ "open_flags", SPLIT, 3 },	/* O_ACCMODE */
	{ "mmap_flags", SPLIT, 0xf },	/* MAP_TYPE */
	{ "socket_type", SPLIT, 0xf },	/* SOCK_TYPE_MASK of linux/net.h */
	{ "clone_flags", FEW, 0xff },	/* CSIGNAL */
	{ "mmap_prot", WHOLE, 0 },	/* write and execute together are another matter */
	{ "mprotect_prot", WHOLE, 0 },	/* as above */
	{ "unshare_flags", WHOLE, 0 },	/* a user namespace makes the others possible */
	{ "namespace_type", WHOLE, 0 }, /* as above */
	{ "personality", WHOLE, 0 },	/* holds an enumeration, and all ones for a question */
	{ "mount_flags", WHOLE, 0 },	/* MS_BIND, MS_MOVE, MS_REMOUNT are other calls */
};

static const uint64_t mode_type = 0170000; /* S_IFMT: what mknod makes; the others ignore it */

/* An argument under one meaning: what was seen of it in all observations of the call. */
struct column {
	unsigned arg;
	enum arg_class class;
	uint16_t group;
	struct set words;
	uint64_t select; /* of struct cell */
	bool is_over;	 /* too many values: no condition */
};

struct columns {
	vec_of(struct column) all;
};

static void columns_fini(struct columns *c)
{
	vec_for(column, &c->all)
		set_fini(&column->words);
	vec_fini(&c->all);
}

void shape_sample(const struct observation *o, bool with_high, uint64_t args[SYSCALL_ARGS])
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		switch (o->args[i].kind) {
		case FOLD_NONE:
			args[i] = 0x5a5a5a5a5a5a5a5a; /* what lies in a register by chance */
			break;
		case FOLD_VALUE:
		case FOLD_RANGE:
			args[i] = with_high ? o->args[i].high : o->args[i].low;
			break;
		case FOLD_ANY:
		case FOLD_SELF:
		case FOLD_MANY:
			args[i] = 0x12345678;
			break;
		}
	}
}

static const struct signature *signature_of(const struct sightings *s, const struct observation *o)
{
	uint64_t args[SYSCALL_ARGS];

	shape_sample(o, false, args);
	return syscall_signature(s->arch, s->call, args);
}

/* The column of an argument, made where it is missing; NULL: out of memory. */
static struct column *column_of(struct columns *c, unsigned arg, const struct folded *f,
				const struct signature *signature)
{
	uint16_t group = signature->args[arg].class == f->class ? signature->args[arg].group : 0;
	struct column *column;

	vec_for(known, &c->all) {
		if (known->arg == arg && known->class == f->class && known->group == group)
			return known;
	}
	column = vec_add(&c->all);
	if (column)
		*column = (struct column){ .arg = arg, .class = f->class, .group = group };
	return column;
}

static const struct special *special_of(const char *group)
{
	for (size_t i = 0; i < countof(specials); i++)
		if (strcmp(specials[i].group, group) == 0)
			return &specials[i];
	return NULL;
}

/* Is there a word with bits that nobody named? They are not known to be independent. */
static bool has_unnamed_bits(const struct set *words, const struct constant_group *group)
{
	uint64_t named = 0;

	for (size_t i = 0; i < group->count; i++)
		named |= group->constants[i].value;
	vec_for(range, &words->ranges) {
		if ((range->low & ~named) || (range->high & ~named))
			return true;
	}
	return false;
}

static bool is_mknod(const struct sightings *s)
{
	return strncmp(s->call->name, "mknod", strlen("mknod")) == 0;
}

static uint64_t select_bits(const struct sightings *s, const struct column *c,
			    const struct constant_group *group)
{
	const struct special *special = c->group ? special_of(group->name) : NULL;

	if (c->class == ARG_MODE)
		return is_mknod(s) ? mode_type : 0;
	if (special && special->treatment == FEW && set_size(&c->words) > WORDS_FEW)
		return special->select;
	if (special)
		return special->treatment == SPLIT ? special->select : UINT64_MAX;
	if (c->class == ARG_SELECTOR || has_unnamed_bits(&c->words, group))
		return UINT64_MAX;
	return 0;
}

static int decide(const struct sightings *s, struct column *c)
{
	const struct constant_group group = arch_group(s->arch, c->group);
	uint64_t max = c->group || c->class == ARG_MODE ? VALUES_MAX : VALUES_UNKNOWN_MAX;
	struct set values = { 0 };
	int r = 0;

	c->select = select_bits(s, c, &group);
	vec_for(range, &c->words.ranges) {
		uint64_t word = range->low;

		do {
			r = r ? r : set_add(&values, word & c->select, word & c->select);
		} while (word++ != range->high);
	}
	c->is_over = set_size(&values) > max;
	set_fini(&values);
	return r;
}

static int gather(const struct sightings *s, struct columns *c)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct observation *o = s->all[i];
		const struct signature *signature = signature_of(s, o);

		for (unsigned arg = 0; arg < SYSCALL_ARGS; arg++) {
			const struct folded *f = &o->args[arg];
			struct column *column;

			if (f->kind != FOLD_VALUE || !arg_class_is_exact(f->class))
				continue;
			column = column_of(c, arg, f, signature);
			if (!column || set_add(&column->words, f->low, f->low))
				return -ENOMEM;
		}
	}
	vec_for(column, &c->all) {
		if (decide(s, column))
			return -ENOMEM;
	}
	return 0;
}

/* Whose clock it is, is another number in every run; what kind of clock is not. */
static bool is_somebodys_clock(const struct folded *f, const struct arg *arg)
{
	return f->kind == FOLD_VALUE && (int64_t)f->low < 0 && arg_is_clock(arg);
}

static int clock_cell(struct cell *cell, uint64_t clock)
{
	const uint64_t owner = (uint64_t)INT32_MAX & ~(uint64_t)CLOCK_KIND_BITS;

	cell->has_condition = true;
	cell->select = ~owner;
	cell->some = owner;
	return set_add(&cell->values, clock & ~owner, clock & ~owner);
}

static int args_cell(struct cell *cell, const struct folded *f, const struct column *column)
{
	uint64_t rest;

	cell->is_over = f->kind == FOLD_MANY || (column && column->is_over);
	if (!column || column->is_over)
		return 0;
	rest = f->low & ~column->select;
	cell->has_condition = true;
	cell->select = column->select;
	cell->some = rest;
	/* Permission bits are a ceiling: none of them must be there. */
	cell->every = column->class == ARG_MODE ? 0 : rest;
	return set_add(&cell->values, f->low & column->select, f->low & column->select);
}

/*
 * Does the call read one of its selectors only because this argument is not NULL? Then the NULL has
 * to stay a condition: the selector is free beside it, and would be free everywhere.
 */
static bool excuses_selector(const struct sightings *s, const struct observation *o, unsigned arg)
{
	const struct folded *f = &o->args[arg];
	const struct signature *without = signature_of(s, o), *with;
	uint64_t args[SYSCALL_ARGS];

	if (f->kind != FOLD_VALUE || f->low != 0 || arg_class_is_exact(f->class))
		return false;
	shape_sample(o, false, args);
	args[arg] = 1;
	with = syscall_signature(s->arch, s->call, args);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (without->args[i].class == ARG_NONE && arg_class_is_exact(with->args[i].class))
			return true;
	return false;
}

/* A umask takes rights away and comes from the environment: it is no ceiling, and free. */
static bool is_umask(const struct sightings *s)
{
	return strcmp(s->call->name, "umask") == 0;
}

static int args_or_free_cell(const struct sightings *s, struct columns *columns, size_t i,
			     unsigned arg, const struct signature *signature, struct cell *cell)
{
	const struct folded *f = &s->all[i]->args[arg];

	if (excuses_selector(s, s->all[i], arg)) {
		cell->has_condition = true;
		cell->select = UINT64_MAX;
		return set_add(&cell->values, 0, 0);
	}
	if (!arg_class_is_exact(f->class) || is_umask(s))
		return 0;
	if (is_somebodys_clock(f, &signature->args[arg]))
		return clock_cell(cell, f->low);
	return args_cell(cell, f,
			 f->kind == FOLD_VALUE ? column_of(columns, arg, f, signature) : NULL);
}

/* The special values of a class that are folded as such, so that "another one" excludes them. */
static int add_specials(struct set *s, enum arg_class class, const struct arg *arg)
{
	static const int64_t at_fdcwd = -100; /* linux/fcntl.h */
	const struct test form = { .bits = arg->bits, .is_signed = arg->is_signed };
	uint64_t none = test_extend(&form, UINT64_MAX);
	uint64_t cwd = test_extend(&form, (uint64_t)at_fdcwd);
	int r = set_add(s, 0, class == ARG_FD ? 2 : 0);

	if (!r && (class == ARG_FD || class == ARG_PID || class == ARG_ID))
		r = set_add(s, none, none);
	if (!r && class == ARG_FD)
		r = set_add(s, cwd, cwd);
	return r;
}

static int exact_cell(struct cell *cell, const struct folded *f, const struct arg *arg)
{
	if (is_somebodys_clock(f, arg))
		return clock_cell(cell, f->low);
	cell->is_over = f->kind == FOLD_MANY;
	cell->has_condition = f->kind != FOLD_NONE && f->kind != FOLD_MANY;
	cell->select = UINT64_MAX;
	if (!cell->has_condition)
		return 0;
	if (f->kind == FOLD_VALUE)
		return set_add(&cell->values, f->low, f->low);
	/* Where addresses lie is another matter in every run; that they are not 0 is not. */
	if (f->kind == FOLD_RANGE && f->class != ARG_ADDRESS)
		return set_add(&cell->values, f->low, f->high);
	if (add_specials(&cell->values, f->class, arg))
		return -ENOMEM;
	return set_invert(&cell->values);
}

static int shape_one(const struct sightings *s, struct columns *columns, size_t i,
		     enum learn_level level, struct box *box)
{
	const struct observation *o = s->all[i];
	const struct signature *signature = s->call ? signature_of(s, o) : NULL;
	int r = set_add(&box->exes, s->exes[i], s->exes[i]);

	box->weight = o->count;
	for (size_t k = 0; !r && k < o->run_indices.len; k++)
		r = set_add(&box->runs, o->run_indices.data[k], o->run_indices.data[k]);
	for (unsigned arg = 0; !r && signature && arg < SYSCALL_ARGS; arg++) {
		struct cell *cell = &box->cells[arg];

		cell->bits = signature->args[arg].bits;
		cell->is_signed = signature->args[arg].is_signed;
		cell->group = signature->args[arg].group;
		if (level == LEARN_EXACT)
			r = exact_cell(cell, &o->args[arg], &signature->args[arg]);
		else if (level == LEARN_ARGS)
			r = args_or_free_cell(s, columns, i, arg, signature, cell);
	}
	return r ? -ENOMEM : 0;
}

int shape_boxes(const struct sightings *s, enum learn_level level, struct boxes *out)
{
	struct columns columns = { 0 };
	int r = level == LEARN_ARGS && s->call ? gather(s, &columns) : 0;

	for (size_t i = 0; !r && i < s->count; i++) {
		struct box *box = vec_add(&out->all);

		r = box ? shape_one(s, &columns, i, level, box) : -ENOMEM;
	}
	columns_fini(&columns);
	return r;
}
