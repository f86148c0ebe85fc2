/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strace -f -o FILE, with whatever else it was told to print: symbolic, raw (-e raw, -X raw) and
 * verbose. What a form does not tell stays unknown.
 */
#include "interop/format.h"
#include "interop/strace_line.h"
#include "interop/tale.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	UNKNOWN_ALL = 0x3f,
	NAME_MAX_LEN = 64,
	PENDING_MAX = 1 << 20, /* bytes of a call that was broken off */
	ALONE = 1,	       /* the pid of a log without pids */
};

struct reading {
	const struct format_filter *filter;
	struct tale tale;
	struct format_gaps gaps;
	struct probe probe;
	bool is_started; /* the traced command's own execve has come */
	pid_t maker;	 /* who is making a process, as far as broken off calls tell; 0: nobody */
	uint64_t time;	 /* of the last line that had one */
	struct span texts[SYSCALL_ARGS]; /* the arguments of the call that is being told */
};

static int probe_text(const struct event *event, unsigned arg, enum arg_class class,
		      struct str *out)
{
	const struct reading *r =
		(const void *)((const char *)event->probe - offsetof(struct reading, probe));
	bool is_cut;

	/* A process is told of with the argv of its execve, which is that call's second argument.
	 */
	if (event->kind != EVENT_SYSCALL)
		arg = 1;
	if (!strace_text(class, r->texts[arg], out, &is_cut))
		return -EFAULT;
	return is_cut ? -ENAMETOOLONG : 0;
}

static bool is_named(struct span s, const char *name)
{
	return s.len == strlen(name) && memcmp(s.at, name, s.len) == 0;
}

/* The call's number: by name, or "syscall_0x1ff" for one that strace has no name for. */
static bool find_number(const struct arch *arch, struct span name, uint32_t *nr)
{
	const struct syscall *call;
	char text[NAME_MAX_LEN], *end;

	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.at, name.len);
	text[name.len] = 0;
	if (strncmp(text, "syscall_0x", 10) == 0) {
		*nr = (uint32_t)strtoul(text + 8, &end, 16);
		return !*end;
	}
	call = arch_syscall_named(arch, text);
	if (call)
		*nr = call->nr;
	return call;
}

/* strace writes some arguments as NAME=VALUE, in an order of its own: where they belong; -1. */
static int place_of(const struct signature *signature, struct span *argument)
{
	static const char *const aliases[][2] = {
		{ "child_stack", "stack" },
		{ "child_tidptr", "child_tid" },
		{ "parent_tidptr", "parent_tid" },
		{ "parent_tid", "parent_tid" },
	};
	const char *equals = memchr(argument->at, '=', argument->len);
	char name[NAME_MAX_LEN];
	size_t len = equals ? (size_t)(equals - argument->at) : 0;

	if (!len || len >= sizeof(name) ||
	    strspn(argument->at, "abcdefghijklmnopqrstuvwxyz_") != len)
		return -2;
	memcpy(name, argument->at, len);
	name[len] = 0;
	argument->at += len + 1;
	argument->len -= len + 1;
	for (size_t i = 0; i < countof(aliases); i++)
		if (strcmp(name, aliases[i][0]) == 0)
			return signature_arg(signature, aliases[i][1]);
	return signature_arg(signature, name);
}

/* Values and texts of the arguments, and which of them are not known. */
static void read_arguments(struct reading *r, struct span all, struct event *event)
{
	const struct syscall *call = arch_syscall(event->arch, event->nr);
	struct span argument;
	unsigned count = 0;

	event->unknown = UNKNOWN_ALL;
	memset(r->texts, 0, sizeof(r->texts));
	while (call && strace_argument(&all, &argument)) {
		int place = place_of(call->signature, &argument);
		unsigned at = place == -2 ? count : (unsigned)place;

		count++;
		if (at >= SYSCALL_ARGS)
			continue;
		r->texts[at] = argument;
		if (strace_value(event->arch, argument, &event->args[at]))
			event->unknown &= (uint8_t) ~(1u << at);
	}
	/* Where 64-bit numbers take two registers, or fewer are shown, the places are not ours. */
	if (call && event->arch->bits == 32 && count != call->signature->count)
		event->unknown = UNKNOWN_ALL;
}

