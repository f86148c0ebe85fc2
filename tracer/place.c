/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decides after every few hundred stops, by who made them and how fast they came. */
#include "tracer/place.h"

#include <string.h>
#include <time.h>

enum {
	SLICE = 128,	/* stops between two decisions: those cost about as much as a stop */
	MANY = 16,	/* changes of thread in a slice: more than one is at work */
	TRIAL = 8,	/* mixed slices of a trial */
	KEEP = 64,	/* mixed slices for which its outcome holds */
	RENEW = 10,	/* ticks after which the kernel may choose another CPU */
	LONG = 50000000 /* ns: a slice that takes longer has waited for something else */
};

/* Whether a trial's slices are held: in an order that favours neither half of it. */
static const bool trial[TRIAL] = { false, true, true, false, false, true, true, false };

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Where the recorder is, the others come to. */
static void hold_recorder(struct place *place)
{
	int cpu = sched_getcpu();

	if (place->is_held || cpu < 0 || cpu >= CPU_SETSIZE)
		return;
	CPU_ZERO(&place->one);
	CPU_SET(cpu, &place->one);
	place->is_held = !sched_setaffinity(0, sizeof(place->one), &place->one);
	place->ticks = 0;
}

void place_begin(struct place *place)
{
	place->is_on = !sched_getaffinity(0, sizeof(place->all), &place->all) &&
		       CPU_COUNT(&place->all) > 1;
	if (place->is_on)
		hold_recorder(place);
}

static void hold(const struct place *place, struct thread *thread)
{
	cpu_set_t own;

	if (thread->is_placed || thread->is_unplaceable)
		return;
	thread->is_placed = !sched_getaffinity(thread->tid, sizeof(own), &own) &&
			    CPU_EQUAL(&own, &place->all) &&
			    !sched_setaffinity(thread->tid, sizeof(place->one), &place->one);
	thread->is_unplaceable = !thread->is_placed;
}

/*
 * Lets a thread go. It may be in the middle of creating another, which then has the affinity that
 * it had: until its next stop at a call that is to be looked after.
 */
static void let_go(const struct place *place, struct thread *thread)
{
	cpu_set_t own;

	/* Whoever else has set it since knows better. */
	if (!sched_getaffinity(thread->tid, sizeof(own), &own) && CPU_EQUAL(&own, &place->one))
		sched_setaffinity(thread->tid, sizeof(place->all), &place->all);
	thread->is_placed = false;
	thread->was_placed = true;
}

/* Those who made no call in a slice, or everybody. */
static void let_idle_go(const struct place *place, struct tree *tree, bool is_everybody)
{
	const struct map_entry *e;

	for (size_t at = 0; (e = map_next(&tree->threads, &at));) {
		struct thread *thread = e->value;

		if (thread->is_placed && (is_everybody || thread->slice != place->slice))
			let_go(place, thread);
	}
}

static void let_all_go(struct place *place, struct tree *tree)
{
	if (!place->is_held)
		return;
	let_idle_go(place, tree, true);
	sched_setaffinity(0, sizeof(place->all), &place->all);
	place->is_held = false;
}

static void begin_slice(struct place *place, uint64_t time)
{
	place->stops = place->changes = 0;
	place->since = time;
	place->slice++;
}

static void begin_trial(struct place *place)
{
	place->mixed = 0;
	memset(place->spent, 0, sizeof(place->spent));
}

/* Several threads call: how long they took goes to the trial's account. Are they held next? */
static bool judge_mixed(struct place *place, uint64_t elapsed)
{
	if (place->mixed < TRIAL && place->is_held != trial[place->mixed])
		return trial[place->mixed];
	if (place->mixed++ < TRIAL)
		place->spent[place->is_held] += elapsed < LONG ? elapsed : LONG;
	if (place->mixed == TRIAL)
		place->is_better_held = place->spent[true] * 5 < place->spent[false] * 4;
	if (place->mixed == TRIAL + KEEP)
		begin_trial(place);
	return place->mixed < TRIAL ? trial[place->mixed] : place->is_better_held;
}

static void decide(struct place *place, struct tree *tree)
{
	uint64_t time = now();
	bool wants = place->changes <= MANY || judge_mixed(place, time - place->since);

	if (!wants)
		let_all_go(place, tree);
	else if (place->is_held)
		let_idle_go(place, tree, false);
	else
		hold_recorder(place);
	begin_slice(place, time);
}

void place_note(struct place *place, struct tree *tree, struct thread *thread)
{
	thread->was_placed = false;
	if (!place->is_on)
		return;
	place->changes += thread->tid != place->last;
	place->last = thread->tid;
	thread->slice = place->slice;
	if (++place->stops >= SLICE)
		decide(place, tree);
	if (place->is_held)
		hold(place, thread);
}

void place_inherit(const struct place *place, const struct thread *creator, struct thread *created)
{
	cpu_set_t own;

	if (creator ? !creator->is_placed && !creator->was_placed : !place->is_on)
		return;
	if (sched_getaffinity(created->tid, sizeof(own), &own) || CPU_COUNT(&own) != 1)
		return;
	created->is_placed = place->is_held && CPU_EQUAL(&own, &place->one);
	created->slice = place->slice;
	if (!created->is_placed)
		sched_setaffinity(created->tid, sizeof(place->all), &place->all);
}

void place_shun(struct place *place, struct tree *tree)
{
	if (!place->is_on)
		return;
	let_all_go(place, tree);
	begin_trial(place);
	begin_slice(place, now());
}

void place_tick(struct place *place, struct tree *tree)
{
	if (place->is_held && (place->slice == place->seen || ++place->ticks >= RENEW))
		place_shun(place, tree);
	place->seen = place->slice;
}

void place_end(struct place *place, struct tree *tree)
{
	place_shun(place, tree);
	place->is_on = false;
}
