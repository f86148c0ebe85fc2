/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading observations back, equal tuples of several runs joined. */
#include "base/cleanup.h"
#include "base/map.h"
#include "store/fold.h"
#include "store/internal.h"

#include <errno.h>
#include <string.h>

enum { NUMBER_MAX = 1 << 20 }; /* of a tuple within a run */

/* Columns of SQL_OBSERVATION_LIST. */
enum {
	COLUMN_NUMBER,
	COLUMN_PATH,
	COLUMN_IDENTITY,
	COLUMN_ARCH,
	COLUMN_NR,
	COLUMN_CLASSES,
	COLUMN_A0,
	COLUMN_COUNT = COLUMN_A0 + SYSCALL_ARGS,
	COLUMN_FIRST,
	COLUMN_LAST,
	COLUMN_CAPPED,
	COLUMN_SAMPLED,
	COLUMN_FRAMES,
	COLUMN_ARGV,
};

/* Reading in progress. Observations are named by their index + 1, since the array moves. */
struct reader {
	struct store *store;
	struct observations *out;
	struct map by_identity;	  /* index + 1 by the bytes of identity_print */
	struct map strings;	  /* the owned copy of each string by itself */
	vec_of(size_t) by_number; /* of the run being read: index + 1 by the tuple's number */
	uint32_t run;		  /* index of that run */
	struct str scratch;
};

void observations_fini(struct observations *o)
{
	vec_for(observation, &o->all) {
		vec_fini(&observation->run_indices);
		vec_fini(&observation->texts);
	}
	vec_for(string, &o->strings)
		free(*string);
	vec_fini(&o->all);
	vec_fini(&o->strings);
	o->runs = 0;
}

static void reader_fini(struct reader *r)
{
	map_fini(&r->by_identity);
	map_fini(&r->strings);
	vec_fini(&r->by_number);
	str_fini(&r->scratch);
}

static int no_memory(struct err *e)
{
	return err_set(e, -ENOMEM, "reading observations: out of memory");
}

/* A copy that lives as long as the observations, with a NUL behind it; NULL: out of memory. */
static const char *keep(struct reader *r, const void *bytes, size_t len)
{
	char *copy = map_get(&r->strings, bytes, len);

	if (copy)
		return copy;
	copy = malloc(len + 1);
	if (!copy || vec_push(&r->out->strings, copy)) {
		free(copy);
		return NULL;
	}
	memcpy(copy, bytes, len);
	copy[len] = 0;
	return map_put(&r->strings, bytes, len, copy) ? NULL : copy;
}

static int damaged(const struct rows *row, struct err *e)
{
	return err_set(e, -EINVAL, "the database is damaged: observation %lld makes no sense",
		       (long long)rows_integer(row, COLUMN_NUMBER));
}

static bool read_arg(const struct rows *row, int column, struct folded *f)
{
	if (rows_is_null(row, column)) {
		f->kind = FOLD_NONE;
		return true;
	}
	if (rows_is_integer(row, column)) {
		f->kind = FOLD_VALUE;
		f->low = f->high = (uint64_t)rows_integer(row, column);
		return true;
	}
	return folded_parse(rows_text(row, column), f);
}

/* One row as it stands, without strings of its own but exe and stack. */
static int read_row(struct reader *r, const struct rows *row, struct observation *o, struct err *e)
{
	size_t len;

	o->arch = arch_by_name(rows_text(row, COLUMN_ARCH));
	if (!o->arch)
		return err_set(e, -EINVAL,
			       "the database has calls of an unknown architecture, \"%s\"",
			       rows_text(row, COLUMN_ARCH));
	o->nr = (uint32_t)rows_integer(row, COLUMN_NR);
	if (o->nr != rows_integer(row, COLUMN_NR) ||
	    !fold_classes_parse(rows_text(row, COLUMN_CLASSES), o->args))
		return damaged(row, e);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		if (!read_arg(row, COLUMN_A0 + (int)i, &o->args[i]))
			return damaged(row, e);
	o->count = (uint64_t)rows_integer(row, COLUMN_COUNT);
	o->first = rows_integer(row, COLUMN_FIRST);
	o->last = rows_integer(row, COLUMN_LAST);
	o->is_capped = rows_integer(row, COLUMN_CAPPED);
	o->is_sampled = rows_integer(row, COLUMN_SAMPLED);
	o->exe = keep(r, rows_text(row, COLUMN_PATH), strlen(rows_text(row, COLUMN_PATH)));
	o->exe_id =
		keep(r, rows_text(row, COLUMN_IDENTITY), strlen(rows_text(row, COLUMN_IDENTITY)));
	const char *frames = rows_text(row, COLUMN_FRAMES);
	o->stack = *frames ? keep(r, frames, strlen(frames)) : NULL;
	const void *argv = rows_bytes(row, COLUMN_ARGV, &len);
	o->command = keep(r, argv, len);
	o->command_len = (uint32_t)len;
	return o->exe && o->exe_id && o->command && !(*frames && !o->stack) ? 0 : no_memory(e);
}

