/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `enforce --explain`: the parent that decides about every call that the profile would kill. */
#include "cli/judge.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/map.h"
#include "cli/event.h"
#include "cli/proved.h"
#include "cli/say.h"
#include "enforce/filter.h"
#include "enforce/kills.h"
#include "enforce/program.h"
#include "enforce/remedy.h"
#include "policy/text.h"
#include "tracer/tracer.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many different denials are told; a hostile program could make them up without end. */
enum { TOLD_MAX = 4096 };

struct bench {
	const struct judgement *j;
	const struct policy *left; /* what is left to the kernel: kills_trace() of the policy */
	struct map told;	   /* denials that were told, by what makes them differ */
	uint64_t denials;
	uint64_t condemned; /* number of the first process if we killed it, else UINT64_MAX */
	bool has_store;	    /* and it works so far */
};

/* What makes a denial a new one: the call, its selectors and flags, and the executable. */
static bool is_new(struct bench *b, const struct event *event)
{
	struct {
		const struct exe *exe;
		uint32_t token, nr;
		uint64_t args[SYSCALL_ARGS];
	} key = { event->process->exe, event->arch->token, event->nr, { 0 } };
	const struct syscall *known = arch_syscall(event->arch, event->nr);

	if (known) {
		const struct signature *s = syscall_signature(event->arch, known, event->args);

		for (unsigned i = 0; i < SYSCALL_ARGS; i++)
			if (arg_class_is_exact(s->args[i].class))
				key.args[i] = event->args[i];
	}
	if (map_get(&b->told, &key, sizeof(key)))
		return false;
	return b->told.count < TOLD_MAX && !map_put(&b->told, &key, sizeof(key), b);
}

/* The arguments of a bit mask by name: "flags and mode". */
static void put_arg_names(struct str *out, const struct event *event, unsigned args)
{
	const struct syscall *known = arch_syscall(event->arch, event->nr);

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (!(args & 1u << i))
			continue;
		args &= ~(1u << i);
		if (known && known->signature->args[i].name)
			str_put(out, known->signature->args[i].name);
		else
			str_putf(out, "arg%u", i);
		str_put(out, args ? " and " : "");
	}
}

static void put_rule(struct str *out, const struct arch *arch, uint32_t nr, const struct cond *cond)
{
	syscall_print(out, arch, nr);
	if (!cond)
		return;
	str_put(out, ": ");
	cond_print(out, cond, arch, arch_syscall(arch, nr));
}

static struct call call_of(const struct event *event)
{
	struct call call = { .nr = event->nr, .token = event->arch->token };

	memcpy(call.args, event->args, sizeof(call.args));
	return call;
}

/* Why the call is not admitted. */
static void put_nearest(struct str *out, const struct bench *b, const struct event *event)
{
	const struct call call = call_of(event);
	const struct nearest nearest = remedy_nearest(b->j->policy, &call);

	str_put(out, "  nearest rule: ");
	if (!policy_block(b->j->policy, event->arch)) {
		str_putf(out, "none; the profile has no block for %s\n", event->arch->name);
		return;
	}
	if (!nearest.rule) {
		str_put(out, "none; no rule of ");
		str_putf(out, "%s admits ", event->arch->name);
		syscall_print(out, event->arch, event->nr);
		str_put(out, "\n");
		return;
	}
	put_rule(out, event->arch, event->nr, nearest.rule->cond);
	if (nearest.rule->line)
		str_putf(out, "   (line %u)", nearest.rule->line);
	if (nearest.args) {
		str_put(out, "\n  it differs in: ");
		put_arg_names(out, event, nearest.args);
	}
	str_putc(out, '\n');
}

static void put_remedy(struct str *out, const struct bench *b, const struct event *event)
{
	const struct call call = call_of(event);
	const struct rule *by = NULL;
	autocond struct cond *cond = NULL;

	policy_eval(b->j->policy, &call, &by);
	if (by && by->line) {
		str_putf(out, "  the rule in line %u kills it\n", by->line);
		return;
	}
	if (event->nr == UINT32_MAX) {
		str_put(out, "  no rule can admit it: -1 is the number of no call\n");
		return;
	}
	if (remedy_rule(&call, &cond, NULL))
		return;
	str_putf(out, "  this rule would admit it, in arch %s: ", event->arch->name);
	put_rule(out, event->arch, event->nr, cond);
	str_putc(out, '\n');
}

