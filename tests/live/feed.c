/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * feed DB APP CALLS [PROCESSES]: a recorder fed with simulated calls, a steady mix as a server with
 * workers and short-lived helpers makes it. Prints what it took: "calls C distinct D ns N kib K".
 */
#include "base/cleanup.h"
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { EXES = 20, PATHS = 300, STEP = 10000 /* nanoseconds from call to call */ };

static char paths[PATHS][32];

static int path_text(const struct event *event, unsigned arg, enum arg_class class, struct str *out)
{
	(void)class;
	if (event->kind == EVENT_SYSCALL)
		str_put(out, paths[event->args[arg] % PATHS]);
	else
		str_put_bytes(out, "worker\0--serve", sizeof("worker\0--serve"));
	return 0;
}

static const struct probe probe = { .text = path_text };

/* A call as the mix has it, the i-th. */
static void fill(struct event *event, uint64_t i)
{
	static const struct {
		const char *name;
		uint64_t args[SYSCALL_ARGS];
	} mix[] = {
		{ "read", { 7, 0x1000, 0 } },
		{ "write", { 8, 0x1000, 0 } },
		{ "epoll_wait", { 5, 0x1000, 64, 0 } },
		{ "openat", { (uint64_t)-100, 1, 0x80000 } },
		{ "close", { 9 } },
		{ "futex", { 0x1000, 0x81, 1 } },
		{ "mmap", { 0, 4096, 3, 0x22, (uint64_t)-1, 0 } },
		{ "newfstatat", { (uint64_t)-100, 1, 0x1000, 0 } },
		{ "socket", { 2, 1, 0 } },
		{ "clock_gettime", { 1, 0x1000 } },
		{ "accept4", { 6, 0x1000, 0x1000, 0x800 } },
		{ "fcntl", { 7, 3, 0 } },
	};
	static const struct syscall *calls[countof(mix)];
	size_t at = i % countof(mix);

	if (!calls[at])
		calls[at] = arch_syscall_named(arch_native(), mix[at].name);
	event->nr = calls[at]->nr;
	memcpy(event->args, mix[at].args, sizeof(event->args));
	/* What varies from call to call, and some of what does not. */
	if (at <= 1)
		event->args[2] = i % 16384;
	if (at == 3 || at == 7)
		event->args[1] = 1 + i / countof(mix) % PATHS;
	if (at == 8)
		event->args[1] = 1 + i / countof(mix) % 2;
}

struct feed {
	struct exe exes[EXES];
	char exe_paths[EXES][32];
	struct process *processes;
	uint64_t count;
};

static int prepare(struct feed *f, uint64_t processes)
{
	f->count = processes;
	f->processes = calloc(processes, sizeof(*f->processes));
	for (unsigned i = 0; i < PATHS; i++)
		snprintf(paths[i], sizeof(paths[i]), "/srv/www/page-%u.html", i);
	for (uint32_t i = 0; i < EXES; i++) {
		snprintf(f->exe_paths[i], sizeof(f->exe_paths[i]), "/usr/sbin/server-%u", i);
		f->exes[i] = (struct exe){ i, f->exe_paths[i], "build-id:00" };
	}
	for (uint64_t i = 0; f->processes && i < processes; i++)
		f->processes[i] = (struct process){ i, 0, (pid_t)(1000 + i), &f->exes[i % EXES] };
	return f->processes ? 0 : -1;
}

/* All processes come, the calls are made, all processes go. */
static int run(struct recorder *r, const struct feed *f, uint64_t calls)
{
	struct event event = { .arch = arch_native(), .probe = &probe, .kind = EVENT_START };
	struct timespec t;
	int code = 0;

	clock_gettime(CLOCK_REALTIME, &t);
	event.time = (uint64_t)t.tv_sec * 1000000000;
	for (uint64_t i = 0; !code && i < f->count; i++) {
		event.process = &f->processes[i];
		event.tid = event.process->pid;
		code = recorder_event(r, &event);
	}
	event.kind = EVENT_SYSCALL;
	for (uint64_t i = 0; !code && i < calls; i++) {
		event.process = &f->processes[i / 100 % f->count];
		event.tid = event.process->pid;
		event.time += STEP;
		fill(&event, i);
		code = recorder_event(r, &event);
	}
	event.kind = EVENT_EXIT;
	for (uint64_t i = 0; !code && i < f->count; i++) {
		event.process = &f->processes[i];
		code = recorder_event(r, &event);
	}
	return code;
}

static int64_t cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int feed(const char *db, const char *app, uint64_t calls, uint64_t processes, struct err *e)
{
	const struct run_start start = { .app = app, .backend = "feed" };
	autostore struct store *s = NULL;
	struct recorder *r = NULL;
	struct recorder_figures figures;
	struct feed f = { 0 };
	struct rusage usage;
	int64_t took = cpu_time();

	if (prepare(&f, processes) || store_open(db, STORE_WRITE, &s, e) ||
	    recorder_open(s, &start, &r, e)) {
		free(f.processes);
		return -1;
	}
	if (run(r, &f, calls)) {
		*e = *recorder_error(r);
		recorder_abandon(r);
		free(f.processes);
		return -1;
	}
	free(f.processes);
	recorder_figures(r, &figures);
	if (recorder_close(r, RUN_COMPLETE, "", 0, 0, e))
		return -1;
	getrusage(RUSAGE_SELF, &usage);
	took = cpu_time() - took;
	printf("calls %" PRIu64 " distinct %" PRIu64 " ns %.1f kib %ld\n", figures.calls,
	       figures.distinct_tuples, (double)took / (double)calls, usage.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };

	if (argc < 4) {
		fprintf(stderr, "usage: feed DB APP CALLS [PROCESSES]\n");
		return 2;
	}
	if (feed(argv[1], argv[2], strtoull(argv[3], NULL, 10),
		 argc > 4 ? strtoull(argv[4], NULL, 10) : 1000, &e)) {
		fprintf(stderr, "feed: %s\n", e.text);
		return 1;
	}
	return 0;
}
