/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading runs: which there are, and which ones a word means. */
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/lock.h"

#include <errno.h>
#include <string.h>

const char *run_state_name(enum run_state state)
{
	switch (state) {
	case RUN_RUNNING:
		return "running";
	case RUN_COMPLETE:
		return "complete";
	case RUN_TRUNCATED:
		return "truncated";
	case RUN_LOSSY:
		return "lossy";
	case RUN_PARTIAL:
		return "partial";
	}
	return "?";
}

bool run_state_parse(const char *word, enum run_state *state)
{
	for (enum run_state s = RUN_RUNNING; s <= RUN_PARTIAL; s++) {
		if (strcmp(word, run_state_name(s)) == 0) {
			*state = s;
			return true;
		}
	}
	return false;
}

void runs_fini(struct runs *r)
{
	vec_for(run, &r->all) {
		free(run->app);
		free(run->release);
		free(run->backend);
		free(run->command);
		free(run->reason);
		free(run->known);
		free(run->kernel);
		free(run->machine);
	}
	vec_fini(&r->all);
}

/* One row of RUN_COLUMNS. The strings that cannot be had stay NULL. */
static int read_run(const struct rows *row, struct run *run, struct err *e)
{
	const char *uuid = rows_text(row, 1);

	if (strlen(uuid) != sizeof(run->uuid) - 1 ||
	    !run_state_parse(rows_text(row, 8), &run->state))
		return err_set(e, -EINVAL, "the database is damaged: run %lld makes no sense",
			       (long long)rows_integer(row, 0));
	strcpy(run->uuid, uuid);
	run->id = rows_integer(row, 0);
	run->app = strdup(rows_text(row, 2));
	run->release = strdup(rows_text(row, 3));
	run->backend = strdup(rows_text(row, 4));
	run->command = strdup(rows_text(row, 5));
	run->reason = strdup(rows_text(row, 6));
	run->known = strdup(rows_text(row, 7));
	run->start = rows_integer(row, 9);
	run->duration = rows_integer(row, 10);
	run->calls = (uint64_t)rows_integer(row, 11);
	run->lost = (uint64_t)rows_integer(row, 12);
	run->distinct = (uint64_t)rows_integer(row, 13);
	run->status = (int)rows_integer(row, 14);
	run->kernel = strdup(rows_text(row, 15));
	run->machine = strdup(rows_text(row, 16));
	if (!run->app || !run->release || !run->backend || !run->command || !run->reason ||
	    !run->known || !run->kernel || !run->machine)
		return err_set(e, -ENOMEM, "out of memory");
	return 0;
}

/* An unfinished run that nobody records any more reads as what it is. */
static int see_through(const struct store *s, struct run *run, struct err *e)
{
	if (run->state != RUN_RUNNING || lock_is_held(s->path, run->uuid))
		return 0;
	run->state = RUN_TRUNCATED;
	free(run->reason);
	run->reason = strdup(reason_unfinished);
	return run->reason ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* All rows of a statement that lists runs, added to out. */
static int read_runs(const struct store *s, struct rows *rows, struct runs *out, struct err *e)
{
	int r = 0;

	while (!r && rows_next(rows)) {
		struct run *run = vec_add(&out->all);

		r = run ? read_run(rows, run, e) : err_set(e, -ENOMEM, "out of memory");
		if (!r)
			r = see_through(s, run, e);
	}
	int end = rows_end(rows, r ? NULL : e);
	return r ? r : end;
}

int runs_select(struct store *s, enum query q, struct value value, struct runs *out, struct err *e)
{
	struct rows rows = rows_open(s->db, q, value);

	return read_runs(s, &rows, out, e);
}

int store_runs(struct store *s, const char *app, const char *release, struct runs *out,
	       struct err *e)
{
	autoruns struct runs found = { 0 };
	struct rows rows = rows_open(s->db, SQL_RUN_LIST, value_text(app), value_text(release));
	int r = read_runs(s, &rows, &found, e);

	if (r)
		return r;
	*out = found;
	found = (struct runs){ 0 };
	return 0;
}
