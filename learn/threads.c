/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The floor of programs with threads. */
#include "learn/threads.h"

#include "policy/algebra.h"
#include "policy/text.h"

#include <errno.h>
#include <linux/sched.h>
#include <string.h>

/*
 * As glibc 2.31 to 2.41 and musl 1.2 do it. A lock that is free costs no call; one that is taken
 * costs a wait, and its release a wake-up. malloc gives a thread that finds every heap busy a heap
 * of its own: it counts the processors, reserves addresses, opens part of them, and gives memory
 * back. None of it reaches further than the program's own memory. The priority-inheriting futex
 * operations are not among them: they are rare, and a classic of exploits.
 */
static const struct contention {
	const char *call;
	const char *cond; /* NULL: always */
} contentions[] = {
	{ "futex", "futex_op in {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_PRIVATE, FUTEX_WAKE_PRIVATE, "
		   "FUTEX_WAIT_BITSET_PRIVATE, FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME, "
		   "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME}" },
	{ "futex_time64", "futex_op in {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_PRIVATE, "
			  "FUTEX_WAKE_PRIVATE, FUTEX_WAIT_BITSET_PRIVATE, "
			  "FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME, "
			  "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME}" },
	{ "mmap", "prot == PROT_NONE && flags == MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE" },
	{ "mmap2", "prot == PROT_NONE && flags == MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE" },
	{ "mprotect", "prot == PROT_READ|PROT_WRITE" },
	{ "munmap", NULL },
	{ "madvise", "advice == MADV_DONTNEED" },
	{ "sched_getaffinity", NULL },
	{ "sched_yield", NULL },
};

static bool makes_threads(const struct observations *o, const struct arch *arch)
{
	const struct syscall *clone = arch_syscall_named(arch, "clone");
	int flags = clone ? signature_arg(clone->signature, "flags") : -1;

	vec_for(seen, &o->all) {
		if (flags >= 0 && seen->arch == arch && seen->nr == clone->nr &&
		    seen->args[flags].kind == FOLD_VALUE && seen->args[flags].low & CLONE_THREAD)
			return true;
	}
	return false;
}

/* The rule as a policy of its own; the parser knows the constants of the arch. */
static int parse(const struct contention *c, const struct arch *arch, struct policy **p,
		 struct err *e)
{
	autostr struct str s = { 0 };

	str_putf(&s, "wont 1\narch %s {\n%s", arch->name, c->call);
	str_putf(&s, c->cond ? ": %s\n}\n" : "\n}\n", c->cond);
	return s.failed ? err_set(e, -ENOMEM, "out of memory")
			: policy_parse(str_text(&s), s.len, "threads", p, e);
}

/* i386's old mmap takes one pointer: its fields are out of a filter's reach. */
static bool is_about(const struct contention *c, const struct syscall *call)
{
	return call && (strcmp(c->call, "mmap") || signature_arg(call->signature, "prot") >= 0);
}

static int add(struct policy *p, const struct contention *c, const struct arch *arch, struct err *e)
{
	autopolicy struct policy *one = NULL;
	struct rule *rule;
	bool is_known;
	int r;

	if (!is_about(c, arch_syscall_named(arch, c->call)))
		return 0;
	r = parse(c, arch, &one, e);
	r = r ? r : policy_subset(one, p, &is_known, NULL, e);
	if (r || is_known)
		return r;
	rule = &one->blocks.data[0].rules.data[0];
	struct cond *cond = rule->cond;
	rule->cond = NULL;
	rule = block_add(policy_block(p, arch), rule->nr, cond, rule->action);
	if (!rule)
		return err_set(e, -ENOMEM, "out of memory");
	rule->from.is_floor = true;
	return 0;
}

int learn_threads(struct policy *p, const struct observations *o, struct err *e)
{
	vec_for(block, &p->blocks) {
		const struct arch *arch = block->arch;

		if (!makes_threads(o, arch))
			continue;
		for (size_t i = 0; i < countof(contentions); i++) {
			int r = add(p, &contentions[i], arch, e);

			if (r)
				return r;
		}
	}
	return 0;
}