/* The identity of a tuple as bytes. Strings are kept once, so their addresses tell them apart. */
static void identity_print(const struct observation *o, struct str *out)
{
	str_clear(out);
	str_put_bytes(out, &o->exe, sizeof(o->exe));
	str_put_bytes(out, &o->exe_id, sizeof(o->exe_id));
	str_put_bytes(out, &o->arch, sizeof(o->arch));
	str_put_bytes(out, &o->nr, sizeof(o->nr));
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const struct folded *f = &o->args[i];
		uint64_t value = f->kind == FOLD_VALUE ? f->low : 0;

		str_putc(out, (char)f->kind);
		str_putc(out, (char)f->class);
		str_putc(out, (char)f->is_signed);
		str_put_bytes(out, &value, sizeof(value));
	}
}

/* Adds the tuple b of another run (or a second of the same) to a. */
static void join(struct observation *a, const struct observation *b)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		folded_widen(&a->args[i], &b->args[i]);
	a->count += b->count;
	a->is_capped |= b->is_capped;
	a->is_sampled |= b->is_sampled;
	a->last = b->last > a->last ? b->last : a->last;
	if (b->first < a->first) {
		a->first = b->first;
		a->command = b->command_len ? b->command : a->command;
		a->command_len = b->command_len ? b->command_len : a->command_len;
	}
	if (!a->stack)
		a->stack = b->stack;
}

/* Counts the run being read among those that have the observation. */
static int note_run(struct reader *r, struct observation *o)
{
	if (o->run_indices.len && o->run_indices.data[o->run_indices.len - 1] == r->run)
		return 0;
	o->runs++;
	return vec_push(&o->run_indices, r->run);
}

static int remember_number(struct reader *r, int64_t number, size_t name)
{
	/* A recorder's numbers count up from 0 and stay far below; others' must not cost memory. */
	if (number < 0 || number >= NUMBER_MAX)
		return -EINVAL;
	while (r->by_number.len <= (size_t)number)
		if (vec_push(&r->by_number, 0))
			return -ENOMEM;
	r->by_number.data[number] = name;
	return 0;
}

static int take_row(struct reader *r, const struct rows *row, struct err *e)
{
	struct observation o = { 0 };
	int code = read_row(r, row, &o, e);
	size_t name;

	if (code)
		return code;
	identity_print(&o, &r->scratch);
	if (r->scratch.failed)
		return no_memory(e);
	name = (uintptr_t)map_get(&r->by_identity, r->scratch.data, r->scratch.len);
	if (name) {
		join(&r->out->all.data[name - 1], &o);
	} else {
		if (vec_push(&r->out->all, o))
			return no_memory(e);
		name = r->out->all.len;
		if (map_put(&r->by_identity, r->scratch.data, r->scratch.len, (void *)name))
			return no_memory(e);
	}
	if (note_run(r, &r->out->all.data[name - 1]))
		return no_memory(e);
	code = remember_number(r, rows_integer(row, COLUMN_NUMBER), name);
	return code == -ENOMEM ? no_memory(e) : code ? damaged(row, e) : 0;
}

