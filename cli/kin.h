/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_KIN_H
#define CLI_KIN_H

/*
 * Whose denials are ours: executables of the app's profile, and processes that descend from one of
 * its canaries. And those canaries, which are watched from here.
 */

#include "base/map.h"
#include "policy/policy.h"
#include "store/store.h"

/* A canary under our eyes. */
struct canary_watch {
	struct canary c;    /* borrows its strings from the list below */
	pid_t pid;	    /* of its first process */
	bool is_over;	    /* that has ended */
	bool is_from_start; /* everything of it was seen so far */
};

enum { KIN_MEMORY = 256 };

/* Which canary a process descends from, remembered for a moment: a flood comes from few. */
struct kin_memory {
	pid_t pid; /* 0: nothing */
	int64_t until;
	size_t canary; /* index + 1 of the watched one; 0: none */
};

/* Zero-initialise, then kin_init. */
struct kin {
	const char *app; /* NULL: everybody's */
	struct map exes; /* by path */
	struct canaries list;
	vec_of(struct canary_watch) watched;
	struct kin_memory memory[KIN_MEMORY]; /* by pid modulo that */
	int64_t begun, last; /* when watching began, when the canaries were met last */
};

void kin_init(struct kin *k, const char *app);
/* An executable that is ours, and all that a profile names: 0 or -ENOMEM. */
int kin_add_exe(struct kin *k, const char *path) must_check;
int kin_add_policy(struct kin *k, const struct policy *policy) must_check;
void kin_fini(struct kin *k);

/*
 * Is a call ours that a process made at that time? *app gets the app that it belongs to where that
 * can be told, *canary the uuid of its canary.
 */
bool kin_has(struct kin *k, pid_t pid, int64_t time, const char *exe, const char **app,
	     const char **canary);

/*
 * Looks which canaries there are, and brings those that were watched up to date: unless something
 * was lost since the last time.
 */
int kin_meet(struct kin *k, struct store *s, int64_t now, uint64_t losses, bool is_live,
	     struct err *e) must_check;

unsigned kin_alive(const struct kin *k);

#endif
