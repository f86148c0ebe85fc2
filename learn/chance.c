/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The floor of what was seen. */
#include "learn/chance.h"

#include "policy/algebra.h"
#include "policy/text.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum occasion {
	WHERE_SEEN,   /* the call was seen, with whatever arguments */
	WITH_THREADS, /* a thread was made */
	WITH_SHARED,  /* writable memory that other processes may share was mapped */
	NON_BLOCKING, /* a descriptor was made non-blocking */
	LOOKS_BACK,   /* a child was looked after without waiting for it */
	PREEMPTS,     /* threads are made that mind SIGURG */
};

#define LOCK_OPERATIONS                                                                            \
	"futex_op in {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_PRIVATE, FUTEX_WAKE_PRIVATE, "            \
	"FUTEX_WAIT_BITSET_PRIVATE, FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME, "                      \
	"FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME}"
#define SHORT_SLEEP "clockid == CLOCK_REALTIME && flags == 0" /* what nanosleep(3) makes */
#define NEW_HEAP    "prot == PROT_NONE && flags == MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE"

/*
 * As glibc 2.31 to 2.41 and musl 1.2 do it. A lock that is free costs no call; one that is taken
 * costs a wait, and its release a wake-up, between processes as between threads. malloc gives a
 * thread that finds every heap busy a heap of its own: it counts the processors, reserves
 * addresses, opens part of them, and gives memory back. A spinning lock, such as a garbage
 * collector's, sleeps a little when it has spun in vain. An event loop asks for writability, and a
 * writer to a pipe waits for room, only when the peer is slower. A shell that looks after a child
 * and finds it running sleeps until SIGCHLD. Go's runtime (1.14 to 1.24) interrupts with SIGURG a
 * thread that computes for long, and sweeps its memory by time.
 * None of it reaches further than what the program has already. The priority-inheriting futex
 * operations are not among them: they are rare, and a classic of exploits.
 */
static const struct chance {
	enum occasion occasion;
	const char *call;
	const char *cond; /* NULL: always */
} chances[] = {
	{ WHERE_SEEN, "epoll_ctl", "op in {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL}" },
	{ NON_BLOCKING, "poll", NULL },
	{ NON_BLOCKING, "select", NULL },
	{ LOOKS_BACK, "rt_sigsuspend", NULL },
	{ WITH_THREADS, "futex", LOCK_OPERATIONS },
	{ WITH_THREADS, "futex_time64", LOCK_OPERATIONS },
	{ WITH_SHARED, "futex", LOCK_OPERATIONS },
	{ WITH_SHARED, "futex_time64", LOCK_OPERATIONS },
	{ WITH_THREADS, "mmap", NEW_HEAP },
	{ WITH_THREADS, "mmap2", NEW_HEAP },
	{ WITH_THREADS, "mprotect", "prot == PROT_READ|PROT_WRITE" },
	{ WITH_THREADS, "munmap", NULL },
	{ WITH_THREADS, "madvise", "advice == MADV_DONTNEED" },
	{ WITH_THREADS, "sched_getaffinity", NULL },
	{ WITH_THREADS, "sched_yield", NULL },
	{ WITH_THREADS, "nanosleep", NULL },
	{ WITH_THREADS, "clock_nanosleep", SHORT_SLEEP },
	{ WITH_THREADS, "clock_nanosleep_time64", SHORT_SLEEP },
	{ PREEMPTS, "getpid", NULL },
	{ PREEMPTS, "tgkill", "sig == SIGURG" },
	{ PREEMPTS, "madvise",
	  "advice in {MADV_FREE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLLAPSE}" },
};

static bool is_seen(const struct observations *o, const struct arch *arch, uint32_t nr)
{
	vec_for(seen, &o->all) {
		if (seen->arch == arch && seen->nr == nr)
			return true;
	}
	return false;
}

/* Was the call seen with one of a mask's bits, or with just a value, in the argument of that name?
 */
static bool has_value(const struct observations *o, const struct arch *arch, const char *name,
		      const char *arg, const char *constant, bool is_mask)
{
	const struct syscall *call = arch_syscall_named(arch, name);
	int at = call ? signature_arg(call->signature, arg) : -1;
	uint64_t bits;

	if (at < 0 || !arch_constant(arch, constant, &bits))
		return false;
	vec_for(seen, &o->all) {
		const struct folded *folded = &seen->args[at];

		if (seen->arch == arch && seen->nr == call->nr && folded->kind == FOLD_VALUE &&
		    arg_class_is_exact(folded->class) &&
		    (is_mask ? folded->low & bits : folded->low == bits))
			return true;
	}
	return false;
}

static bool has_bits(const struct observations *o, const struct arch *arch, const char *name,
		     const char *arg, const char *constant)
{
	return has_value(o, arch, name, arg, constant, true);
}

static bool makes_threads(const struct observations *o, const struct arch *arch)
{
	return has_bits(o, arch, "clone", "flags", "CLONE_THREAD");
}

/* Locks and semaphores of processes lie in memory that they share, and are locks of threads but for
 * that. */
static bool maps_shared(const struct observations *o, const struct arch *arch, const char *name)
{
	const struct syscall *call = arch_syscall_named(arch, name);
	int flags = call ? signature_arg(call->signature, "flags") : -1;
	int prot = call ? signature_arg(call->signature, "prot") : -1;

	if (flags < 0 || prot < 0)
		return false;
	vec_for(seen, &o->all) {
		if (seen->arch == arch && seen->nr == call->nr &&
		    seen->args[flags].kind == FOLD_VALUE && seen->args[flags].low & MAP_SHARED &&
		    seen->args[prot].kind == FOLD_VALUE && seen->args[prot].low & PROT_WRITE)
			return true;
	}
	return false;
}

