/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that were denied. */
#include "base/cleanup.h"
#include "store/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Columns of SQL_DENIAL_LIST. */
enum {
	COLUMN_TIME,
	COLUMN_APP,
	COLUMN_RELEASE,
	COLUMN_EXE,
	COLUMN_PID,
	COLUMN_ARCH,
	COLUMN_NR,
	COLUMN_ARGS,
	COLUMN_TEXT,
	COLUMN_ACTION,
	COLUMN_COUNT,
	COLUMN_LAST,
	COLUMN_SOURCE,
	COLUMN_CANARY,
};

static int insert(struct store *s, const struct denial *d, const char *args, struct err *e)
{
	return db_run(s->db, SQL_DENIAL_INSERT, e, value_integer(d->time),
		      value_text(or_empty(d->app)), value_text(or_empty(d->release)),
		      value_text(or_empty(d->exe)), value_integer(d->pid),
		      value_text(d->arch->name), value_integer(d->nr), value_text(args),
		      value_text(or_empty(d->text)), value_text(or_empty(d->action)),
		      value_integer((int64_t)(d->count ? d->count : 1)),
		      value_integer(d->last ? d->last : d->time), value_text(or_empty(d->source)),
		      value_text(or_empty(d->canary)));
}

int store_denial_put(struct store *s, const struct denial *d, struct err *e)
{
	autostr struct str args = { 0 };
	int r;

	for (unsigned i = 0; d->has_args && i < SYSCALL_ARGS; i++)
		str_putf(&args, "%s0x%" PRIx64, i ? " " : "", d->args[i]);
	if (args.failed)
		return err_set(e, -ENOMEM, "out of memory");
	r = db_begin(s->db, e);
	if (r)
		return r;
	r = insert(s, d, str_text(&args), e);
	if (!r)
		r = db_do(s->db, SQL_DENIAL_TRIM, e);
	if (!r)
		return db_commit(s->db, e);
	db_rollback(s->db);
	return r;
}

void denials_fini(struct denials *d)
{
	owned_fini(&d->strings);
	vec_fini(&d->all);
}

/* Six hexadecimal numbers, or nothing. */
static bool read_args(const char *text, uint64_t args[SYSCALL_ARGS])
{
	char *end = NULL;

	if (!*text)
		return false;
	for (unsigned i = 0; i < SYSCALL_ARGS; i++, text = end) {
		args[i] = strtoull(text, &end, 16);
		if (end == text)
			return false;
	}
	return true;
}

static int read_denial(const struct rows *row, struct denials *out)
{
	struct denial d = {
		.time = rows_integer(row, COLUMN_TIME),
		.last = rows_integer(row, COLUMN_LAST),
		.count = (uint64_t)rows_integer(row, COLUMN_COUNT),
		.app = owned_column(&out->strings, row, COLUMN_APP),
		.release = owned_column(&out->strings, row, COLUMN_RELEASE),
		.exe = owned_column(&out->strings, row, COLUMN_EXE),
		.pid = (int32_t)rows_integer(row, COLUMN_PID),
		.arch = arch_by_name(rows_text(row, COLUMN_ARCH)),
		.nr = (uint32_t)rows_integer(row, COLUMN_NR),
		.text = owned_column(&out->strings, row, COLUMN_TEXT),
		.action = owned_column(&out->strings, row, COLUMN_ACTION),
		.source = owned_column(&out->strings, row, COLUMN_SOURCE),
		.canary = owned_column(&out->strings, row, COLUMN_CANARY),
	};

	d.has_args = read_args(rows_text(row, COLUMN_ARGS), d.args);
	if (!d.app || !d.release || !d.exe || !d.text || !d.action || !d.source || !d.canary)
		return -ENOMEM;
	return d.arch ? vec_push(&out->all, d) : 0;
}

int store_denials(struct store *s, const char *app, const char *release, int64_t since,
		  struct denials *out, struct err *e)
{
	struct rows rows = rows_open(s->db, SQL_DENIAL_LIST, value_text(app), value_text(release),
				     value_integer(since));
	int r = 0;

	while (!r && rows_next(&rows))
		r = read_denial(&rows, out);
	int end = rows_end(&rows, e);
	return r ? err_set(e, r, "reading denials: out of memory") : end;
}
