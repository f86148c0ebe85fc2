/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folding of arguments: classes to kinds, and the text form of both. */
#include "store/fold.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STDERR = 2 }; /* the last descriptor with a meaning of its own */

const char *fold_kind_name(enum fold_kind kind)
{
	switch (kind) {
	case FOLD_NONE:
		return "none";
	case FOLD_VALUE:
		return "value";
	case FOLD_RANGE:
		return "range";
	case FOLD_ANY:
		return "any";
	case FOLD_SELF:
		return "self";
	case FOLD_MANY:
		return "many";
	}
	return "?";
}

/* The register in the argument's own form: only what the kernel looks at, sign-extended. */
static uint64_t own_form(const struct arg *arg, uint64_t raw)
{
	if (arg->bits != 32)
		return raw;
	return arg->is_signed ? (uint64_t)(int64_t)(int32_t)raw : (uint32_t)raw;
}

/* Does the register hold this small number, whatever the declared sign? */
static bool holds(const struct arg *arg, uint64_t raw, int64_t number)
{
	return arg->bits == 32 ? (int32_t)raw == number : (int64_t)raw == number;
}

static bool is_special_fd(const struct arg *arg, uint64_t raw)
{
	for (int fd = -1; fd <= STDERR; fd++)
		if (holds(arg, raw, fd))
			return true;
	return holds(arg, raw, AT_FDCWD);
}

static bool is_self(const struct arg *arg, uint64_t raw, pid_t pid, pid_t tid)
{
	return holds(arg, raw, pid) || holds(arg, raw, tid);
}

static enum fold_kind kind_of(const struct arg *arg, uint64_t raw, pid_t pid, pid_t tid)
{
	bool is_zero = own_form(arg, raw) == 0;

	switch (arg->class) {
	case ARG_NONE:
		return FOLD_NONE;
	case ARG_SELECTOR:
	case ARG_FLAGS:
	case ARG_MODE:
		return FOLD_VALUE;
	case ARG_FD:
		return is_special_fd(arg, raw) ? FOLD_VALUE : FOLD_ANY;
	case ARG_POINTER:
	case ARG_PATH:
	case ARG_SOCKADDR:
	case ARG_ARGV:
		return is_zero ? FOLD_VALUE : FOLD_ANY;
	case ARG_PID:
		if (is_zero || holds(arg, raw, -1))
			return FOLD_VALUE;
		return is_self(arg, raw, pid, tid) ? FOLD_SELF : FOLD_ANY;
	case ARG_ID:
		return is_zero || holds(arg, raw, -1) ? FOLD_VALUE : FOLD_ANY;
	case ARG_LENGTH:
	case ARG_OFFSET:
	case ARG_COUNT:
	case ARG_TIME:
	case ARG_ADDRESS:
	case ARG_VALUE:
		return is_zero ? FOLD_VALUE : FOLD_RANGE;
	}
	return FOLD_NONE;
}

struct folded fold_arg(const struct arg *arg, uint64_t raw, pid_t pid, pid_t tid)
{
	struct folded f = {
		.kind = kind_of(arg, raw, pid, tid),
		.class = arg->class,
		.is_signed = arg->is_signed && arg->class != ARG_NONE,
	};

	if (f.kind == FOLD_VALUE || f.kind == FOLD_RANGE)
		f.low = f.high = own_form(arg, raw);
	/* Somebody's clock: the caller's own of that kind stands for all of them. */
	if (arg_is_clock(arg) && (int64_t)f.low < 0)
		f.low = f.high |= ~(uint64_t)CLOCK_KIND_BITS;
	return f;
}

struct folded fold_unknown(const struct arg *arg)
{
	unsigned bits = arg->bits == 32 ? 32 : 64;
	bool is_signed = arg->is_signed && arg->class != ARG_NONE;

	if (arg->class == ARG_NONE)
		return (struct folded){ .kind = FOLD_NONE };
	return (struct folded){
		.kind = FOLD_MANY,
		.class = arg->class,
		.low = is_signed ? -((uint64_t)1 << (bits - 1)) : 0,
		.high = UINT64_MAX >> (64 - bits + is_signed),
		.is_signed = is_signed,
	};
}

bool folded_is_same(const struct folded *a, const struct folded *b)
{
	return a->kind == b->kind && a->class == b->class && a->is_signed == b->is_signed &&
	       (a->kind != FOLD_VALUE || a->low == b->low);
}

static bool is_less(bool is_signed, uint64_t a, uint64_t b)
{
	return is_signed ? (int64_t)a < (int64_t)b : a < b;
}

