/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tells and stores what a profile denies. */
#include "cli/clerk.h"

#include "base/file.h"
#include "cli/event.h"
#include "cli/say.h"
#include "enforce/remedy.h"
#include "policy/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { CLERK_TICKS = 5 }; /* between two looks at what the store has to learn */

void clerk_fini(struct clerk *c)
{
	docket_fini(&c->docket);
}

/* The arguments of a bit mask by name: "flags and mode". */
static void put_arg_names(struct str *out, const struct arch *arch, uint32_t nr, unsigned args)
{
	const struct syscall *known = arch_syscall(arch, nr);

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

/* Why the call is not admitted. */
static void put_nearest(struct str *out, const struct policy *p, const struct arch *arch,
			const struct call *call, bool has_args)
{
	const struct nearest nearest = remedy_nearest(p, call);

	str_put(out, "  nearest rule: ");
	if (!policy_block(p, arch)) {
		str_putf(out, "none; the profile has no block for %s\n", arch->name);
		return;
	}
	if (!nearest.rule) {
		str_putf(out, "none; no rule of %s admits ", arch->name);
		syscall_print(out, arch, call->nr);
		str_put(out, "\n");
		return;
	}
	put_rule(out, arch, call->nr, nearest.rule->cond);
	if (nearest.rule->line)
		str_putf(out, "   (line %u)", nearest.rule->line);
	if (nearest.args && has_args) {
		str_put(out, "\n  it differs in: ");
		put_arg_names(out, arch, call->nr, nearest.args);
	}
	str_putc(out, '\n');
}

static void put_remedy(struct str *out, const struct policy *p, const struct arch *arch,
		       const struct call *call, bool has_args)
{
	const struct rule *by = NULL;
	autocond struct cond *cond = NULL;

	policy_eval(p, call, &by);
	if (has_args && by && by->line) {
		str_putf(out, "  the rule in line %u kills it\n", by->line);
		return;
	}
	if (call->nr == UINT32_MAX) {
		str_put(out, "  no rule can admit it: -1 is the number of no call\n");
		return;
	}
	if (has_args && remedy_rule(call, &cond, NULL))
		return;
	str_putf(out, "  this rule would admit it, in arch %s: ", arch->name);
	put_rule(out, arch, call->nr, cond);
	str_putc(out, '\n');
}

void denial_explain(struct str *out, const struct policy *p, const struct call *call, bool has_args)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);

	if (!arch)
		return;
	put_nearest(out, p, arch, call, has_args);
	put_remedy(out, p, arch, call, has_args);
}

static const char *sentence_text(struct action sentence)
{
	if (sentence.kind == ACTION_LOG)
		return "would have been killed";
	return sentence.kind == ACTION_ERRNO ? "was refused (EPERM)" : "was killed";
}

static void put_denial(struct str *s, struct str *strings, const struct clerk *c,
		       const struct event *event)
{
	const struct process *process = event->process;
	struct call call = { .nr = event->nr, .token = event->arch->token };

	memcpy(call.args, event->args, sizeof(call.args));
	str_put(s, "wont enforce: ");
	str_put_escaped(s, process->exe->path, strlen(process->exe->path));
	str_putf(s, " (pid %d) %s at ", (int)process->pid, sentence_text(c->sentence));
	event_print(s, event, strings);
	str_putc(s, '\n');
	denial_explain(s, c->policy, &call, true);
}

void clerk_draft(struct clerk *c, const struct event *event, struct str *text)
{
	autostr struct str strings = { 0 }, action = { 0 };
	struct entry *entry = NULL;
	struct denial d = {
		.time = (int64_t)event->time,
		.app = c->policy->app,
		.release = c->policy->release,
		.exe = event->process->exe->path,
		.pid = event->process->pid,
		.arch = event->arch,
		.nr = event->nr,
		.has_args = true,
		.source = c->source,
		.canary = c->canary,
	};

	memcpy(d.args, event->args, sizeof(d.args));
	action_print(&action, c->sentence, event->arch);
	d.action = str_text(&action);
	if (docket_count(&c->docket, &d))
		return;
	put_denial(text, &strings, c, event);
	d.text = str_text(&strings);
	/* One that finds no room is counted, and that is told at the end. */
	if (docket_add(&c->docket, &d, &entry))
		str_clear(text);
}

static void keep(struct clerk *c)
{
	struct err e = { 0 };

	if (!c->store || !docket_keep(&c->docket, c->store, &e))
		return;
	/* A full disk must not keep anybody from judging. */
	c->store = NULL;
	say_warning("denials are no longer stored: %s", e.text);
}

void clerk_tick(struct clerk *c)
{
	if (++c->ticks % CLERK_TICKS == 0)
		keep(c);
}

/* Everything at once, so that lines of several processes do not mix. */
void clerk_publish(struct clerk *c, const struct str *text)
{
	if (!text->len)
		return;
	/* It is stored also where nobody is there to be told. */
	if (!text->failed && file_write_fd(STDERR_FILENO, str_text(text), text->len) == -EPIPE)
		say_quiet(true);
	keep(c);
}

void clerk_close(struct clerk *c)
{
	const struct docket *docket = &c->docket;

	keep(c);
	if (docket->denials > docket->all.len)
		say_note("%" PRIu64 " denials in all; equal ones are told once", docket->denials);
}
