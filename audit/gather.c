/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A short queue of open calls, in the order in which they began. */
#include "audit/gather.h"

#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_MAX_CALLS = 1024 };	     /* past that the oldest is taken for whole */
#define LATE_NS (2u * 1000000000ull) /* as long as ausearch(8) waits */

/* A place of the ring. */
struct open_call {
	struct audit_call call;
	uint64_t since; /* how far the stream was when it was opened */
	bool is_open;	/* else it is done with, and goes when it is the oldest */
	bool has_head;	/* its SYSCALL record is here */
};

/* Invariant: the open calls are among [first, first + count) of the ring, oldest first. */
struct gather {
	const struct gather_sink *sink;
	struct gather_figures figures;
	struct open_call ring[OPEN_MAX_CALLS];
	unsigned first, count;
	uint64_t now;		  /* the latest time that any record had: how far the stream is */
	struct audit_call single; /* for records that stand alone */
};

struct gather *gather_new(const struct gather_sink *sink)
{
	struct gather *g = calloc(1, sizeof(*g));

	if (g)
		g->sink = sink;
	return g;
}

void gather_free(struct gather *g)
{
	if (!g)
		return;
	for (unsigned i = 0; i < OPEN_MAX_CALLS; i++)
		audit_call_fini(&g->ring[i].call);
	audit_call_fini(&g->single);
	free(g);
}

const struct gather_figures *gather_figures(const struct gather *g)
{
	return &g->figures;
}

static struct open_call *place(struct gather *g, unsigned i)
{
	return &g->ring[(g->first + i) % OPEN_MAX_CALLS];
}

/* The newest first: records of a call mostly follow each other. */
static struct open_call *find(struct gather *g, const struct record *record)
{
	for (unsigned i = g->count; i--;) {
		struct open_call *o = place(g, i);

		if (o->is_open && o->call.serial == record->serial && o->call.time == record->time)
			return o;
	}
	return NULL;
}

static int hand_over(struct gather *g, struct audit_call *call)
{
	g->figures.calls++;
	return g->sink->call(g->sink->context, call);
}

static int close_call(struct gather *g, struct open_call *o)
{
	int r = 0;

	o->is_open = false;
	if (o->call.path_count < o->call.items)
		o->call.is_incomplete = true;
	if (o->has_head)
		r = hand_over(g, &o->call);
	else
		g->figures.headless++;
	while (g->count && !place(g, 0)->is_open) {
		g->first = (g->first + 1) % OPEN_MAX_CALLS;
		g->count--;
	}
	return r;
}

static int open_new(struct gather *g, const struct record *record, struct open_call **out)
{
	int r = g->count == OPEN_MAX_CALLS ? close_call(g, place(g, 0)) : 0;
	struct open_call *o = place(g, g->count++);

	audit_call_clear(&o->call);
	o->call.serial = record->serial;
	o->call.time = record->time;
	o->since = g->now;
	o->is_open = true;
	o->has_head = false;
	*out = o;
	return r;
}

/* A SECCOMP record: alone under its serial (docs/design.md, "Audit"). */
static int add_single(struct gather *g, const struct record *record)
{
	int r;

	audit_call_clear(&g->single);
	r = audit_call_add(&g->single, record);
	if (r == -EBADMSG) {
		g->figures.damaged++;
		return 0;
	}
	return r ? r : hand_over(g, &g->single);
}

static bool is_part(uint16_t type)
{
	return type == AUDIT_SYSCALL || type == AUDIT_PATH || type == AUDIT_CWD ||
	       type == AUDIT_SOCKADDR || type == AUDIT_EXECVE || type == AUDIT_PROCTITLE ||
	       type == AUDIT_FD_PAIR || type == AUDIT_MMAP;
}

static int add_part(struct gather *g, const struct record *record)
{
	struct open_call *o = find(g, record);
	int stopped = o ? 0 : open_new(g, record, &o);
	int r = audit_call_add(&o->call, record);

	if (r == -EBADMSG) {
		g->figures.damaged++;
		r = 0;
	} else if (!r && record->type == AUDIT_SYSCALL) {
		o->has_head = true;
	}
	return r ? r : stopped;
}

static int add(struct gather *g, const struct record *record)
{
	struct open_call *o;

	if (record->type == AUDIT_SECCOMP)
		return add_single(g, record);
	if (is_part(record->type))
		return add_part(g, record);
	if (record->type != AUDIT_EOE)
		return 0;
	o = find(g, record);
	return o ? close_call(g, o) : 0;
}

int gather_add(struct gather *g, const struct record *record)
{
	int r;

	if (record->is_forgeable) {
		g->figures.forgeable++;
		return 0;
	}
	/* A call's records bear the time of its start, however long it took. */
	if (record->time > g->now)
		g->now = record->time;
	r = add(g, record);
	return r ? r : gather_flush(g, g->now);
}

int gather_flush(struct gather *g, uint64_t time)
{
	int r = 0;

	while (!r && g->count) {
		struct open_call *oldest = place(g, 0);

		if (time != UINT64_MAX && (time < LATE_NS || oldest->since >= time - LATE_NS))
			break;
		r = close_call(g, oldest);
	}
	return r;
}