/* "NAME" of an execve: its first argument, execveat's second. Raw values are none. */
static void put_path(const struct reading *r, struct span name, struct str *out)
{
	bool is_cut;
	unsigned arg = is_named(name, "execveat");

	if (!strace_text(ARG_PATH, r->texts[arg], out, &is_cut) || !out->len)
		str_put(out, EXE_UNKNOWN);
}

static bool is_success(const struct strace_line *line)
{
	return line->result.len && *line->result.at != '-' && *line->result.at != '?';
}

static bool is_maker(struct span name)
{
	return is_named(name, "fork") || is_named(name, "vfork") || is_named(name, "clone") ||
	       is_named(name, "clone3");
}

/* The child that a successful fork, vfork, clone or clone3 made. */
static int take_child(struct reading *r, const struct strace_line *line,
		      const struct tale_process *parent)
{
	long pid;

	if (!is_maker(line->name) || !is_success(line))
		return 0;
	pid = strtol(line->result.at, NULL, 0);
	if (pid <= 0 || pid > INT32_MAX || tale_find(&r->tale, (pid_t)pid))
		return 0;
	return tale_add(&r->tale, (pid_t)pid, parent) ? 0 : -ENOMEM;
}

static bool is_wanted(const struct reading *r, const struct tale_process *p)
{
	const char *exe = p->process.exe ? p->process.exe->path : EXE_UNKNOWN;

	return !r->filter->exe || strcmp(exe, r->filter->exe) == 0;
}

static int take_execve(struct reading *r, const struct strace_line *line, struct tale_process *p)
{
	autostr struct str path = { 0 };
	struct event event = { .time = r->time, .probe = &r->probe };

	put_path(r, line->name, &path);
	r->is_started = true;
	return path.failed ? -ENOMEM : tale_execute(&r->tale, p, str_text(&path), &event);
}

static int take_call(struct reading *r, const struct strace_line *line, struct tale_process *p)
{
	struct event event = { .time = r->time, .arch = p->arch, .probe = &r->probe };
	bool is_exec = is_named(line->name, "execve") || is_named(line->name, "execveat");
	bool is_own = is_exec && !r->is_started && is_success(line);
	int code = 0;

	if (!find_number(p->arch, line->name, &event.nr)) {
		r->gaps.unknown++;
		return 0;
	}
	read_arguments(r, line->arguments, &event);
	/* The command's own execve is strace's call; what it tries before it, too. */
	if (!is_own && (r->is_started || !is_exec) && is_wanted(r, p))
		code = tale_call(&r->tale, p, &event);
	if (!code && is_exec && is_success(line))
		code = take_execve(r, line, p);
	return code ? code : take_child(r, line, p);
}

/* Joins the two halves of a call and takes it. */
static int take_resumed(struct reading *r, const struct strace_line *rest, struct tale_process *p)
{
	struct strace_line whole = { 0 };
	int code = 0;

	if (!p->pending.len) {
		r->gaps.missing++;
		return 0;
	}
	str_put_bytes(&p->pending, rest->arguments.at, rest->arguments.len);
	if (p->pending.failed)
		return -ENOMEM;
	strace_body_parse((struct span){ p->pending.data, p->pending.len }, &whole);
	if (whole.kind == STRACE_CALL && whole.name.len == rest->name.len &&
	    memcmp(whole.name.at, rest->name.at, rest->name.len) == 0)
		code = take_call(r, &whole, p);
	else
		r->gaps.damaged++;
	str_clear(&p->pending);
	return code;
}

