/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose call it is, what that process executes, and telling it. */
#include "tracer/hearing.h"

#include "audit/text.h"
#include "base/cleanup.h"
#include "base/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
	UNKNOWN_ALL = 0x3f,  /* a SECCOMP record has no arguments, ... */
	UNKNOWN_LAST = 0x30, /* ... a SYSCALL record the first four */
	CMDLINE_MAX = 4096,
};

void hearing_fini(struct hearing *h)
{
	census_fini(&h->census);
	marked_fini(&h->command);
	free(h->launcher);
}

/* /proc/PID/cmdline of a process that may have gone on since. */
static int put_cmdline(pid_t pid, struct str *out)
{
	char path[64], bytes[CMDLINE_MAX];

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
	if (n <= 0)
		return -EFAULT;
	str_put_bytes(out, bytes, (size_t)n);
	return n < CMDLINE_MAX ? 0 : -ENAMETOOLONG;
}

/* What an argument of the call points to, as far as records say (struct probe's). */
static int probe_text(const struct event *event, unsigned arg, enum arg_class class,
		      struct str *out)
{
	const struct hearing *h =
		(const void *)((const char *)event->probe - offsetof(struct hearing, probe));

	if (event->kind == EVENT_SYSCALL || h->call->word_count)
		return audit_call_text(h->call, event->arch, arg, class, out);
	return put_cmdline(event->process->pid, out);
}

int hearing_begin(struct hearing *h)
{
	h->probe.text = probe_text;
	h->launcher = realpath("/proc/self/exe", NULL);
	if (!h->launcher)
		h->launcher = strdup("");
	int filters = procfs_number(getpid(), "Seccomp_filters");
	h->filters = filters + 1;
	if (filters)
		hearing_caveat(h, "this recorder is under a seccomp filter itself: calls that that "
				  "answers are not in the recording");
	return h->launcher ? 0 : -ENOMEM;
}

