/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * events [-s] COMMAND [ARG...]: runs the command under the default recording back end and prints
 * what it tells, a line an event, to the file that $EVENTS names: what live tests of the back end
 * read. -s: with stacks.
 */
#include "tracer/tracer.h"

#include "base/err.h"
#include "base/str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static FILE *out;

static void print_text(const struct event *event, unsigned arg, enum arg_class class)
{
	autostr struct str text = { 0 }, safe = { 0 };
	int r = event->probe->text(event, arg, class, &text);

	str_put_quoted(&safe, str_text(&text), text.len);
	fprintf(out, " %u:%s%s", arg, str_text(&safe), r ? strerror(-r) : "");
}

static void print_call(const struct event *event)
{
	const struct syscall *call = arch_syscall(event->arch, event->nr);

	fprintf(out, "call %d %d %s %s %s #%" PRIu32, event->process->pid, event->tid,
		event->process->exe->path, event->arch->name, call ? call->name : "?", event->nr);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		fprintf(out, " %" PRIx64, event->args[i]);
	if (call) {
		const struct signature *signature =
			syscall_signature(event->arch, call, event->args);

		for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
			enum arg_class class = signature->args[i].class;

			if (class == ARG_PATH || class == ARG_SOCKADDR || class == ARG_ARGV)
				print_text(event, i, class);
		}
	}
	fputc('\n', out);
	if (event->probe->stack) {
		autostr struct str stack = { 0 };

		event->probe->stack(event, &stack);
		fputs(str_text(&stack), out);
	}
}

static int print_event(void *context, const struct event *event)
{
	static const char *const kinds[] = { "call", "start", "exec", "exit" };
	const struct process *p = event->process;

	(void)context;
	if (event->kind == EVENT_SYSCALL) {
		print_call(event);
		return 0;
	}
	fprintf(out, "%s %d %d %s", kinds[event->kind], p->pid, event->tid, p->exe->path);
	if (event->kind == EVENT_EXIT)
		fprintf(out, " status %d", event->status);
	else
		fprintf(out, " number %" PRIu64 " parent %" PRIu64 " %s", p->number, p->parent,
			p->exe->id);
	if (event->kind == EVENT_EXEC)
		print_text(event, 0, ARG_ARGV);
	fputc('\n', out);
	return 0;
}

static int flush(void *context)
{
	(void)context;
	return fflush(out) ? -EIO : 0;
}

int main(int argc, char **argv)
{
	const char *file = getenv("EVENTS");
	struct sink sink = { .event = print_event, .tick = flush };
	struct recording recording = { .sink = &sink };
	struct outcome outcome;
	struct err e = { 0 };

	if (argc > 1 && strcmp(argv[1], "-s") == 0)
		recording.want_stacks = true;
	recording.argv = argv + 1 + recording.want_stacks;
	out = file ? fopen(file, "we") : stderr;
	if (!out || !recording.argv[0])
		return 2;
	if (backends[0]->record(&recording, &outcome, &e)) {
		fprintf(stderr, "events: %s\n", e.text);
		return 125;
	}
	fprintf(out, "end calls %" PRIu64 " lost %" PRIu64 " exec_errno %d no_new_privs %d %s\n",
		outcome.calls, outcome.lost, outcome.exec_errno, outcome.no_new_privs,
		outcome.caveat);
	if (fclose(out))
		return 125;
	if (outcome.exec_errno)
		return 127;
	return WIFSIGNALED(outcome.status) ? 128 + WTERMSIG(outcome.status)
					   : WEXITSTATUS(outcome.status);
}
