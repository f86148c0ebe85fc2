/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stops at calls: tell the sink, then see to the few calls that would escape or upset the tracing.
 */
#include "base/str.h"
#include "tracer/memory.h"
#include "tracer/registers.h"
#include "tracer/session.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#define X32_BIT 0x40000000u /* asm/unistd.h: __X32_SYSCALL_BIT */

enum watch {
	WATCH_NONE,
	WATCH_SECCOMP,
	WATCH_PRCTL,
	WATCH_CLONE,
	WATCH_PTRACE,
	WATCH_MAPPINGS,
	WATCH_OPEN,	  /* the path is the first argument */
	WATCH_OPENAT,	  /* the second */
	WATCH_AFFINITY,	  /* tells where threads may run */
	WATCH_SCHEDULING, /* says it */
};

static const struct {
	const char *name;
	enum watch watch;
} watched[] = {
	{ "seccomp", WATCH_SECCOMP },
	{ "prctl", WATCH_PRCTL },
	{ "clone", WATCH_CLONE },
	{ "ptrace", WATCH_PTRACE },
	{ "mmap", WATCH_MAPPINGS },
	{ "mmap2", WATCH_MAPPINGS },
	{ "munmap", WATCH_MAPPINGS },
	{ "mprotect", WATCH_MAPPINGS },
	{ "mremap", WATCH_MAPPINGS },
	{ "open", WATCH_OPEN },
	{ "openat", WATCH_OPENAT },
	{ "openat2", WATCH_OPENAT },
	{ "sched_getaffinity", WATCH_AFFINITY },
	{ "sched_setaffinity", WATCH_SCHEDULING },
	{ "sched_setattr", WATCH_SCHEDULING },
};

/* Adds an arch: NULL when there is no room, which is no loss on a machine with three ABIs. */
static struct abi *add_abi(struct session *s, const struct arch *arch)
{
	struct abi *abi = &s->abis[s->abi_count];

	if (s->abi_count == countof(s->abis))
		return NULL;
	s->abi_count++;
	abi->arch = arch;
	for (size_t i = 0; i < countof(watched); i++) {
		const struct syscall *call = arch_syscall_named(arch, watched[i].name);

		if (call && call->nr - arch->nr_base < sizeof(abi->watch))
			abi->watch[call->nr - arch->nr_base] = (uint8_t)watched[i].watch;
	}
	return abi;
}

/* The abi of a call, or NULL for one without tables. */
static const struct abi *find_abi(struct session *s, uint32_t token, uint32_t nr)
{
	const struct abi *last = &s->abis[s->last_abi];

	/* Only x86_64's token has two arches; there the bit decides, and -1 has it too. */
	if (s->abi_count && token == s->last_token && nr != UINT32_MAX &&
	    ((nr ^ last->arch->nr_base) & X32_BIT) == 0)
		return last;
	const struct arch *arch = arch_by_token(token, nr);
	if (!arch)
		return NULL;
	const struct abi *abi = NULL;
	for (unsigned i = 0; i < s->abi_count && !abi; i++)
		if (s->abis[i].arch == arch)
			abi = &s->abis[i];
	if (!abi)
		abi = add_abi(s, arch);
	if (abi) {
		s->last_abi = (unsigned)(abi - s->abis);
		s->last_token = token;
	}
	return abi;
}

/* The program asks for a filter. From now on its calls are met at their entry, before filters. */
static void watch_filter(struct session *s, struct thread *thread, bool is_strict, uint64_t flags)
{
	struct group *group = thread->group;
	const struct map_entry *e;

	if (is_strict) {
		/* kernel/seccomp.c, seccomp_may_assign_mode: strict mode excludes filters. */
		session_caveat(
			s,
			"a program asked for seccomp's strict mode, which it cannot get while it "
			"is recorded");
		return;
	}
	thread->has_filter = group->has_own_filter = true;
	if (!(flags & SECCOMP_FILTER_FLAG_TSYNC))
		return;
	/* The siblings get it too, whatever they are doing: stop them, to resume them the other
	 * way. */
	for (size_t at = 0; (e = map_next(&s->tree.threads, &at));) {
		struct thread *sibling = e->value;

		if (sibling->group != group || sibling == thread || sibling->has_filter)
			continue;
		sibling->has_filter = true;
		ptrace(PTRACE_INTERRUPT, sibling->tid, 0, 0);
	}
}

/* CLONE_UNTRACED would let the child out of our sight, its calls all answered ENOSYS. */
static void watch_clone(struct thread *thread, const struct event *event)
{
	uint64_t flags = event->args[0];

	if (!(flags & CLONE_UNTRACED))
		return;
	thread->is_narrow = event->arch->bits == 32;
	thread->flags = flags;
	registers_set_first(thread->tid, thread->is_narrow, flags & ~(uint64_t)CLONE_UNTRACED);
}

void call_restore_flags(struct thread *thread)
{
	if (thread->flags)
		registers_set_first(thread->tid, thread->is_narrow, thread->flags);
	thread->flags = 0;
}

static void watch_ptrace(struct session *s, uint64_t request)
{
	if (request == PTRACE_TRACEME || request == PTRACE_ATTACH || request == PTRACE_SEIZE)
		session_caveat(s,
			       "a program tried to trace another, which it cannot do while the "
			       "ptrace back end records it; the audit back end (-b audit) lets it");
}

