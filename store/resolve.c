/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What "APP", "APP@RELEASE", a run's id or its UUID means. */
#include "base/cleanup.h"
#include "store/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
	NEAR_NAMES = 3,	   /* how many an error names */
	UUID_PREFIX = 4,   /* fewer digits of one mean nothing */
	DISTANCE_MAX = 64, /* longer names are cut before they are compared */
};

static int app_runs(struct store *s, const char *app, const char *release, int64_t *count,
		    struct err *e)
{
	*count = 0;
	return db_integer(s->db, SQL_APP_COUNT, count, e, value_text(app), value_text(release));
}

/* All runs of the release whose last run started last. */
static int last_release(struct store *s, const char *app, struct runs *out, struct err *e)
{
	autofree char *release = NULL;
	struct rows rows = rows_open(s->db, SQL_RELEASE_LAST, value_text(app));

	if (rows_next(&rows))
		release = strdup(rows_text(&rows, 0));
	int r = rows_end(&rows, e);
	if (r)
		return r;
	if (!release)
		return err_set(e, -ENOMEM, "out of memory");
	return store_runs(s, app, release, out, e);
}

/* *found stays false where no app of that name, or "APP@RELEASE", has runs. */
static int by_app(struct store *s, const char *spec, struct runs *out, bool *found, struct err *e)
{
	autofree char *app = strdup(spec);
	int64_t count = 0;
	int r;

	if (!app)
		return err_set(e, -ENOMEM, "out of memory");
	r = app_runs(s, app, NULL, &count, e);
	if (!r && count) {
		*found = true;
		return last_release(s, app, out, e);
	}
	char *at = strrchr(app, '@');
	if (r || !at)
		return r;
	*at = 0;
	r = app_runs(s, app, at + 1, &count, e);
	if (r || !count)
		return r;
	*found = true;
	return store_runs(s, app, at + 1, out, e);
}

static bool is_number(const char *spec, int64_t *number)
{
	char *end;

	if (!*spec || strspn(spec, "0123456789") != strlen(spec))
		return false;
	errno = 0;
	*number = strtoll(spec, &end, 10);
	return !errno;
}

static bool is_uuid_prefix(const char *spec)
{
	size_t len = strlen(spec);

	return len >= UUID_PREFIX && len <= 36 && strspn(spec, "0123456789abcdef-") == len;
}

/* *found stays false where no run has that id or UUID. */
static int by_run(struct store *s, const char *spec, struct runs *out, bool *found, struct err *e)
{
	autoruns struct runs runs = { 0 };
	int64_t id;
	int r = 0;

	if (is_number(spec, &id))
		r = runs_select(s, SQL_RUN_BY_ID, value_integer(id), &runs, e);
	if (!r && !runs.all.len && is_uuid_prefix(spec))
		r = runs_select(s, SQL_RUN_BY_UUID, value_text(spec), &runs, e);
	if (r || !runs.all.len)
		return r;
	if (runs.all.len > 1)
		return err_set(e, -EINVAL,
			       "\"%s\" begins the UUID of several runs; give more of it", spec);
	*found = true;
	*out = runs;
	runs = (struct runs){ 0 };
	return 0;
}

/* How many letters have to be changed, added or taken (Levenshtein). */
static unsigned distance(const char *a, const char *b)
{
	size_t len_a = strnlen(a, DISTANCE_MAX), len_b = strnlen(b, DISTANCE_MAX);
	unsigned row[DISTANCE_MAX + 1];

	for (unsigned j = 0; j <= len_b; j++)
		row[j] = j;
	for (unsigned i = 1; i <= len_a; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= len_b; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len_b];
}

struct near {
	char *name;
	unsigned distance;
};

/* Keeps the nearest names, best first; name is the caller's. */
static int near_add(struct near near[NEAR_NAMES], const char *name, unsigned far)
{
	unsigned at = NEAR_NAMES;

	while (at && (!near[at - 1].name || far < near[at - 1].distance))
		at--;
	if (at == NEAR_NAMES)
		return 0;
	char *copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	free(near[NEAR_NAMES - 1].name);
	memmove(&near[at + 1], &near[at], (NEAR_NAMES - 1 - at) * sizeof(near[0]));
	near[at] = (struct near){ copy, far };
	return 0;
}

/* Every "APP@RELEASE" of the store, compared with what was asked for. */
static int near_find(struct store *s, const char *spec, struct near near[NEAR_NAMES], struct err *e)
{
	struct rows rows = rows_open(s->db, SQL_APP_NAMES);
	bool has_release = strchr(spec, '@');
	autostr struct str name = { 0 };
	autostr struct str last = { 0 };
	int r = 0;

	while (!r && rows_next(&rows)) {
		const char *release = rows_text(&rows, 1);

		str_clear(&name);
		str_put(&name, rows_text(&rows, 0));
		if (has_release && *release)
			str_putf(&name, "@%s", release);
		if (strcmp(str_text(&name), str_text(&last)) == 0)
			continue;
		r = name.failed ? -ENOMEM
				: near_add(near, str_text(&name), distance(spec, str_text(&name)));
		str_clear(&last);
		str_put(&last, str_text(&name));
	}
	int end = rows_end(&rows, e);
	return r ? err_set(e, r, "out of memory") : end;
}

static int not_found(struct store *s, const char *spec, struct err *e)
{
	struct near near[NEAR_NAMES] = { 0 };
	autostr struct str names = { 0 };
	int r = near_find(s, spec, near, e);

	for (unsigned i = 0; i < NEAR_NAMES && near[i].name; i++) {
		str_putf(&names, "%s%s", i ? ", " : "", near[i].name);
		free(near[i].name);
	}
	if (r)
		return r;
	if (!names.len)
		return err_set(e, -ENOENT, "no runs of \"%s\": %s holds none at all", spec,
			       s->path);
	return err_set(e, -ENOENT, "no runs of \"%s\" in %s; the nearest names are: %s", spec,
		       s->path, str_text(&names));
}

int store_resolve(struct store *s, const char *spec, struct runs *out, struct err *e)
{
	bool found = false;
	int r = by_app(s, spec, out, &found, e);

	if (!r && !found)
		r = by_run(s, spec, out, &found, e);
	if (r || found)
		return r;
	return not_found(s, spec, e);
}
