/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_SIGHTING_H
#define TESTS_UNIT_SIGHTING_H

/* Observations made by hand: one raw call after another, folded as a recorder would. */

#include "store/fold.h"
#include "store/observation.h"
#include "tests/unit/unit.h"

#include <string.h>

/* Adds a call that exe made in run `run`, count times; equal tuples join. */
static inline void see_in(struct observations *o, uint32_t run, const char *exe,
			  const struct arch *arch, const char *name,
			  const uint64_t args[SYSCALL_ARGS], uint64_t count)
{
	const struct syscall *call = arch_syscall_named(arch, name);
	struct observation seen = { .exe = exe, .exe_id = "", .arch = arch, .count = count };
	const struct signature *signature;
	struct observation *fresh;

	assert_non_null(call);
	seen.nr = call->nr;
	signature = syscall_signature(arch, call, args);
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		seen.args[i] = fold_arg(&signature->args[i], args[i], 100, 101);
	vec_for(known, &o->all) {
		bool is_same = known->arch == arch && known->nr == call->nr &&
			       strcmp(known->exe, exe) == 0;

		for (unsigned i = 0; i < SYSCALL_ARGS; i++)
			is_same = is_same && folded_is_same(&known->args[i], &seen.args[i]);
		if (!is_same)
			continue;
		for (unsigned i = 0; i < SYSCALL_ARGS; i++)
			folded_widen(&known->args[i], &seen.args[i]);
		known->count += count;
		if (known->run_indices.data[known->run_indices.len - 1] != run)
			assert_int_equal(vec_push(&known->run_indices, run), 0);
		known->runs = (uint32_t)known->run_indices.len;
		return;
	}
	fresh = vec_add(&o->all);
	assert_non_null(fresh);
	*fresh = seen;
	assert_int_equal(vec_push(&fresh->run_indices, run), 0);
	fresh->runs = 1;
}

/* see(&o, "openat", AT_FDCWD, path, flags): by one program, natively, in the first run, once. */
#define see(o, name, ...)                                                                          \
	see_in(o, 0, "/bin/program", arch_native(), name, (const uint64_t[6]){ __VA_ARGS__ }, 1)

static inline void forget(struct observations *o)
{
	observations_fini(o);
}

#endif