int folded_compare(const struct folded *a, const struct folded *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	if (a->is_signed != b->is_signed)
		return b->is_signed ? -1 : 1;
	if (a->kind != FOLD_VALUE || a->low == b->low)
		return 0;
	return is_less(a->is_signed, a->low, b->low) ? -1 : 1;
}

void folded_widen(struct folded *a, const struct folded *b)
{
	if (is_less(a->is_signed, b->low, a->low))
		a->low = b->low;
	if (is_less(a->is_signed, a->high, b->high))
		a->high = b->high;
}

/* Bounds that hold for whatever f stands for: everything, where it keeps none. */
static struct folded bounds(const struct folded *f, bool is_signed)
{
	struct folded b = *f;

	if (f->kind == FOLD_NONE || f->kind == FOLD_ANY || f->kind == FOLD_SELF ||
	    f->is_signed != is_signed) {
		b.low = is_signed ? (uint64_t)INT64_MIN : 0;
		b.high = is_signed ? (uint64_t)INT64_MAX : UINT64_MAX;
	}
	b.is_signed = is_signed;
	return b;
}

void folded_join(struct folded *a, const struct folded *b)
{
	if (folded_is_same(a, b)) {
		folded_widen(a, b);
		return;
	}
	/* An argument that is there now and then: what holds of its register is not known. */
	if (a->class == ARG_NONE) {
		a->class = b->class;
		a->is_signed = b->is_signed;
	}
	struct folded more = bounds(b, a->is_signed);
	*a = bounds(a, a->is_signed);
	a->kind = FOLD_MANY;
	folded_widen(a, &more);
}

void folded_print(const struct folded *f, char out[FOLD_TEXT_MAX])
{
	const char *mark = f->kind == FOLD_MANY ? "*" : "";

	if (f->kind == FOLD_ANY)
		strcpy(out, "*");
	else if (f->kind == FOLD_SELF)
		strcpy(out, "self");
	else if (f->is_signed)
		snprintf(out, FOLD_TEXT_MAX, "%s%" PRId64 "..%" PRId64, mark, (int64_t)f->low,
			 (int64_t)f->high);
	else
		snprintf(out, FOLD_TEXT_MAX, "%s%" PRIu64 "..%" PRIu64, mark, f->low, f->high);
}

/* A decimal number up to `end`, in the sign's range. */
static bool parse_number(const char *text, const char *end, bool is_signed, uint64_t *number)
{
	char *stop;

	if (text == end || (*text != '-' && (*text < '0' || *text > '9')) ||
	    (*text == '-' && !is_signed))
		return false;
	errno = 0;
	*number = is_signed ? (uint64_t)strtoll(text, &stop, 10) : strtoull(text, &stop, 10);
	return !errno && stop == end;
}

bool folded_parse(const char *text, struct folded *f)
{
	struct folded got = *f;
	const char *dots;

	got.low = got.high = 0;
	got.kind = *text == '*' ? FOLD_MANY : FOLD_RANGE;
	if (strcmp(text, "*") == 0) {
		got.kind = FOLD_ANY;
	} else if (strcmp(text, "self") == 0) {
		got.kind = FOLD_SELF;
	} else {
		text += *text == '*';
		dots = strstr(text, "..");
		if (!dots || !parse_number(text, dots, f->is_signed, &got.low) ||
		    !parse_number(dots + 2, dots + strlen(dots), f->is_signed, &got.high) ||
		    is_less(f->is_signed, got.high, got.low))
			return false;
	}
	*f = got;
	return true;
}

void fold_classes_print(const struct folded args[SYSCALL_ARGS], struct str *out)
{
	unsigned count = SYSCALL_ARGS;

	while (count && args[count - 1].class == ARG_NONE)
		count--;
	for (unsigned i = 0; i < count; i++)
		str_putf(out, "%s%s%s", i ? " " : "", args[i].is_signed ? "-" : "",
			 arg_class_name(args[i].class));
}

static bool parse_class(const char *word, size_t len, enum arg_class *class)
{
	for (enum arg_class c = ARG_NONE; c <= ARG_VALUE; c++) {
		const char *name = arg_class_name(c);

		if (strlen(name) == len && memcmp(name, word, len) == 0) {
			*class = c;
			return true;
		}
	}
	return false;
}

bool fold_classes_parse(const char *text, struct folded args[SYSCALL_ARGS])
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		args[i].class = ARG_NONE;
		args[i].is_signed = false;
	}
	for (unsigned i = 0; *text; i++) {
		size_t len = strcspn(text, " ");
		bool is_signed = *text == '-';

		if (i == SYSCALL_ARGS ||
		    !parse_class(text + is_signed, len - is_signed, &args[i].class))
			return false;
		args[i].is_signed = is_signed;
		text += len;
		text += *text == ' ';
	}
	return true;
}
