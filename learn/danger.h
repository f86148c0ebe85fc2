/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LEARN_DANGER_H
#define LEARN_DANGER_H

/* What a policy admits that an attacker would thank you for. */

#include "policy/policy.h"

enum danger_level {
	DANGER_NOTE,   /* listed */
	DANGER_REFUSE, /* learn refuses it without --accept NAME */
};

/* An entry of the shipped table. Whether a policy admits it is decided exactly, on conditions. */
struct danger {
	const char *name; /* what --accept takes: "ptrace", "wx-mapping", "netlink-socket", ... */
	const char *call; /* syscall name */
	const char *cond; /* profile text of the dangerous cases, beginning with an argument; NULL:
			     every case. Not about arches whose call lacks that argument */
	enum danger_level level;
	const char *reason; /* one sentence */
};

extern const struct danger dangers[];
extern const size_t danger_count;

struct danger_hit {
	const struct danger *danger;
	const struct arch *arch;
	uint32_t nr;
	bool is_accepted;
	struct call witness; /* an admitted call that is dangerous */
};

struct danger_hits {
	vec_of(struct danger_hit) all; /* in the table's order */
};

/* Every danger that p admits (ALLOW or LOG). accept: names, NULL-terminated, or NULL. -EINVAL: an
 * unknown name. */
int danger_find(const struct policy *p, const char *const *accept, struct danger_hits *out,
		struct err *e) must_check;
void danger_hits_fini(struct danger_hits *hits);

/* A policy of one block, whose rules hold the danger's cases on arch; *p is the caller's. -EINVAL
 * where arch does not know the call. */
int danger_cases(const struct danger *danger, const struct arch *arch, struct policy **p,
		 struct err *e) must_check;

/*
 * The worst danger that a call under a condition (NULL: always) contains, or NULL: for diff and
 * explain.
 */
const struct danger *danger_of(const struct arch *arch, uint32_t nr, const struct cond *cond);

#endif
