/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Follows a lone thread from CPU to CPU, in steps of a few hundred stops. */
#include "tracer/place.h"

#include "base/cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WINDOW = 128, /* stops between two looks: a look costs about as much as a stop */
	MANY = 4,     /* changes in a window: more than one thread is at work */
	STAT_CPU = 39 /* the field `processor` of /proc/TID/stat (proc(5)) */
};

/* The CPU that a thread ran on last, or -1. */
static int cpu_of(pid_t tid)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)tid);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (len <= 0)
		return -1;
	text[len] = 0;
	/* Field 2 is the name in parentheses; it may hold anything, ')' too. */
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < STAT_CPU; field++)
		at = strchr(at + 1, ' ');
	return at ? (int)strtol(at + 1, NULL, 10) : -1;
}

static void release(struct place *place)
{
	if (place->is_held)
		sched_setaffinity(0, sizeof(place->all), &place->all);
	place->is_held = false;
}

/* To the CPU of the thread, unless the recorder was told to keep off it. */
static void follow(struct place *place, pid_t tid)
{
	int cpu = cpu_of(tid);
	cpu_set_t one;

	if (place->is_held && cpu == place->cpu)
		return;
	if (cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &place->all)) {
		release(place);
		return;
	}
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	place->is_held = sched_setaffinity(0, sizeof(one), &one) == 0 || place->is_held;
	place->cpu = cpu;
}

void place_note(struct place *place, pid_t tid)
{
	place->changes += tid != place->last;
	place->last = tid;
	if (++place->stops < WINDOW)
		return;
	if (!place->is_known)
		place->is_known = sched_getaffinity(0, sizeof(place->all), &place->all) == 0;
	/* With more CPUs than a cpu_set_t has, or with one, there is nothing to do. */
	if (place->is_known && place->changes <= MANY)
		follow(place, tid);
	else
		release(place);
	place->stops = place->changes = 0;
}

void place_fini(struct place *place)
{
	release(place);
}