static bool is_non_blocking(const struct observations *o, const struct arch *arch)
{
	return has_bits(o, arch, "fcntl", "arg", "O_NONBLOCK") ||
	       has_bits(o, arch, "fcntl64", "arg", "O_NONBLOCK") ||
	       has_bits(o, arch, "pipe2", "flags", "O_NONBLOCK") ||
	       has_bits(o, arch, "socket", "type", "SOCK_NONBLOCK") ||
	       has_bits(o, arch, "accept4", "flags", "SOCK_NONBLOCK");
}

static bool looks_back(const struct observations *o, const struct arch *arch)
{
	return has_bits(o, arch, "wait4", "options", "WNOHANG") ||
	       has_bits(o, arch, "waitpid", "options", "WNOHANG");
}

/* Nobody else handles a signal that is ignored by default, and sends it to threads. */
static bool preempts(const struct observations *o, const struct arch *arch)
{
	return makes_threads(o, arch) &&
	       has_value(o, arch, "rt_sigaction", "signum", "SIGURG", false);
}

/* i386's old mmap takes one pointer: its fields are out of a filter's reach. */
static bool is_occasion(const struct chance *c, const struct observations *o,
			const struct arch *arch)
{
	const struct syscall *call = arch_syscall_named(arch, c->call);

	if (!call || (!strcmp(c->call, "mmap") && signature_arg(call->signature, "prot") < 0))
		return false;
	switch (c->occasion) {
	case WHERE_SEEN:
		return is_seen(o, arch, call->nr);
	case WITH_THREADS:
		return makes_threads(o, arch);
	case WITH_SHARED:
		return maps_shared(o, arch, "mmap") || maps_shared(o, arch, "mmap2");
	case NON_BLOCKING:
		return is_non_blocking(o, arch);
	case LOOKS_BACK:
		return looks_back(o, arch);
	case PREEMPTS:
		return preempts(o, arch);
	}
	return false;
}

/* The rule as a policy of its own: the parser knows the constants of the arch. */
static int parse(const struct chance *c, const struct arch *arch, struct policy **p, struct err *e)
{
	autostr struct str s = { 0 };

	str_putf(&s, "wont 1\narch %s {\n%s%s%s\n}\n", arch->name, c->call, c->cond ? ": " : "",
		 c->cond ? c->cond : "");
	return s.failed ? err_set(e, -ENOMEM, "out of memory")
			: policy_parse(str_text(&s), s.len, "chance", p, e);
}

/*
 * Cuts a set down to the values that p does not admit; one is the policy that the rule stands in.
 * The sets above have a handful of values.
 */
static int keep_new(struct policy *one, struct rule *rule, const struct policy *p, struct err *e)
{
	autocond struct cond *whole = rule->cond;
	struct range kept[16];
	struct test test = whole->test;
	size_t count = 0;
	int r = 0;

	rule->cond = NULL;
	for (size_t i = 0; i < whole->test.range_count; i++) {
		const struct range *range = &whole->test.ranges[i];

		for (uint64_t v = range->low; !r && v <= range->high && count < countof(kept);
		     v++) {
			bool is_known = false;

			kept[count] = (struct range){ v, v };
			test.ranges = &kept[count];
			test.range_count = 1;
			cond_free(rule->cond);
			rule->cond = cond_test(test);
			r = rule->cond ? policy_subset(one, p, &is_known, NULL, e)
				       : err_set(e, -ENOMEM, "out of memory");
			count += !is_known;
		}
	}
	cond_free(rule->cond);
	test.ranges = kept;
	test.range_count = count;
	rule->cond = r ? NULL : cond_test(test);
	return r || rule->cond ? r : err_set(e, -ENOMEM, "out of memory");
}

/* The rule of a policy that has one. */
static struct rule *first_rule(const struct policy *p)
{
	vec_for(block, &p->blocks) {
		vec_for(rule, &block->rules)
			return rule;
	}
	return NULL;
}

static int add(struct policy *p, const struct chance *c, const struct arch *arch, struct err *e)
{
	autopolicy struct policy *one = NULL;
	struct rule *rule;
	bool is_known;
	int r = parse(c, arch, &one, e);

	r = r ? r : policy_subset(one, p, &is_known, NULL, e);
	if (r || is_known)
		return r;
	rule = first_rule(one);
	if (!rule)
		return 0;
	if (rule->cond && rule->cond->kind == COND_TEST && rule->cond->test.op == OP_IN)
		r = keep_new(one, rule, p, e);
	if (r)
		return r;
	struct cond *cond = rule->cond;
	rule->cond = NULL;
	rule = block_add(policy_block(p, arch), rule->nr, cond, rule->action);
	if (!rule)
		return err_set(e, -ENOMEM, "out of memory");
	rule->from.is_floor = true;
	return 0;
}

int learn_chance(struct policy *p, const struct observations *o, struct err *e)
{
	vec_for(block, &p->blocks) {
		const struct arch *arch = block->arch;

		for (size_t i = 0; i < countof(chances); i++) {
			int r = is_occasion(&chances[i], o, arch) ? add(p, &chances[i], arch, e)
								  : 0;

			if (r)
				return r;
		}
	}
	return 0;
}
