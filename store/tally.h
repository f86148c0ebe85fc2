/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_TALLY_H
#define STORE_TALLY_H

/*
 * The tuples of one run in memory: events are counted here, and a recorder writes down what has
 * changed. Bounded, whatever the recorded program does. Looks at no clock and no file.
 */

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "store/observation.h"
#include "tracer/event.h"

enum {
	TALLY_TUPLES = 4096,	     /* of one (exe, arch, nr) ... */
	TALLY_UNKNOWN_TUPLES = 64,   /* ... whose selectors have no named values */
	TALLY_ALL_TUPLES = 1 << 17,  /* of a run */
	TALLY_UNKNOWN_CALLS = 1024,  /* (exe, arch, nr) of a run whose nr is in no table */
	TALLY_TEXTS = 256,	     /* of a tuple */
	TALLY_TEXT_BYTES = 64 << 20, /* of a run, its backtraces too */
	TALLY_READS = 1024,	     /* calls in a row without a new text, and only ... */
	TALLY_SAMPLE = 16,	     /* ... every so many-th is read from then on */
};

/* A text that calls of a tuple named. Its bytes go once it is written: the hash tells it again. */
struct tuple_text {
	uint64_t hash[2];
	uint64_t count;
	char *bytes; /* NULL: written */
	uint32_t len;
	uint8_t arg;
	bool is_changed;
};

struct tuple {
	uint32_t number; /* 0, 1, ... in the order of appearance */
	uint32_t exe;	 /* exe->number */
	const struct arch *arch;
	uint32_t nr;
	struct folded args[SYSCALL_ARGS];
	uint64_t count;
	int64_t first, last;
	bool is_capped, is_sampled;
	bool is_past_cap; /* the one tuple of its call that stands for all past the cap */
	bool is_changed;  /* since it was written */
	bool is_written;  /* once at least */
	bool is_indirect; /* socketcall, ipc: more arguments lie in memory */
	uint16_t quiet;	  /* reads in a row that brought nothing new */
	uint64_t process; /* whose command line explains the first call ... */
	uint32_t image;	  /* ... and what of its execs it is of; the recorder fills both in */
	char *stack;	  /* NULL: none, or written */
	vec_of(struct tuple_text) texts;
};

/* Zero-initialise. Invariant: `changed` holds exactly the tuples with is_changed. */
struct tally {
	struct map tuples; /* struct tuple by key */
	struct map calls;  /* what is known of an (exe, arch, nr) */
	struct map names;  /* the (arch, nr) of any exe */
	vec_of(struct tuple *) changed;
	vec_of(struct tuple *) all; /* by number */
	uint64_t events, missed;    /* told, and past the bounds: counted and not kept */
	uint64_t changes;	    /* new or changed rows since the last tally_settle */
	uint64_t text_bytes;
	uint32_t unknown_calls;
	uint64_t seed[2]; /* of the texts' hashes */
	int64_t last_new; /* time of the last new tuple */
	struct str scratch;
};

int tally_init(struct tally *t, struct err *e) must_check;
void tally_fini(struct tally *t);

/* Counts an event of kind EVENT_SYSCALL: 0 or -ENOMEM. */
int tally_event(struct tally *t, const struct event *event) must_check;

/* Everything that has changed is written: forgets what is needed for that alone. */
void tally_settle(struct tally *t);

#endif
