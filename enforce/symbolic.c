/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a program says, from the conditions under which its instructions are reached. Such
 * conditions are small as long as they speak of little, so the program is taken in layers: where
 * the words that are still to be tested all come later than what was tested so far, what follows is
 * a body of its own, whose verdict is found as if it were reached always.
 */
#include "enforce/symbolic.h"

#include "enforce/validate.h"
#include "enforce/visits.h"

#include <errno.h>

/* Bodies may share what lies below them, and then it is walked for each: not without end. */
enum { MAX_WALKED = 1 << 21 };

#define NO_ARRIVAL UINT32_MAX

/* A condition under which a visit is reached; those of one visit form a list. */
struct arrival {
	node_t reach;
	uint32_t next;
};

/* Somewhere a walk ends, and what is said there. Those of one walk exclude each other. */
struct part {
	node_t reach;
	node_t verdict; /* not known yet where visit is a body */
	uint32_t visit; /* the body, or NO_VISIT */
};

struct parts {
	struct part *data;
	size_t len, cap;
};

/* A visit, as walks need it. */
struct stop {
	uint32_t arrivals; /* the list of the walk that goes on */
	unsigned layer;	   /* the first word that is tested here or later */
	node_t verdict;	   /* from here on, reached always; NODE_FAILED until known */
};

struct symbolic {
	struct diagram *d;
	struct visits visits;
	struct stop *stops; /* of each visit */
	vec_of(struct arrival) arrivals;
	vec_of(node_t) scratch;
	uint32_t last; /* visit that this walk has an arrival at */
	size_t walked;
};

static unsigned layer_of(const struct symbolic *s, node_t n)
{
	return diagram_top(s->d, n) / 32;
}

static unsigned way_layer(const struct symbolic *s, const struct way *way)
{
	return way->visit != NO_VISIT ? s->stops[way->visit].layer : layer_of(s, way->verdict);
}

static unsigned lesser(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool find_layers(struct symbolic *s)
{
	s->stops = reallocarray(NULL, s->visits.len, sizeof(*s->stops));
	if (!s->stops)
		return false;
	for (size_t i = s->visits.len; i-- > 0;) {
		const struct visit *v = &s->visits.data[i];
		unsigned next = lesser(way_layer(s, &v->ways[0]), way_layer(s, &v->ways[1]));

		s->stops[i] = (struct stop){ .arrivals = NO_ARRIVAL,
					     .layer = lesser(layer_of(s, v->test), next),
					     .verdict = NODE_FAILED };
	}
	return true;
}

static bool arrive(struct symbolic *s, uint32_t visit, node_t reach)
{
	struct arrival arrival = { reach, s->stops[visit].arrivals };

	if (reach == NODE_FAILED || vec_push(&s->arrivals, arrival) < 0)
		return false;
	s->stops[visit].arrivals = (uint32_t)s->arrivals.len - 1;
	if (visit > s->last)
		s->last = visit;
	return true;
}

/* Takes the visit's arrivals off it: under which condition is it reached? */
static node_t reach_of(struct symbolic *s, uint32_t visit)
{
	uint32_t i = s->stops[visit].arrivals;

	s->scratch.len = 0;
	s->stops[visit].arrivals = NO_ARRIVAL;
	for (; i != NO_ARRIVAL; i = s->arrivals.data[i].next) {
		if (vec_push(&s->scratch, s->arrivals.data[i].reach) < 0)
			return NODE_FAILED;
	}
	return diagram_any(s->d, s->scratch.data, s->scratch.len);
}

/* Goes one of the two ways; false when memory is out. */
static bool go(struct symbolic *s, const struct way *way, node_t reach, struct parts *parts)
{
	struct part end = { reach, way->verdict, NO_VISIT };

	if (reach == false)
		return true;
	if (way->visit != NO_VISIT)
		return arrive(s, way->visit, reach);
	return reach != NODE_FAILED && vec_push(parts, end) == 0;
}

/* Walks one layer from a visit on. parts gets the ends; those in later layers are bodies. */
static bool walk(struct symbolic *s, uint32_t from, struct parts *parts)
{
	bool is_fine;

	s->arrivals.len = 0;
	s->last = from;
	is_fine = arrive(s, from, true);
	for (uint32_t i = from; is_fine && i <= s->last; i++) {
		const struct visit *v = &s->visits.data[i];
		struct part body = { .visit = i };

		is_fine = ++s->walked <= MAX_WALKED;
		if (s->stops[i].arrivals == NO_ARRIVAL)
			continue;
		body.reach = reach_of(s, i);
		if (s->stops[i].layer > s->stops[from].layer)
			is_fine = body.reach != NODE_FAILED && vec_push(parts, body) == 0;
		else
			is_fine = is_fine &&
				  go(s, &v->ways[0],
				     diagram_choose(s->d, v->test, false, body.reach), parts) &&
				  go(s, &v->ways[1],
				     diagram_choose(s->d, v->test, body.reach, false), parts);
	}
	return is_fine;
}

/* What the program says from a visit on; recursion goes from layer to layer. */
static node_t find_verdict(struct symbolic *s, uint32_t visit)
{
	struct parts parts = { 0 };
	node_t verdict = s->stops[visit].verdict;

	if (verdict != NODE_FAILED || !walk(s, visit, &parts)) {
		vec_fini(&parts);
		return verdict;
	}
	/* The parts cover everything: where no other one is, the first is. */
	vec_for(part, &parts) {
		if (part->visit != NO_VISIT)
			part->verdict = find_verdict(s, part->visit);
		verdict = part == parts.data
				  ? part->verdict
				  : diagram_choose(s->d, part->reach, part->verdict, verdict);
	}
	vec_fini(&parts);
	s->stops[visit].verdict = verdict;
	return verdict;
}

int filter_diagram(const struct filter *f, struct diagram *d, node_t *verdict, struct err *e)
{
	struct symbolic s = { .d = d };
	node_t node = NODE_FAILED;
	int r = filter_validate(f, e);

	if (r == 0)
		r = visits_explore(f, d, &s.visits, e);
	if (r == 0 && find_layers(&s))
		node = find_verdict(&s, 0);
	if (r == 0 && node == NODE_FAILED)
		r = diagram_is_full(d) || s.walked > MAX_WALKED
			    ? err_set(e, -E2BIG, "the filter is too intricate to be proved")
			    : err_set(e, -ENOMEM, "out of memory");
	if (r == 0)
		*verdict = node;
	vec_fini(&s.visits);
	vec_fini(&s.arrivals);
	vec_fini(&s.scratch);
	free(s.stops);
	return r;
}