/* /proc/PID/status tells the affinity too; however the path leads there, it ends so. */
static void watch_open(struct session *s, const struct event *event, unsigned path)
{
	static const char name[] = "status";
	const size_t len = sizeof(name) - 1;
	autostr struct str text = { 0 };

	if (!s->place.is_held || memory_text(event, path, ARG_PATH, &text))
		return;
	if (text.len >= len && memcmp(text.data + text.len - len, name, len) == 0)
		place_shun(&s->place, &s->tree);
}

/* What a call means to the tracing, once it has been told and is about to be executed. */
static void watch_call(struct session *s, struct thread *thread, const struct event *event,
		       enum watch watch)
{
	const uint64_t *args = event->args;
	uint32_t first = (uint32_t)args[0];

	switch (watch) {
	case WATCH_NONE:
		break;
	case WATCH_SECCOMP:
		if (first == SECCOMP_SET_MODE_STRICT)
			watch_filter(s, thread, true, 0);
		/* Without a program it is a question, and fails (libseccomp asks so). */
		else if (first == SECCOMP_SET_MODE_FILTER && args[2])
			watch_filter(s, thread, false, args[1]);
		break;
	case WATCH_PRCTL:
		if (first == PR_SET_SECCOMP && args[1] == SECCOMP_MODE_STRICT)
			watch_filter(s, thread, true, 0);
		else if (first == PR_SET_SECCOMP && args[1] == SECCOMP_MODE_FILTER && args[2])
			watch_filter(s, thread, false, 0);
		break;
	case WATCH_CLONE:
		watch_clone(thread, event);
		break;
	case WATCH_PTRACE:
		watch_ptrace(s, args[0]);
		break;
	case WATCH_MAPPINGS:
		thread->group->mappings++;
		break;
	case WATCH_OPEN:
	case WATCH_OPENAT:
		watch_open(s, event, watch == WATCH_OPENAT);
		break;
	case WATCH_AFFINITY:
		place_shun(&s->place, &s->tree);
		break;
	case WATCH_SCHEDULING:
		place_end(&s->place, &s->tree);
		break;
	}
}

/* Asks the sink what is to become of the call: > 0 the errno that answers it, 0, VERDICT_KILL. */
static int ask(struct session *s, const struct event *event)
{
	const struct sink *sink = s->recording->sink;

	return sink->verdict ? sink->verdict(sink->context, event) : 0;
}

/*
 * Tells a call of the thread: 0, or the sink's error. thread->answer is the errno it is to get. Its
 * process is killed where the sink says so: the call is not executed then, the kernel sees to that.
 */
static int tell(struct session *s, struct thread *thread, uint32_t token, uint32_t nr,
		const uint64_t args[SYSCALL_ARGS])
{
	const struct abi *abi = find_abi(s, token, nr);
	struct event event = { .nr = nr };

	thread->answer = 0;
	if (!abi) {
		s->outcome->lost++;
		/* What cannot be told cannot be judged either. */
		if (s->recording->sink->verdict)
			kill(thread->group->process.pid, SIGKILL);
		return 0;
	}
	event.arch = abi->arch;
	memcpy(event.args, args, sizeof(event.args));
	s->outcome->calls++;
	int r = session_tell(s, EVENT_SYSCALL, thread, &event);
	if (r < 0)
		return r;
	int verdict = ask(s, &event);
	if (verdict < 0) {
		kill(thread->group->process.pid, SIGKILL);
		return 0;
	}
	thread->answer = (uint16_t)verdict;
	uint32_t index = nr - abi->arch->nr_base;
	if (!verdict && index < sizeof(abi->watch) && abi->watch[index])
		watch_call(s, thread, &event, abi->watch[index]);
	return 0;
}

int call_traced(struct session *s, struct thread *thread)
{
	struct __ptrace_syscall_info info;
	int r = 0;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof(info), &info) < 0)
		return errno == ESRCH ? 0 : -errno;
	if (!s->is_started) {
		session_resume(thread, 0);
		return 0;
	}
	place_note(&s->place, &s->tree, thread);
	if (!thread->is_in_call)
		r = tell(s, thread, info.arch, (uint32_t)info.seccomp.nr, info.seccomp.args);
	thread->is_in_call = thread->has_filter;
	if (info.seccomp.ret_data != TRACE_RECORD)
		thread->answer = ENOSYS; /* clone3, or a RET_TRACE of the program's own */
	if (thread->answer)
		registers_answer(thread->tid, thread->answer);
	thread->answer = 0;
	session_resume(thread, 0);
	return r;
}

int call_entered_or_left(struct session *s, struct thread *thread)
{
	struct __ptrace_syscall_info info;
	int r = 0;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof(info), &info) < 0)
		return errno == ESRCH ? 0 : -errno;
	thread->is_in_call = info.op == PTRACE_SYSCALL_INFO_ENTRY && s->is_started;
	if (thread->is_in_call)
		r = tell(s, thread, info.arch, (uint32_t)info.entry.nr, info.entry.args);
	else
		call_restore_flags(thread);
	session_resume(thread, 0);
	return r;
}
