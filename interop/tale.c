/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes by pid, executables by path. Nothing here is of this machine. */
#include "interop/tale.h"

#include "interop/format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void process_free(struct tale_process *p)
{
	str_fini(&p->pending);
	free(p);
}

static void exe_free(struct exe *exe)
{
	free((char *)exe->path);
	free(exe);
}

void tale_fini(struct tale *t)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(&t->processes, &at));)
		process_free(entry->value);
	vec_for(exe, &t->all)
		exe_free(*exe);
	vec_fini(&t->all);
	map_fini(&t->processes);
	map_fini(&t->exes);
}

struct tale_process *tale_find(const struct tale *t, pid_t pid)
{
	return map_get(&t->processes, &pid, sizeof(pid));
}

struct tale_process *tale_add(struct tale *t, pid_t pid, const struct tale_process *parent)
{
	struct tale_process *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->process.number = ++t->made;
	p->process.parent = parent ? parent->process.number : p->process.number;
	p->process.pid = pid;
	p->process.exe = parent ? parent->process.exe : NULL;
	p->arch = parent ? parent->arch : NULL;
	if (map_put(&t->processes, &pid, sizeof(pid), p)) {
		free(p);
		return NULL;
	}
	return p;
}

static const struct exe *find_exe(struct tale *t, const char *path)
{
	struct exe *exe = map_get(&t->exes, path, strlen(path));

	if (exe)
		return exe;
	exe = calloc(1, sizeof(*exe));
	if (!exe || !(exe->path = strdup(path)) || vec_push(&t->all, exe)) {
		if (exe)
			exe_free(exe);
		return NULL;
	}
	exe->number = (uint32_t)t->all.len - 1;
	exe->id = "";
	return map_put(&t->exes, path, strlen(path), exe) ? NULL : exe;
}

static int tell(struct tale *t, struct tale_process *p, enum event_kind kind, struct event *event)
{
	event->kind = kind;
	event->process = &p->process;
	event->tid = p->process.pid;
	return t->sink->event(t->sink->context, event);
}

int tale_execute(struct tale *t, struct tale_process *p, const char *path, struct event *event)
{
	const struct exe *exe = find_exe(t, path);
	enum event_kind kind = p->is_told ? EVENT_EXEC : EVENT_START;

	if (!exe)
		return -ENOMEM;
	t->nameless += strcmp(path, EXE_UNKNOWN) == 0;
	p->process.exe = exe;
	p->is_told = true;
	return tell(t, p, kind, event);
}

int tale_exit(struct tale *t, struct tale_process *p, int status, uint64_t time)
{
	struct event event = { .time = time, .status = status };
	int r = p->is_told ? tell(t, p, EVENT_EXIT, &event) : 0;

	map_remove(&t->processes, &p->process.pid, sizeof(p->process.pid));
	process_free(p);
	return r;
}

int tale_call(struct tale *t, struct tale_process *p, struct event *event)
{
	if (!p->is_told) {
		struct event start = { .time = event->time };
		int r = tale_execute(t, p, p->process.exe ? p->process.exe->path : EXE_UNKNOWN,
				     &start);

		if (r)
			return r;
	}
	return tell(t, p, EVENT_SYSCALL, event);
}