static int read_tuples(struct reader *r, int64_t run, struct err *e)
{
	struct rows rows = rows_open(r->store->db, SQL_OBSERVATION_LIST, value_integer(run));
	int code = 0;

	while (!code && rows_next(&rows))
		code = take_row(r, &rows, e);
	int end = rows_end(&rows, code ? NULL : e);
	return code ? code : end;
}

/* Columns of SQL_TEXT_LIST. */
enum { TEXT_OBSERVATION, TEXT_ARG, TEXT_BYTES, TEXT_COUNT };

/* Texts of an observation number a few hundred at most for each run; a search among them does. */
static int add_text(struct observation *o, const struct text *new)
{
	vec_for(text, &o->texts) {
		/* Kept once: equal bytes of equal length lie at one address. */
		if (text->arg == new->arg && text->bytes == new->bytes && text->len == new->len) {
			text->count += new->count;
			return 0;
		}
	}
	return vec_push(&o->texts, *new);
}

static int take_text(struct reader *r, const struct rows *row, struct err *e)
{
	int64_t number = rows_integer(row, TEXT_OBSERVATION), arg = rows_integer(row, TEXT_ARG);
	struct text text = { 0 };
	size_t len;

	if (number < 0 || (uint64_t)number >= r->by_number.len || !r->by_number.data[number] ||
	    arg < 0 || arg >= SYSCALL_ARGS)
		return err_set(e, -EINVAL, "the database is damaged: a text belongs to nothing");
	struct observation *o = &r->out->all.data[r->by_number.data[number] - 1];
	const void *bytes = rows_bytes(row, TEXT_BYTES, &len);
	text.arg = (uint8_t)arg;
	text.class = o->args[arg].class;
	text.count = (uint64_t)rows_integer(row, TEXT_COUNT);
	text.len = (uint32_t)len;
	text.bytes = keep(r, bytes, len);
	return text.bytes && !add_text(o, &text) ? 0 : no_memory(e);
}

static int read_texts(struct reader *r, int64_t run, struct err *e)
{
	struct rows rows = rows_open(r->store->db, SQL_TEXT_LIST, value_integer(run));
	int code = 0;

	while (!code && rows_next(&rows))
		code = take_text(r, &rows, e);
	int end = rows_end(&rows, code ? NULL : e);
	return code ? code : end;
}

static int compare(const void *left, const void *right)
{
	const struct observation *a = left, *b = right;
	int order = strcmp(a->exe, b->exe);

	if (!order)
		order = strcmp(a->exe_id, b->exe_id);
	if (!order)
		order = strcmp(a->arch->name, b->arch->name);
	if (!order)
		order = (a->nr > b->nr) - (a->nr < b->nr);
	for (unsigned i = 0; !order && i < SYSCALL_ARGS; i++)
		order = folded_compare(&a->args[i], &b->args[i]);
	return order;
}

static int compare_texts(const void *left, const void *right)
{
	const struct text *a = left, *b = right;
	uint32_t least = a->len < b->len ? a->len : b->len;
	int order = (a->arg > b->arg) - (a->arg < b->arg);

	if (!order)
		order = memcmp(a->bytes, b->bytes, least);
	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static void sort(struct observations *o)
{
	if (o->all.len)
		qsort(o->all.data, o->all.len, sizeof(*o->all.data), compare);
	vec_for(observation, &o->all)
		if (observation->texts.len)
			qsort(observation->texts.data, observation->texts.len,
			      sizeof(*observation->texts.data), compare_texts);
}

int store_observations(struct store *s, const struct runs *runs, bool with_texts,
		       struct observations *out, struct err *e)
{
	autoobservations struct observations found = { 0 };
	struct reader r = { .store = s, .out = &found };
	int code = 0;

	for (size_t i = 0; !code && i < runs->all.len; i++) {
		r.run = (uint32_t)i;
		r.by_number.len = 0;
		code = read_tuples(&r, runs->all.data[i].id, e);
		if (!code && with_texts)
			code = read_texts(&r, runs->all.data[i].id, e);
	}
	reader_fini(&r);
	if (code)
		return code;
	found.runs = (uint32_t)runs->all.len;
	sort(&found);
	*out = found;
	found = (struct observations){ 0 };
	return 0;
}