void hearing_caveat(struct hearing *h, const char *format, ...)
{
	va_list args;

	if (*h->outcome->caveat)
		return;
	va_start(args, format);
	vsnprintf(h->outcome->caveat, sizeof(h->outcome->caveat), format, args);
	va_end(args);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int tell(struct hearing *h, enum event_kind kind, const struct member *m,
		struct event *event)
{
	const struct sink *sink = h->recording->sink;

	event->kind = kind;
	event->process = &m->process;
	event->tid = m->process.pid;
	event->probe = &h->probe;
	event->unknown = UNKNOWN_ALL;
	return sink->event(sink->context, event);
}

static bool is_named(const struct arch *arch, uint32_t nr, const char *name)
{
	const struct syscall *call = arch_syscall(arch, nr);

	return call && strcmp(call->name, name) == 0;
}

/* A call that gave its process another program. */
static bool has_executed(const struct audit_call *call, const struct arch *arch)
{
	return call->has_args && call->is_success &&
	       (is_named(arch, call->nr, "execve") || is_named(arch, call->nr, "execveat"));
}

/* ---- processes ---- */

/* Gives the member the executable that the record names. True where it is another one. */
static int set_exe(struct hearing *h, struct member *m, const struct audit_call *call,
		   bool *is_other)
{
	const struct exe *exe;
	const char *path = call->exe.len ? str_text(&call->exe) : "?";

	*is_other = false;
	if (m->path.len && strcmp(str_text(&m->path), path) == 0)
		return 0;
	int r = exes_named(&h->census.exes, path, m->process.pid, &exe);
	if (r)
		return r;
	str_clear(&m->path);
	str_put(&m->path, path);
	*is_other = m->process.exe != exe;
	m->process.exe = exe;
	return m->path.failed ? -ENOMEM : 0;
}

static int tell_process(struct hearing *h, struct member *m, const struct audit_call *call)
{
	struct event event = { .time = call->time };
	enum event_kind kind = m->is_told ? EVENT_EXEC : EVENT_START;

	m->is_told = true;
	return tell(h, kind, m, &event);
}

/* The process that made the call, told to the sink before its first one. */
static int find_member(struct hearing *h, const struct audit_call *call, const struct arch *arch,
		       struct member **out)
{
	struct member *m = census_find(&h->census, call->pid);
	bool is_other = false, is_exec = has_executed(call, arch);
	int r = 0;

	if (!m) {
		pid_t parent = call->parent >= 0 ? call->parent : procfs_number(call->pid, "PPid");

		m = census_add(&h->census, call->pid,
			       census_find(&h->census, parent) ? parent : h->command.pid);
		if (!m)
			return -ENOMEM;
	}
	m->misses = 0;
	/* The record of a successful execve names what was executed; the call is its caller's. */
	if (!is_exec || !m->process.exe)
		r = set_exe(h, m, call, &is_other);
	if (!r && (is_other || !m->is_told))
		r = tell_process(h, m, call);
	*out = m;
	return r;
}

void hearing_reaped(struct hearing *h, pid_t pid, int status)
{
	struct member *m = census_find(&h->census, pid);

	if (m)
		m->status = status;
}

static int remove_member(struct hearing *h, struct member *m)
{
	struct event event = { .time = m->last, .status = m->status };
	int r = m->is_told ? tell(h, EVENT_EXIT, m, &event) : 0;

	census_remove(&h->census, m);
	return r;
}

/* Records may lag behind: a process is gone once it was found missing at several sweeps. */
int hearing_sweep(struct hearing *h, bool all)
{
	enum { MISSES = 10 };
	const struct map_entry *entry;
	vec_of(struct member *) gone = { 0 };
	int r = 0;

	for (size_t at = 0; !r && (entry = map_next(&h->census.members, &at));) {
		struct member *m = entry->value;

		if (!all && (!kill(m->process.pid, 0) || errno != ESRCH || ++m->misses < MISSES))
			continue;
		r = vec_push(&gone, m);
	}
	vec_for(m, &gone) {
		int code = remove_member(h, *m);

		r = r ? r : code;
	}
	vec_fini(&gone);
	return r;
}

/* ---- calls ---- */

/* Is it the recording's? A process that begins another session keeps its pid. */
static int is_ours(struct hearing *h, const struct audit_call *call, bool *is)
{
	const struct member *m;

	if (h->command.report && h->command.report->session &&
	    census_add_session(&h->census, h->command.report->session))
		return -ENOMEM;
	*is = census_has_session(&h->census, call->session);
	if (*is)
		return 0;
	m = census_find(&h->census, call->pid);
	*is = m && !m->misses && call->is_seccomp && call->session != (uint32_t)-1 &&
	      (call->action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_LOG;
	return *is ? census_add_session(&h->census, call->session) : 0;
}

/*
 * The launcher's own calls are not the command's: its execve calls where records come at a call's
 * start, all up to the successful one where they come at its end. True for those.
 */
static bool is_launchers(struct hearing *h, const struct audit_call *call, const struct arch *arch)
{
	const struct marked_report *report = h->command.report;

	if (call->pid != h->command.pid || report->setup_errno || report->exec_errno)
		return true;
	if (h->recording->want_args)
		return !has_executed(call, arch);
	/* Where a known execve is let through, none comes. */
	return is_named(arch, call->nr, "execve") && h->executions < report->executions &&
	       strcmp(str_text(&call->exe), h->launcher) == 0 && ++h->executions;
}

static void look_for_filters(struct hearing *h, const struct audit_call *call,
			     const struct arch *arch)
{
	bool is_seccomp = is_named(arch, call->nr, "seccomp");
	bool is_prctl = is_named(arch, call->nr, "prctl");
	bool has_filter;

	if ((!is_seccomp && !is_prctl) || *h->outcome->caveat)
		return;
	if (call->has_args)
		has_filter = call->is_success &&
			     (is_seccomp ? (uint32_t)call->args[0] <= SECCOMP_SET_MODE_FILTER
					 : (uint32_t)call->args[0] == PR_SET_SECCOMP);
	else
		has_filter = procfs_number(call->pid, "Seccomp_filters") > h->filters;
	if (has_filter)
		hearing_caveat(h, "a program installed a seccomp filter of its own: calls that it "
				  "answers are not in the recording");
}

static int tell_call(struct hearing *h, struct member *m, const struct audit_call *call,
		     const struct arch *arch)
{
	const struct sink *sink = h->recording->sink;
	struct event event = {
		.kind = EVENT_SYSCALL,
		.time = call->time,
		.process = &m->process,
		.tid = m->process.pid,
		.arch = arch,
		.nr = call->nr,
		.unknown = call->has_args ? UNKNOWN_LAST : UNKNOWN_ALL,
		.probe = &h->probe,
	};

	memcpy(event.args, call->args, sizeof(call->args));
	h->outcome->calls++;
	return sink->event(sink->context, &event);
}

static int tell_all(struct hearing *h, const struct audit_call *call, const struct arch *arch)
{
	struct member *m;
	bool is_first = !h->is_started, is_other;
	int r;

	h->is_started = true;
	r = find_member(h, call, arch, &m);
	if (r)
		return r;
	m->last = call->time;
	look_for_filters(h, call, arch);
	/* The command's own execve is the launcher's call. */
	if (is_first && has_executed(call, arch))
		return 0;
	r = tell_call(h, m, call, arch);
	if (r || !has_executed(call, arch))
		return r;
	str_clear(&m->path);
	r = set_exe(h, m, call, &is_other);
	return r ? r : tell_process(h, m, call);
}

int hearing_call(void *hearing, struct audit_call *call)
{
	struct hearing *h = hearing;
	const struct arch *arch;
	bool is = false;
	int r;

	if (beacon_is(&h->beacon, call)) {
		h->has_shone = true;
		return 0;
	}
	if (!h->command.pid)
		return 0;
	r = is_ours(h, call, &is);
	if (r || !is)
		return r;
	arch = arch_by_token(call->token, call->nr);
	if (!arch) {
		h->foreign += h->is_started;
		return 0;
	}
	if (!h->is_started && is_launchers(h, call, arch))
		return 0;
	h->call = call;
	return tell_all(h, call, arch);
}

void hearing_login(struct hearing *h, const struct record *record)
{
	struct fields fields = record_fields(record);
	struct field f;
	uint64_t session = 0, pid = 0;

	while (fields_next(&fields, &f)) {
		if (field_is(&f, "old-ses") && !field_number(&f, 10, &session))
			return;
		if (field_is(&f, "pid") && !field_number(&f, 10, &pid))
			return;
	}
	if (!h->recording->want_args || !census_has_session(&h->census, (uint32_t)session))
		return;
	h->foreign++;
	hearing_caveat(h,
		       "process %d began a login session of its own: what it did from then on is "
		       "not in the recording (without --args it is)",
		       (int)pid);
}

int hearing_end(struct hearing *h)
{
	const struct marked_report *report = h->command.report;
	struct audit_call call = { .time = now(), .pid = h->command.pid };
	struct member *m;
	bool is_other;
	int r;

	if (h->is_started || report->setup_errno || report->exec_errno || !report->executions)
		return 0;
	h->is_started = true;
	autofree char *path = realpath(report->path, NULL);
	str_put(&call.exe, path ? path : report->path);
	m = census_add(&h->census, h->command.pid, h->command.pid);
	r = m ? set_exe(h, m, &call, &is_other) : -ENOMEM;
	h->call = &call;
	if (!r) {
		m->last = call.time;
		r = tell_process(h, m, &call);
	}
	h->call = NULL;
	audit_call_fini(&call);
	return r;
}
