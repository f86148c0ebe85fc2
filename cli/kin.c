/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose denials are ours. */
#include "cli/kin.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/canary.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
	ANCESTORS_MAX = 64,
	MEMORY_TIME = 100 * 1000000, /* nanoseconds */
	/* A record's time is that of the last tick (kernel/audit.c, audit_log_start), which come a
	 * hundred times a second at least, cut to milliseconds: it may be before its cause's. */
	TICK = 11 * 1000000,
};

void kin_init(struct kin *k, const char *app)
{
	k->app = app;
	k->begun = k->last = canary_now();
}

int kin_add_exe(struct kin *k, const char *path)
{
	return map_put(&k->exes, path, strlen(path), k);
}

int kin_add_policy(struct kin *k, const struct policy *policy)
{
	vec_for(block, &policy->blocks) {
		vec_for(rule, &block->rules) {
			vec_for(exe, &rule->from.exes) {
				if (kin_add_exe(k, *exe))
					return -ENOMEM;
			}
		}
	}
	return 0;
}

void kin_fini(struct kin *k)
{
	map_fini(&k->exes);
	canaries_fini(&k->list);
	vec_fini(&k->watched);
}

/* The parent of a process that is still there, else 0: proc(5), field 4 of stat. */
static pid_t parent_of(pid_t pid)
{
	char path[64], text[512];
	const char *at;
	uint64_t parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = 0;
	/* "PID (NAME) STATE PARENT ...": the name may hold anything. */
	at = strrchr(text, ')');
	if (!at || strlen(at) < 4 || !number_after(at + 3, " ", &parent) || parent > INT_MAX)
		return 0;
	return (pid_t)parent;
}

/* Is it the canary's first process? One that has gone keeps its number for a moment. */
static bool is_first(const struct canary_watch *w, pid_t pid, int64_t time)
{
	return w->pid == pid && (!w->is_over || (time >= w->c.start - TICK && time <= w->c.finish));
}

/* The index + 1 of the canary that a process is, or descends from; 0: none. */
static size_t find_canary(const struct kin *k, pid_t pid, int64_t time)
{
	for (int i = 0; k->watched.len && pid > 0 && i < ANCESTORS_MAX; i++) {
		for (size_t c = 0; c < k->watched.len; c++)
			if (is_first(&k->watched.data[c], pid, time))
				return c + 1;
		pid = parent_of(pid);
	}
	return 0;
}

static const struct canary_watch *canary_of(struct kin *k, pid_t pid, int64_t time)
{
	struct kin_memory *m = &k->memory[(unsigned)pid % KIN_MEMORY];
	int64_t now = canary_now();

	if (m->pid != pid || m->until < now)
		*m = (struct kin_memory){ pid, now + MEMORY_TIME, find_canary(k, pid, time) };
	return m->canary ? &k->watched.data[m->canary - 1] : NULL;
}

bool kin_has(struct kin *k, pid_t pid, int64_t time, const char *exe, const char **app,
	     const char **canary)
{
	const struct canary_watch *w = canary_of(k, pid, time);

	if (w) {
		*app = w->c.app;
		*canary = w->c.uuid;
		return true;
	}
	if (!k->app)
		return true;
	*app = k->app;
	return map_get(&k->exes, exe, strlen(exe)) != NULL;
}

static struct canary_watch *find(struct kin *k, const char *uuid)
{
	vec_for(w, &k->watched) {
		if (strcmp(w->c.uuid, uuid) == 0)
			return w;
	}
	return NULL;
}

/* Points into the list that is new. */
static void borrow(struct canary_watch *w, const struct canary *c)
{
	w->c.app = c->app;
	w->c.release = c->release;
	w->c.profile = c->profile;
	w->c.lifeline = c->lifeline;
}

/* Those that live and are new to us, and those that came and went since we looked last. */
static int welcome(struct kin *k)
{
	vec_for(c, &k->list.all) {
		struct canary_watch w = { .c = *c, .is_from_start = c->start >= k->begun };
		struct canary_watch *known = find(k, c->uuid);

		if (known) {
			borrow(known, c);
			continue;
		}
		w.pid = canary_number(c);
		if (!w.pid)
			continue;
		if (!canary_pid(c) && !w.is_from_start)
			continue;
		if (vec_push(&k->watched, w))
			return -ENOMEM;
		/* Strangers may have become kin. */
		memset(k->memory, 0, sizeof(k->memory));
	}
	return 0;
}

static int update(const struct kin *k, struct store *s, struct canary_watch *w, int64_t now,
		  bool is_lossless, struct err *e)
{
	int64_t since = w->c.start > k->last ? w->c.start : k->last;

	if (w->is_over)
		return 0;
	w->is_from_start &= is_lossless;
	w->c.finish = now;
	w->c.watched += is_lossless && now > since ? now - since : 0;
	if (!canary_pid(&w->c)) {
		w->is_over = true;
		w->c.is_whole |= w->is_from_start;
	}
	return store_canary_update(s, &w->c, e);
}

int kin_meet(struct kin *k, struct store *s, int64_t now, uint64_t losses, bool is_live,
	     struct err *e)
{
	struct canaries list = { 0 };
	int r = store_canaries(s, k->app, &list, e);

	if (!r) {
		struct canaries old = k->list;

		k->list = list;
		list = (struct canaries){ 0 };
		/* The names that the watched ones borrow move to the new list first. */
		r = welcome(k) ? err_set(e, -ENOMEM, "out of memory") : 0;
		canaries_fini(&old);
	}
	canaries_fini(&list);
	vec_for(w, &k->watched) {
		if (!r && is_live)
			r = update(k, s, w, now, !losses, e);
	}
	k->last = now;
	return r;
}

unsigned kin_alive(const struct kin *k)
{
	unsigned alive = 0;

	vec_for(w, &k->watched)
		alive += !w->is_over;
	return alive;
}
