/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `enforce --explain`: the parent that decides about every call that the profile would kill. */
#include "cli/judge.h"

#include "base/cleanup.h"
#include "cli/proved.h"
#include "cli/say.h"
#include "enforce/filter.h"
#include "enforce/kills.h"
#include "enforce/program.h"
#include "tracer/tracer.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct bench {
	const struct judgement *j;
	const struct policy *left; /* what is left to the kernel: kills_trace() of the policy */
	struct clerk clerk;
	uint64_t condemned; /* number of the first process if we killed it, else UINT64_MAX */
};

static struct call call_of(const struct event *event)
{
	struct call call = { .nr = event->nr, .token = event->arch->token };

	memcpy(call.args, event->args, sizeof(call.args));
	return call;
}

static int on_event(void *context, const struct event *event)
{
	(void)context;
	(void)event;
	return 0;
}

static int on_tick(void *context)
{
	struct bench *b = context;

	clerk_tick(&b->clerk);
	return 0;
}

static int condemn(struct bench *b, const struct event *event)
{
	autostr struct str text = { 0 };

	clerk_draft(&b->clerk, event, &text);
	clerk_publish(&b->clerk, &text);
	if (b->j->sentence.kind == ACTION_LOG)
		return 0;
	if (b->j->sentence.kind == ACTION_ERRNO)
		return b->j->sentence.data;
	if (event->process->parent == event->process->number)
		b->condemned = event->process->number;
	return VERDICT_KILL;
}

/* What a call gets that the kernel left to us. */
static int decide(struct bench *b, const struct event *event, struct action action)
{
	switch (action.kind) {
	case ACTION_ALLOW:
	case ACTION_LOG:
		return 0;
	case ACTION_TRACE:
	case ACTION_NOTIFY:
		return ENOSYS; /* as without a tracer or listener: seccomp(2) */
	case ACTION_ERRNO:
		return action.data ? action.data : VERDICT_KILL;
	case ACTION_KILL_PROCESS:
	case ACTION_KILL_THREAD:
		return condemn(b, event);
	case ACTION_TRAP:
		break;
	}
	return VERDICT_KILL;
}

/* Does the call make a listener? */
static bool is_for_listener(const struct event *event)
{
	const struct syscall *call = arch_syscall(event->arch, event->nr);

	return call && strcmp(call->name, "seccomp") == 0 &&
	       (uint32_t)event->args[0] == SECCOMP_SET_MODE_FILTER &&
	       event->args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

/*
 * The back end asks about all calls of a program with filters of its own: those that our filter
 * decides by itself are left to it. A kill is a kill wherever the call is met; but an errno takes
 * the place of a call only where it meets our filter, and never does where a listener of the
 * program's own lets it go on. So there is none, as there is none under --supervise.
 */
static int verdict(void *context, const struct event *event)
{
	const struct action ours = { ACTION_TRACE, TRACE_RECORD };
	struct bench *b = context;
	const struct call call = call_of(event);
	int r;

	if (!action_equal(policy_eval(b->left, &call, NULL), ours))
		return 0;
	r = decide(b, event, policy_eval(b->j->policy, &call, NULL));
	return !r && b->j->sentence.kind == ACTION_ERRNO && is_for_listener(event) ? EBUSY : r;
}

static int compile(const struct policy *left, struct sock_fprog *program, struct err *e)
{
	autofilter struct filter f = { 0 };
	int r = proved_compile(left, &f, NULL, e);

	if (r)
		return r;
	program->filter = calloc(f.insns.len, sizeof(*program->filter));
	if (!program->filter)
		return err_set(e, -ENOMEM, "out of memory");
	program->len = (unsigned short)f.insns.len;
	for (size_t i = 0; i < f.insns.len; i++)
		program->filter[i] = f.insns.data[i].code;
	return 0;
}

static int exit_status(const struct bench *b, const struct outcome *o)
{
	struct err e = { 0 };

	if (o->exec_errno) {
		err_sys(&e, -o->exec_errno, "cannot execute %s", b->j->argv[0]);
		return say_fail(&e, o->exec_errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
	}
	if (b->condemned != UINT64_MAX)
		return 128 + SIGSYS; /* as the kernel would have killed it */
	return WIFSIGNALED(o->status) ? 128 + WTERMSIG(o->status) : WEXITSTATUS(o->status);
}

struct clerk judgement_clerk(const struct judgement *j, const char *source)
{
	return (struct clerk){
		.policy = j->policy,
		.sentence = j->sentence,
		.source = source,
		.store = j->store,
		.canary = j->canary,
	};
}

/* What can be said beforehand about the command: as plain enforce does. */
static int check_command(const struct judgement *j, struct err *e)
{
	autoprogram struct program program = { 0 };
	int r = program_find(j->argv[0], getenv("PATH"), &program, e);

	if (r)
		return r == -ENOENT   ? EXIT_NOT_FOUND
		       : r == -EACCES ? EXIT_NOT_EXECUTABLE
				      : EXIT_WONT;
	return program_check(&program, j->policy, e) ? EXIT_WONT : 0;
}

/* A filter above may have a listener, too, that lets a call go on before ours could refuse it. */
static int check_filters(const struct judgement *j, struct err *e)
{
	if (j->sentence.kind != ACTION_ERRNO || prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
		return 0;
	return err_set(e, -EBUSY,
		       "this process is under a seccomp filter already, behind which --explain "
		       "cannot be sure to refuse a call: let it kill, or use --supervise");
}

static int run(struct bench *b, const struct sock_fprog *filter, struct outcome *o, struct err *e)
{
	const struct backend *backend = backend_by_name("ptrace");
	const struct sink sink = {
		.event = on_event, .tick = on_tick, .verdict = verdict, .context = b
	};
	const struct recording recording = {
		.argv = b->j->argv,
		.filter = filter,
		.want_no_new_privs = true,
		.sink = &sink,
	};

	return backend->record(&recording, o, e);
}

int judge(const struct judgement *j)
{
	autopolicy struct policy *left = policy_clone(j->policy);
	struct bench b = {
		.j = j,
		.left = left,
		.clerk = judgement_clerk(j, "explain"),
		.condemned = UINT64_MAX,
	};
	autofree struct sock_filter *code = NULL;
	struct sock_fprog program = { 0 };
	struct outcome o = { 0 };
	struct err e = { 0 };
	int status = check_command(j, &e);

	if (status)
		return say_fail(&e, status);
	int r = left ? kills_trace(left, TRACE_RECORD, &e) : err_set(&e, -ENOMEM, "out of memory");
	if (!r)
		r = check_filters(j, &e);
	if (!r)
		r = compile(left, &program, &e);
	code = program.filter;
	if (!r)
		r = run(&b, &program, &o, &e);
	clerk_close(&b.clerk);
	clerk_fini(&b.clerk);
	return r ? say_fail(&e, EXIT_WONT) : exit_status(&b, &o);
}
