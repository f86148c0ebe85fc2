/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was observed of an app, a release or a run. */
#include "cli/seen.h"

#include "base/cleanup.h"
#include "cli/board.h"

#include <string.h>

enum { NAMES_SHOWN = 4 }; /* of an executable, in its heading */

/* A name that an executable was called by; borrowed. */
struct alias {
	const char *name;
	size_t len;
};

struct aliases {
	vec_of(struct alias) all;
};

/* Denials are of an app and a release; nobody knows of which run. */
static int find_denials(struct seen *seen, struct store *s, const char *word, struct err *e)
{
	const struct run *run = &seen->runs.all.data[0];

	if (strncmp(word, run->app, strlen(run->app)) != 0)
		return 0;
	return store_denials(s, run->app, run->release, 0, &seen->denials, e);
}

int seen_find(struct seen *seen, const char *word, const char *db, struct err *e)
{
	autofree char *path = NULL;
	autostore struct store *s = NULL;
	int r = store_path(db, &path, e);

	if (!r)
		r = store_open(path, STORE_READ, &s, e);
	if (!r)
		r = store_resolve(s, word, &seen->runs, e);
	if (!r)
		r = store_observations(s, &seen->runs, true, &seen->observations, e);
	return r ? r : find_denials(seen, s, word, e);
}

void seen_fini(struct seen *seen)
{
	observations_fini(&seen->observations);
	runs_fini(&seen->runs);
	denials_fini(&seen->denials);
}

static bool is_same_place(const struct observation *a, const struct observation *b)
{
	return a->arch == b->arch && strcmp(a->exe, b->exe) == 0 &&
	       strcmp(a->exe_id, b->exe_id) == 0;
}

static struct alias base_name(const char *path, size_t len)
{
	const char *slash = memrchr(path, '/', len);
	size_t skip = slash ? (size_t)(slash - path) + 1 : 0;

	return (struct alias){ path + skip, len - skip };
}

/* What the program was told that it is called: "-bash" says that it is a login shell. */
static struct alias called_name(const struct observation *o)
{
	size_t len = o->command_len ? strnlen(o->command, o->command_len) : 0;
	struct alias name = len ? base_name(o->command, len) : (struct alias){ 0 };

	if (name.len > 1 && *name.name == '-')
		name = (struct alias){ name.name + 1, name.len - 1 };
	return name;
}

static bool is_same_name(const struct alias *a, const struct alias *b)
{
	return a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}

static bool has_name(const struct aliases *names, const struct alias *name)
{
	vec_for(known, &names->all)
		if (is_same_name(known, name))
			return true;
	return false;
}

/* The names, other than its own, by which the executable of the observation `at` was called. */
static int find_aliases(const struct observations *o, size_t at, struct aliases *names)
{
	const struct observation *first = &o->all.data[at];
	struct alias own = base_name(first->exe, strlen(first->exe));

	for (size_t i = at; i < o->all.len && is_same_place(first, &o->all.data[i]); i++) {
		struct alias name = called_name(&o->all.data[i]);

		if (!name.len || is_same_name(&name, &own) || has_name(names, &name))
			continue;
		if (vec_push(&names->all, name))
			return -1;
	}
	return 0;
}

static void put_aliases(struct str *out, const struct observations *o, size_t at)
{
	struct aliases names = { 0 };

	out->failed |= find_aliases(o, at, &names) != 0;
	for (size_t i = 0; i < names.all.len && i < NAMES_SHOWN; i++) {
		str_put(out, i ? ", " : "  (as ");
		str_put_escaped(out, names.all.data[i].name, names.all.data[i].len);
	}
	if (names.all.len > NAMES_SHOWN)
		str_putf(out, " and %zu more", names.all.len - NAMES_SHOWN);
	str_put(out, names.all.len ? ")" : "");
	vec_fini(&names.all);
}

void seen_heading(struct str *out, const struct seen *seen, size_t at)
{
	const struct observation *o = &seen->observations.all.data[at];

	if (at && is_same_place(o - 1, o))
		return;
	str_putc(out, '\n');
	str_put_escaped(out, o->exe, strlen(o->exe));
	put_aliases(out, &seen->observations, at);
	str_putf(out, "  %s", o->arch->name);
	if (*o->exe_id) {
		str_put(out, "  ");
		str_put_escaped(out, o->exe_id, strlen(o->exe_id));
	}
	str_putc(out, '\n');
}

static json_t *denials_json(const struct denials *denials)
{
	json_t *list = json_array();

	vec_for(d, &denials->all) {
		if (json_array_append_new(list, denial_json(d, NULL))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *seen_json(const struct seen *seen)
{
	const struct run *run = &seen->runs.all.data[0];
	json_t *list = json_array();

	vec_for(o, &seen->observations.all) {
		if (json_array_append_new(list, tuple_json(o))) {
			json_decref(list);
			return NULL;
		}
	}
	return json_pack("{s:o, s:o, s:i, s:o, s:o}", "app", json_bytes(run->app, strlen(run->app)),
			 "release", json_bytes(run->release, strlen(run->release)), "runs",
			 (int)seen->runs.all.len, "observations", list, "denials",
			 denials_json(&seen->denials));
}
