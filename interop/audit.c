/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * audit.log and `ausearch --raw`: the calls that rules had written down, and those that filters
 * logged. What a filter denied was never made and is left out.
 */
#include "audit/gather.h"
#include "audit/serials.h"
#include "audit/text.h"
#include "interop/format.h"
#include "interop/tale.h"

#include <errno.h>
#include <libaudit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

enum {
	UNKNOWN_ALL = 0x3f,
	UNKNOWN_LAST = 0x30, /* a4 and a5 are never written down */
	RESTART = 1 << 20,   /* serials that go back so far are of another boot */
};

struct reading {
	const struct format_filter *filter;
	struct tale tale;
	struct gather_sink sink;
	struct gather *gather;
	struct serials serials;
	uint64_t missing; /* of former boots */
	struct format_gaps gaps;
	struct probe probe;
	const struct audit_call *call; /* the one that is being told */
};

static int probe_text(const struct event *event, unsigned arg, enum arg_class class,
		      struct str *out)
{
	const struct reading *r =
		(const void *)((const char *)event->probe - offsetof(struct reading, probe));

	if (event->kind != EVENT_SYSCALL && !r->call->word_count)
		return -EFAULT;
	return audit_call_text(r->call, event->arch, arg, class, out);
}

static bool is_wanted(const struct format_filter *f, const struct audit_call *call)
{
	return (!f->exe || strcmp(f->exe, str_text(&call->exe)) == 0) &&
	       (!f->key || strcmp(f->key, str_text(&call->key)) == 0) &&
	       (!f->has_session || f->session == call->session);
}

static bool is_denied(const struct audit_call *call)
{
	return call->is_seccomp && (call->action & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_LOG;
}

static bool has_executed(const struct audit_call *call, const struct arch *arch)
{
	const struct syscall *s = arch_syscall(arch, call->nr);

	return call->has_args && call->is_success && s &&
	       (strcmp(s->name, "execve") == 0 || strcmp(s->name, "execveat") == 0);
}

/* The process, told where the sink does not know it or what it executes. */
static int find_process(struct reading *r, const struct audit_call *call, bool is_exec,
			struct tale_process **out)
{
	struct tale_process *p = tale_find(&r->tale, call->pid);
	const char *exe = call->exe.len ? str_text(&call->exe) : EXE_UNKNOWN;
	struct event event = { .time = call->time, .probe = &r->probe };

	if (!p)
		p = tale_add(&r->tale, call->pid, tale_find(&r->tale, call->parent));
	if (!p)
		return -ENOMEM;
	*out = p;
	/* The record of a successful execve names what was executed; the call is its caller's. */
	if (is_exec && p->process.exe)
		exe = p->process.exe->path;
	if (p->is_told && strcmp(p->process.exe->path, exe) == 0)
		return 0;
	return tale_execute(&r->tale, p, exe, &event);
}

static int tell(struct reading *r, const struct audit_call *call, const struct arch *arch)
{
	bool is_exec = has_executed(call, arch);
	struct tale_process *p;
	struct event event = {
		.time = call->time,
		.arch = arch,
		.nr = call->nr,
		.unknown = call->has_args ? UNKNOWN_LAST : UNKNOWN_ALL,
		.probe = &r->probe,
	};
	int code;

	memcpy(event.args, call->args, sizeof(call->args));
	r->call = call;
	code = find_process(r, call, is_exec, &p);
	if (!code)
		code = tale_call(&r->tale, p, &event);
	if (code || !is_exec || !call->exe.len)
		return code;
	struct event exec = { .time = call->time, .probe = &r->probe };
	return tale_execute(&r->tale, p, str_text(&call->exe), &exec);
}

static int take_call(void *reading, struct audit_call *call)
{
	struct reading *r = reading;
	const struct arch *arch = arch_by_token(call->token, call->nr);

	if (!is_wanted(r->filter, call))
		return 0;
	if (is_denied(call)) {
		r->gaps.denied++;
		return 0;
	}
	if (!arch) {
		r->gaps.unknown++;
		return 0;
	}
	r->gaps.damaged += call->is_incomplete;
	return tell(r, call, arch);
}

static void *audit_begin(const struct sink *sink, const struct format_filter *filter)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->filter = filter;
	r->tale.sink = sink;
	r->sink = (struct gather_sink){ .call = take_call, .context = r };
	r->probe.text = probe_text;
	r->gather = gather_new(&r->sink);
	if (r->gather)
		return r;
	free(r);
	return NULL;
}

static void audit_free(void *reading)
{
	struct reading *r = reading;

	gather_free(r->gather);
	tale_fini(&r->tale);
	free(r);
}

/* auditd's own records (DAEMON_*) have numbers of its own. */
static void note_serial(struct reading *r, const struct record *record)
{
	if (record->type >= AUDIT_FIRST_DAEMON && record->type <= AUDIT_LAST_DAEMON)
		return;
	if (r->serials.is_begun && r->serials.next - record->serial < INT32_MAX &&
	    r->serials.next - record->serial > RESTART) {
		r->missing += serials_missing(&r->serials);
		memset(&r->serials, 0, sizeof(r->serials));
	}
	serials_note(&r->serials, record->serial);
}

static int audit_line(void *reading, const char *line, size_t len)
{
	struct reading *r = reading;
	struct record record;
	int code = record_parse_line(line, len, &record);

	if (code) {
		r->gaps.damaged += code != -ENOMSG;
		return 0;
	}
	note_serial(r, &record);
	return gather_add(r->gather, &record);
}

static int audit_end(void *reading, struct format_gaps *gaps)
{
	struct reading *r = reading;
	int code = gather_flush(r->gather, UINT64_MAX);
	const struct gather_figures *figures = gather_figures(r->gather);

	r->gaps.damaged += figures->damaged;
	r->gaps.missing = r->filter->is_selection
				  ? 0
				  : r->missing + serials_missing(&r->serials) + figures->headless;
	r->gaps.nameless = r->tale.nameless;
	r->gaps.caveat = "an audit log has only the calls that rules and filters asked for";
	*gaps = r->gaps;
	return code;
}

const struct format format_audit = {
	.name = "audit",
	.summary = "audit.log, rotated or not, and what ausearch --raw prints",
	.begin = audit_begin,
	.line = audit_line,
	.end = audit_end,
	.free = audit_free,
};
