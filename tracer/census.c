/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members by pid, and a short list of sessions. */
#include "tracer/census.h"

#include <errno.h>
#include <stdlib.h>

static void member_free(struct member *m)
{
	str_fini(&m->path);
	free(m);
}

void census_fini(struct census *c)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(&c->members, &at));)
		member_free(entry->value);
	map_fini(&c->members);
	vec_fini(&c->sessions);
	exes_fini(&c->exes);
}

bool census_has_session(const struct census *c, uint32_t session)
{
	vec_for(s, &c->sessions)
		if (*s == session)
			return true;
	return false;
}

int census_add_session(struct census *c, uint32_t session)
{
	return census_has_session(c, session) ? 0 : vec_push(&c->sessions, session);
}

struct member *census_find(const struct census *c, pid_t pid)
{
	return map_get(&c->members, &pid, sizeof(pid));
}

struct member *census_add(struct census *c, pid_t pid, pid_t parent)
{
	const struct member *above = census_find(c, parent);
	struct member *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->process.number = ++c->made;
	m->process.parent = above ? above->process.number : m->process.number;
	m->process.pid = pid;
	m->process.exe = above ? above->process.exe : NULL;
	m->status = -1;
	if (map_put(&c->members, &pid, sizeof(pid), m)) {
		free(m);
		return NULL;
	}
	return m;
}

void census_remove(struct census *c, struct member *m)
{
	map_remove(&c->members, &m->process.pid, sizeof(m->process.pid));
	member_free(m);
}
