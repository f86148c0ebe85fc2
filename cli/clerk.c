/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tells and stores what a profile denies. */
#include "cli/clerk.h"

#include "base/file.h"
#include "cli/event.h"
#include "cli/missing.h"
#include "cli/say.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { CLERK_TICKS = 5 }; /* between two looks at what the store has to learn */

void clerk_fini(struct clerk *c)
{
	docket_fini(&c->docket);
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
	missing_explain(s, c->policy, &call);
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
