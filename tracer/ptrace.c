/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ptrace back end: seize the command, follow every process and thread that comes of it, pass
 * every signal and stop on as if nobody were there. ptrace(2) is the reference; comments name what
 * it leaves out.
 */
#include "tracer/ptrace.h"

#include "base/procfs.h"
#include "tracer/memory.h"
#include "tracer/relay.h"
#include "tracer/session.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum {
	OPTIONS = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD |
		  PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		  PTRACE_O_TRACEEXEC,
	SYSCALL_TRAP = SIGTRAP | 0x80, /* what TRACESYSGOOD makes of a stop at a call */
	FAIR_EVERY = 32,	       /* stops taken one by one before all that wait are taken */
	FAIR_MAX = 64,		       /* of them at a time */
};

/* A stop or an end as waitpid tells it. */
struct change {
	pid_t tid;
	int status;
};

void session_resume(const struct thread *thread, int signal)
{
	bool is_watched = thread->has_filter || thread->flags;

	ptrace(is_watched ? PTRACE_SYSCALL : PTRACE_CONT, thread->tid, 0, (long)signal);
}

void session_caveat(struct session *s, const char *format, ...)
{
	va_list args;

	if (*s->outcome->caveat)
		return;
	va_start(args, format);
	vsnprintf(s->outcome->caveat, sizeof(s->outcome->caveat), format, args);
	va_end(args);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int session_tell(struct session *s, enum event_kind kind, const struct thread *thread,
		 struct event *event)
{
	const struct sink *sink = s->recording->sink;

	event->kind = kind;
	event->time = now();
	event->process = &thread->group->process;
	event->tid = thread->tid;
	event->probe = &s->probe;
	return sink->event(sink->context, event);
}

static int probe_stack(const struct event *event, struct str *out)
{
	struct session *s = (void *)((char *)event->probe - offsetof(struct session, probe));
	const struct group *group = tree_group(&s->tree, event->process->pid);
	struct stack_owner owner = {
		.pid = event->process->pid,
		.process = event->process->number,
		.mappings = group ? group->mappings : 0,
	};

	return stacks_print(s->stacks, &owner, event->tid, out);
}

static bool is_stop_signal(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* PTRACE_EVENT_STOP: a group-stop, the first stop of a thread, or the end of a group-stop. */
static void stopped(struct session *s, struct thread *thread, int signal)
{
	call_restore_flags(thread);
	if (!is_stop_signal(signal)) {
		session_resume(thread, 0);
		return;
	}
	/* Stay stopped, but hear of SIGCONT. */
	ptrace(PTRACE_LISTEN, thread->tid, 0, 0);
	if (thread->tid == s->spawn.pid)
		relay_stop(signal);
}

int session_dispatch(struct session *s, pid_t tid, int status)
{
	struct thread *thread = tree_thread(&s->tree, tid);
	int event = status >> 16;

	if (!WIFSTOPPED(status))
		return family_gone(s, thread, status);
	if (s->is_stopping) {
		kill(tid, SIGKILL);
		return 0;
	}
	if (!thread || !thread->group)
		return family_hold(s, tid, thread, status);
	if (event == PTRACE_EVENT_SECCOMP)
		return call_traced(s, thread);
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE)
		return family_created(s, thread, event);
	if (event == PTRACE_EVENT_EXEC)
		return family_executed(s, thread->group);
	if (event == PTRACE_EVENT_STOP)
		stopped(s, thread, WSTOPSIG(status));
	else if (WSTOPSIG(status) == SYSCALL_TRAP)
		return call_entered_or_left(s, thread);
	else
		session_resume(thread, event ? 0 : WSTOPSIG(status));
	return 0;
}

static void kill_all(struct session *s, int signal)
{
	const struct map_entry *e;

	for (size_t at = 0; (e = map_next(&s->tree.groups, &at));)
		kill(((struct group *)e->value)->process.pid, signal);
}

/* Those who wait for their creators to tell of them would wait for ever. */
static void kill_held(struct session *s)
{
	const struct map_entry *e;

	for (size_t at = 0; s->tree.held && (e = map_next(&s->tree.threads, &at));) {
		const struct thread *thread = e->value;

		if (!thread->group && !thread->is_gone)
			kill(thread->tid, SIGKILL);
	}
}

/* Ends the recording: what is left of it is waited for, but no longer told. */
static void stop(struct session *s)
{
	s->is_stopping = true;
	kill_all(s, SIGKILL);
	kill_held(s);
}

/* A signal to us is meant for the command, or for what it leaves behind. */
static void pass_on(struct session *s, int signal)
{
	if (tree_group(&s->tree, s->spawn.pid))
		kill(s->spawn.pid, signal);
	else
		kill_all(s, signal);
}

static int housekeep(struct session *s)
{
	const struct sink *sink = s->recording->sink;
	int r, signal;

	while ((signal = relay_next()))
		pass_on(s, signal);
	if (!relay_has_ticked() || s->is_stopping)
		return 0;
	place_tick(&s->place, &s->tree);
	r = family_adopt(s);
	return r >= 0 && sink->tick ? sink->tick(sink->context) : r;
}

/*
 * Takes what waitpid has to tell: one change, waiting for it; now and then all that there are,
 * since the kernel looks at the youngest tracee first and an old one might wait for ever. Returns
 * their number, 0 after a signal, negative when no tracee is left.
 */
static int take_changes(const struct session *s, unsigned turn, struct change changes[FAIR_MAX])
{
	bool is_fair = s->tree.threads.count > 1 && turn % FAIR_EVERY == 0;
	int n = 0;

	do {
		struct change *c = &changes[n];

		c->tid = waitpid(-1, &c->status, n ? __WALL | WNOHANG : __WALL);
		if (c->tid <= 0)
			break;
		n++;
	} while (is_fair && n < FAIR_MAX);
	return n || errno != ECHILD ? n : -ECHILD;
}

/* Until the last process has gone. The first error is what the recording fails with. */
static int follow(struct session *s)
{
	struct change changes[FAIR_MAX];
	int n, failure = 0;

	for (unsigned turn = 0; (n = take_changes(s, turn, changes)) >= 0; turn++) {
		int r = 0;

		for (int i = 0; i < n; i++) {
			r = session_dispatch(s, changes[i].tid, changes[i].status);
			if (r < 0 && !failure) {
				failure = r;
				stop(s);
			}
		}
		r = housekeep(s);
		if (r < 0 && !failure) {
			failure = r;
			stop(s);
		}
	}
	return failure;
}

/* The command as the first process of the tree, before its execve. */
static int plant(struct session *s)
{
	struct group *group = tree_add_group(&s->tree, s->spawn.pid, NULL);
	struct thread *thread = group ? tree_add_thread(&s->tree, s->spawn.pid) : NULL;

	if (!thread)
		return -ENOMEM;
	tree_join(&s->tree, thread, group);
	/* A filter that we are under ourselves (a container's) is the command's, too. */
	thread->has_filter = group->has_own_filter = prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER;
	return 0;
}

/* Why the command's execve never succeeded, if it did not. */
static int look_at_report(struct session *s, struct err *e)
{
	const struct spawn_report *report = s->spawn.report;

	s->outcome->no_new_privs = report->no_new_privs;
	s->outcome->exec_errno = s->is_started ? 0 : report->exec_errno;
	if (!procfs_is_ours())
		session_caveat(s, "/proc is not there, or that of another pid namespace: "
				  "executables have no names");
	if (s->is_started || report->exec_errno)
		return 0;
	if (report->setup_errno)
		return err_sys(e, -report->setup_errno, "cannot install the recording filter");
	return err_set(e, -EINTR, "the command was killed before it could be executed");
}

static int run(struct session *s, struct err *e)
{
	struct relay relay;

	relay_hold(&relay);
	int r = spawn_command(s->recording, OPTIONS, &relay.mask, &s->spawn, e);
	if (r) {
		sigprocmask(SIG_SETMASK, &relay.mask, NULL);
		return r;
	}
	relay_begin(&relay);
	r = plant(s);
	if (r)
		stop(s);
	/* What a known profile lets through would learn its affinity unseen. */
	if (!s->recording->filter)
		place_begin(&s->place);
	int failure = follow(s);
	place_end(&s->place, &s->tree);
	relay_end(&relay);
	r = r ? r : failure;
	return r ? err_sys(e, r, "the recording ended early") : look_at_report(s, e);
}

static int ptrace_check(struct err *e)
{
	return spawn_check(OPTIONS, e);
}

static int ptrace_record(const struct recording *recording, struct outcome *outcome, struct err *e)
{
	struct session s = {
		.recording = recording,
		.outcome = outcome,
		.probe = { .text = memory_text, .words = memory_words },
	};

	*outcome = (struct outcome){ .status = -1 };
	if (recording->want_stacks) {
		s.stacks = stacks_new();
		if (!s.stacks)
			return err_set(e, -ENOTSUP, "this wont was built without libdw: no stacks");
		s.probe.stack = probe_stack;
	}
	int r = run(&s, e);
	spawn_fini(&s.spawn);
	tree_fini(&s.tree);
	exes_fini(&s.exes);
	stacks_free(s.stacks);
	return r;
}

const struct backend backend_ptrace = {
	.name = "ptrace",
	.summary = "stops at every call; all arguments, strings and stacks; needs no privileges",
	.check = ptrace_check,
	.record = ptrace_record,
};