/* A call that was never resumed was entered all the same: it ended with its process. */
static int take_pending(struct reading *r, struct tale_process *p)
{
	struct strace_line line = { 0 };
	int code = 0;

	if (!p->pending.len)
		return 0;
	str_put(&p->pending, ") = ?");
	if (p->pending.failed)
		return -ENOMEM;
	strace_body_parse((struct span){ p->pending.data, p->pending.len }, &line);
	if (line.kind == STRACE_CALL)
		code = take_call(r, &line, p);
	else
		r->gaps.damaged++;
	str_clear(&p->pending);
	return code;
}

static int break_off(struct reading *r, const struct strace_line *line, struct tale_process *p)
{
	int code = take_pending(r, p);

	if (is_maker(line->name))
		r->maker = p->process.pid;
	if (line->name.len + 1 + line->arguments.len > PENDING_MAX) {
		r->gaps.damaged++;
		return code;
	}
	str_put_bytes(&p->pending, line->name.at, line->name.len);
	str_putc(&p->pending, '(');
	str_put_bytes(&p->pending, line->arguments.at, line->arguments.len);
	return p->pending.failed ? -ENOMEM : code;
}

static void set_mode(const struct strace_line *line, struct tale_process *p)
{
	const char *name = line->is_x32 ? "x32" : line->bits == 32 ? "i386" : "x86_64";
	const struct arch *arch = arch_by_name(name);

	/* strace says so of other machines than this one in the same words. */
	if (arch_native() == arch_by_name("x86_64") && arch)
		p->arch = arch;
}

static int take_line(struct reading *r, const struct strace_line *line)
{
	pid_t pid = line->pid ? line->pid : ALONE;
	struct tale_process *p = tale_find(&r->tale, pid);
	int code;

	if (line->kind == STRACE_OTHER)
		return 0;
	if (line->kind == STRACE_DAMAGED) {
		r->gaps.damaged++;
		return 0;
	}
	/* A child's first calls may come before the end of the one that made it. */
	if (!p)
		p = tale_add(&r->tale, pid, r->maker ? tale_find(&r->tale, r->maker) : NULL);
	if (!p)
		return -ENOMEM;
	if (!p->arch)
		p->arch = arch_native();
	switch (line->kind) {
	case STRACE_CALL:
		return take_call(r, line, p);
	case STRACE_UNFINISHED:
		return break_off(r, line, p);
	case STRACE_RESUMED:
		return take_resumed(r, line, p);
	case STRACE_EXITED:
		code = take_pending(r, p);
		return code ? code : tale_exit(&r->tale, p, line->status, r->time);
	case STRACE_MODE:
		set_mode(line, p);
		return 0;
	case STRACE_OTHER:
	case STRACE_DAMAGED:
		break;
	}
	return 0;
}

static void *strace_begin(const struct sink *sink, const struct format_filter *filter)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->filter = filter;
	r->tale.sink = sink;
	r->probe.text = probe_text;
	return r;
}

static int strace_next(void *reading, const char *text, size_t len)
{
	struct reading *r = reading;
	struct strace_line line;

	strace_line_parse(text, len, &line);
	if (line.time)
		r->time = line.time;
	return take_line(r, &line);
}

static int strace_end(void *reading, struct format_gaps *gaps)
{
	struct reading *r = reading;
	const struct map_entry *entry;
	int code = 0;

	for (size_t at = 0; !code && (entry = map_next(&r->tale.processes, &at));)
		code = take_pending(r, entry->value);
	if (!r->is_started)
		r->gaps.caveat =
			"the log does not begin with the command's execve: calls before it "
			"may be missing";
	r->gaps.nameless = r->tale.nameless;
	*gaps = r->gaps;
	return code;
}

static void strace_free(void *reading)
{
	struct reading *r = reading;

	tale_fini(&r->tale);
	free(r);
}

const struct format format_strace = {
	.name = "strace",
	.summary = "what strace -f -o writes, also with -v, -e raw=all, -X, -y, -t",
	.begin = strace_begin,
	.line = strace_next,
	.end = strace_end,
	.free = strace_free,
};