static const char *sentence_text(struct action sentence)
{
	if (sentence.kind == ACTION_LOG)
		return "would have been killed";
	return sentence.kind == ACTION_ERRNO ? "was refused (EPERM)" : "was killed";
}

static void remember(struct bench *b, const struct event *event, const char *strings)
{
	const struct policy *p = b->j->policy;
	struct denial d = {
		.time = (int64_t)event->time,
		.app = p->app,
		.release = p->release,
		.exe = event->process->exe->path,
		.pid = event->process->pid,
		.arch = event->arch,
		.nr = event->nr,
		.has_args = true,
		.text = *strings ? strings : NULL,
	};
	autostr struct str action = { 0 };
	struct err e = { 0 };

	memcpy(d.args, event->args, sizeof(d.args));
	action_print(&action, b->j->sentence, event->arch);
	d.action = str_text(&action);
	if (!store_denial_put(b->j->store, &d, &e))
		return;
	/* A full disk must not keep us from judging. */
	b->has_store = false;
	say_warning("denials are no longer stored: %s", e.text);
}

/* Everything at once, so that lines of several processes do not mix. */
static void tell(struct bench *b, const struct event *event)
{
	autostr struct str s = { 0 }, strings = { 0 };
	const struct process *process = event->process;

	str_put(&s, "wont enforce: ");
	str_put_escaped(&s, process->exe->path, strlen(process->exe->path));
	str_putf(&s, " (pid %d) %s at ", (int)process->pid, sentence_text(b->j->sentence));
	event_print(&s, event, &strings);
	str_putc(&s, '\n');
	put_nearest(&s, b, event);
	put_remedy(&s, b, event);
	if (!s.failed && file_write_fd(STDERR_FILENO, str_text(&s), s.len))
		s.failed = true; /* nobody is there to be told */
	if (b->has_store)
		remember(b, event, str_text(&strings));
}

static int on_event(void *context, const struct event *event)
{
	(void)context;
	(void)event;
	return 0;
}

static int on_tick(void *context)
{
	(void)context;
	return 0;
}

static int condemn(struct bench *b, const struct event *event)
{
	b->denials++;
	if (is_new(b, event))
		tell(b, event);
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

/* The back end asks about all calls of a program with filters of its own: those that our filter
 * decides by itself are left to it. */
static int verdict(void *context, const struct event *event)
{
	const struct action ours = { ACTION_TRACE, TRACE_RECORD };
	struct bench *b = context;
	const struct call call = call_of(event);

	if (!action_equal(policy_eval(b->left, &call, NULL), ours))
		return 0;
	return decide(b, event, policy_eval(b->j->policy, &call, NULL));
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
	int r = backend->check(e);

	return r ? r : backend->record(&recording, o, e);
}

int judge(const struct judgement *j)
{
	autopolicy struct policy *left = policy_clone(j->policy);
	struct bench b = { .j = j, .left = left, .condemned = UINT64_MAX, .has_store = j->store };
	autofree struct sock_filter *code = NULL;
	struct sock_fprog program = { 0 };
	struct outcome o = { 0 };
	struct err e = { 0 };
	int status = check_command(j, &e);

	if (status)
		return say_fail(&e, status);
	int r = left ? kills_trace(left, TRACE_RECORD, &e) : err_set(&e, -ENOMEM, "out of memory");
	if (!r)
		r = compile(left, &program, &e);
	code = program.filter;
	if (!r)
		r = run(&b, &program, &o, &e);
	if (b.denials > b.told.count)
		say_note("%" PRIu64 " denials in all; equal ones are told once", b.denials);
	map_fini(&b.told);
	return r ? say_fail(&e, EXIT_WONT) : exit_status(&b, &o);
}
