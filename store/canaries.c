/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs under a profile that only reports: the evidence that it may kill. */
#include "base/cleanup.h"
#include "store/internal.h"

#include <errno.h>
#include <string.h>

/* Columns of SQL_CANARY_LIST. */
enum {
	COLUMN_UUID,
	COLUMN_APP,
	COLUMN_RELEASE,
	COLUMN_PROFILE,
	COLUMN_START,
	COLUMN_FINISH,
	COLUMN_WATCHED,
	COLUMN_WHOLE,
	COLUMN_LIFELINE,
};

int store_canary_put(struct store *s, struct canary *c, struct err *e)
{
	char uuid[sizeof(c->uuid)];
	int r;

	strcpy(uuid, c->uuid);
	r = *uuid ? 0 : uuid_make(uuid, e);
	if (!r)
		r = db_run(s->db, SQL_CANARY_INSERT, e, value_text(uuid),
			   value_text(or_empty(c->app)), value_text(or_empty(c->release)),
			   value_text(or_empty(c->profile)), value_integer(c->start),
			   value_integer(c->finish), value_integer(c->watched),
			   value_integer(c->is_whole), value_text(or_empty(c->lifeline)));
	if (!r)
		strcpy(c->uuid, uuid);
	return r;
}

int store_canary_update(struct store *s, const struct canary *c, struct err *e)
{
	return db_run(s->db, SQL_CANARY_UPDATE, e, value_text(c->uuid), value_integer(c->finish),
		      value_integer(c->watched), value_integer(c->is_whole));
}

void canaries_fini(struct canaries *c)
{
	owned_fini(&c->strings);
	vec_fini(&c->all);
}

static int read_canary(const struct rows *row, struct canaries *out)
{
	const char *uuid = rows_text(row, COLUMN_UUID);
	struct canary c = {
		.app = owned_column(&out->strings, row, COLUMN_APP),
		.release = owned_column(&out->strings, row, COLUMN_RELEASE),
		.profile = owned_column(&out->strings, row, COLUMN_PROFILE),
		.start = rows_integer(row, COLUMN_START),
		.finish = rows_integer(row, COLUMN_FINISH),
		.watched = rows_integer(row, COLUMN_WATCHED),
		.is_whole = rows_integer(row, COLUMN_WHOLE) != 0,
		.lifeline = owned_column(&out->strings, row, COLUMN_LIFELINE),
	};

	if (!c.app || !c.release || !c.profile || !c.lifeline)
		return -ENOMEM;
	if (strlen(uuid) != sizeof(c.uuid) - 1)
		return 0; /* damaged: no evidence */
	strcpy(c.uuid, uuid);
	return vec_push(&out->all, c);
}

int store_canaries(struct store *s, const char *app, struct canaries *out, struct err *e)
{
	struct rows rows = rows_open(s->db, SQL_CANARY_LIST, value_text(app));
	int r = 0;

	while (!r && rows_next(&rows))
		r = read_canary(&rows, out);
	int end = rows_end(&rows, e);
	return r ? err_set(e, r, "reading canaries: out of memory") : end;
}
