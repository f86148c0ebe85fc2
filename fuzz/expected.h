/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_EXPECTED_H
#define FUZZ_EXPECTED_H

/*
 * What libseccomp's manual pages promise of a filter, said once more and as simply as can be: the
 * rules are kept as they were added, and a call is held against each.
 */

#include "base/vec.h"
#include "compat/seccomp.h"
#include "policy/policy.h"

struct added_rule {
	uint32_t action;
	int nr; /* the native arch's */
	unsigned count;
	struct scmp_arg_cmp args[SYSCALL_ARGS];
};

/* The rules that were added while the arch was there. */
struct expected_arch {
	const struct arch *arch;
	vec_of(struct added_rule) rules;
};

struct expected {
	uint32_t fallback;
	uint32_t bad_arch;
	vec_of(struct expected_arch) arches;
};

void expected_fini(struct expected *x);
void expected_reset(struct expected *x, uint32_t fallback);
void expected_add_arch(struct expected *x, const struct arch *arch);
void expected_remove_arch(struct expected *x, const struct arch *arch);
void expected_add_rule(struct expected *x, const struct added_rule *rule);
/* Moves all arches of src into dst. */
void expected_merge(struct expected *dst, struct expected *src);

/*
 * The actions that the call may get, the first one in all[0]: more than one only where conditional
 * rules with different actions hold, of which the manual pages do not tell which wins.
 */
struct verdicts {
	uint32_t all[64];
	size_t count;
};
void expected_verdicts(const struct expected *x, const struct call *call, struct verdicts *v);

#endif
