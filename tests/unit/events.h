/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_EVENTS_H
#define TESTS_UNIT_EVENTS_H

/* Events as a back end would tell them, made by hand, and private databases to put them into. */

#include "base/cleanup.h"
#include "store/store.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct exe sh __attribute__((unused)) = { 0, "/bin/sh", "build-id:01" };
static const struct exe cat __attribute__((unused)) = { 1, "/bin/cat", "sha256:02" };
static const struct process first __attribute__((unused)) = { 0, 0, 100, &sh };
static const struct process second __attribute__((unused)) = { 1, 0, 101, &cat };

/* The strings that the fake caller's memory holds, told by address. */
static inline int fake_text(const struct event *event, unsigned arg, enum arg_class class,
			    struct str *out)
{
	const char *text = (const char *)(uintptr_t)event->args[arg];

	if (class == ARG_ARGV) {
		str_put_bytes(out, "cat\0-n", sizeof("cat\0-n"));
		return 0;
	}
	if (event->args[arg] < 4096)
		return -EFAULT;
	str_put(out, text);
	return 0;
}

static inline int fake_stack(const struct event *event, struct str *out)
{
	str_putf(out, "frame of %u\nmain\n", event->nr);
	return 0;
}

static const struct probe fake_probe __attribute__((unused)) = { .text = fake_text };
static const struct probe stack_probe
	__attribute__((unused)) = { .text = fake_text, .stack = fake_stack };

#define ADDRESS(text) ((uint64_t)(uintptr_t)(text))

/* A call of the first process with these arguments. */
#define call(name, ...) call_of(&first, name, (const uint64_t[SYSCALL_ARGS]){ __VA_ARGS__ })

static inline struct event call_of(const struct process *process, const char *name,
				   const uint64_t args[SYSCALL_ARGS])
{
	const struct syscall *found = arch_syscall_named(arch_native(), name);
	struct event event = {
		.kind = EVENT_SYSCALL,
		.time = 1000,
		.process = process,
		.tid = process->pid,
		.arch = arch_native(),
		.nr = found ? found->nr : 0,
		.probe = &fake_probe,
	};

	assert_non_null(found);
	memcpy(event.args, args, sizeof(event.args));
	return event;
}

static inline struct event event_of(enum event_kind kind, const struct process *process)
{
	return (struct event){ .kind = kind,
			       .time = 900,
			       .process = process,
			       .tid = process->pid,
			       .probe = &fake_probe,
			       .status = -1 };
}

/* A folder of its own for every test that wants one; removed with all it holds. */
struct folder {
	char path[64];
};

static inline void folder_init(struct folder *f)
{
	/* In memory where that can be had: a hundred databases are synced to disk otherwise. */
	strcpy(f->path,
	       access("/dev/shm", W_OK) ? "/tmp/wont-unit-XXXXXX" : "/dev/shm/wont-unit-XXXXXX");
	assert_non_null(mkdtemp(f->path));
}

static inline void folder_fini(struct folder *f)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", f->path);
	assert_int_equal(system(command), 0);
}

/* folder/name in a buffer that lasts until the fourth next call. */
static inline const char *in(const struct folder *f, const char *name)
{
	static char paths[4][160];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", f->path, name);
	return path;
}

static inline struct store *opened(const char *path, enum store_mode mode)
{
	struct store *s = NULL;
	struct err e = { 0 };

	if (store_open(path, mode, &s, &e))
		fail_msg("%s", e.text);
	return s;
}

static inline struct recorder *recording(struct store *s, const char *app, const char *release)
{
	struct run_start start = {
		.app = app, .release = release, .backend = "fake", .command = "cat -n"
	};
	struct recorder *r = NULL;
	struct err e = { 0 };

	if (recorder_open(s, &start, &r, &e))
		fail_msg("%s", e.text);
	return r;
}

static inline void tell(struct recorder *r, struct event event)
{
	if (recorder_event(r, &event))
		fail_msg("%s", recorder_error(r)->text);
}

static inline void finish(struct recorder *r, enum run_state state)
{
	struct err e = { 0 };

	if (recorder_close(r, state, "", 0, 0, &e))
		fail_msg("%s", e.text);
}

#endif
