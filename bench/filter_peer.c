/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same policy compiled by libseccomp. */
#include "bench/filter_peer.h"

#include "config.h"

#include <errno.h>

#ifdef HAVE_LIBSECCOMP

#include "base/cleanup.h"

#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	VALUES_MAX = 32,   /* of a range that are named one by one */
	RULES_MAX = 40000, /* of libseccomp, that a policy may come to */
	LIMIT = 10, /* seconds of building: of too many rules libseccomp makes minutes, or no end */
};

struct peer {
	scmp_filter_ctx context;
	uint32_t action; /* SCMP_ACT_*, which are SECCOMP_RET_* words */
	uint32_t nr;
	unsigned rules;	  /* made so far */
	bool is_counting; /* and nothing else */
	struct scmp_arg_cmp tests[SYSCALL_ARGS];
	unsigned count;
};

bool peer_is_there(void)
{
	return true;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The tests that a conjunction still has to make: this one, then those behind it. */
struct rest {
	const struct cond *cond;
	bool want;   /* is it to hold, or not to? */
	size_t from; /* children of it that are dealt with */
	const struct rest *next;
};

static int add(struct peer *peer, const struct rest *rest);

static int by_low(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static int add_compared(struct peer *peer, const struct test *t, enum scmp_compare op, uint64_t a,
			uint64_t b, const struct rest *rest)
{
	int r;

	for (unsigned i = 0; i < peer->count; i++)
		if (peer->tests[i].arg == t->arg)
			return -EOPNOTSUPP; /* one test an argument is all that libseccomp takes */
	peer->tests[peer->count++] =
		(struct scmp_arg_cmp){ .arg = t->arg, .op = op, .datum_a = a, .datum_b = b };
	r = add(peer, rest);
	peer->count--;
	return r;
}

/* The argument, cut to the test's width, lies in the range; said as libseccomp can. */
static int add_range(struct peer *peer, const struct test *t, struct range range,
		     const struct rest *rest)
{
	uint64_t width = t->bits == 32 ? UINT32_MAX : UINT64_MAX;
	int r = 0;

	if (range.low == 0 && range.high == width)
		return add(peer, rest);
	if (t->bits == 64 && range.low == range.high)
		return add_compared(peer, t, SCMP_CMP_EQ, range.low, 0, rest);
	if (t->bits == 64 && range.low == 0)
		return add_compared(peer, t, SCMP_CMP_LE, range.high, 0, rest);
	if (t->bits == 64 && range.high == width)
		return add_compared(peer, t, SCMP_CMP_GE, range.low, 0, rest);
	/* What else there is is spelled out: few values one by one, many in aligned blocks. */
	for (uint64_t low = range.low, size; !r && low <= range.high; low += size) {
		size = low ? low & -low : UINT64_C(1) << 32;
		while (size - 1 > range.high - low)
			size /= 2;
		size = range.high - range.low < VALUES_MAX ? 1 : size;
		if (t->bits == 64 && size == 1)
			r = add_compared(peer, t, SCMP_CMP_EQ, low, 0, rest);
		else
			r = add_compared(peer, t, SCMP_CMP_MASKED_EQ, ~(size - 1) & width, low,
					 rest);
		if (low + size < low)
			break;
	}
	return r;
}

/* A test without a mask, as unsigned ranges of its width. */
static int add_unmasked(struct peer *peer, const struct test *t, bool want, const struct rest *rest)
{
	uint64_t width = t->bits == 32 ? UINT32_MAX : UINT64_MAX;
	struct range ranges[64], kept;
	size_t count = 0;
	int r = 0;

	if (t->is_signed && t->op != OP_EQ && t->op != OP_NE && t->op != OP_IN)
		return -EOPNOTSUPP;
	switch (t->op) {
	case OP_NE:
		want = !want;
		__attribute__((fallthrough));
	case OP_EQ:
		ranges[count++] = (struct range){ t->value & width, t->value & width };
		break;
	case OP_LT:
	case OP_LE:
		ranges[count++] = (struct range){ 0, t->value - (t->op == OP_LT) };
		break;
	case OP_GT:
	case OP_GE:
		ranges[count++] = (struct range){ t->value + (t->op == OP_GT), width };
		break;
	case OP_IN:
		for (size_t i = 0; i < t->range_count && count + 1 < countof(ranges); i++) {
			struct range range = t->ranges[i];

			/* A signed range may reach from below zero to above. */
			if (t->is_signed && (int64_t)range.low < 0 && (int64_t)range.high >= 0) {
				ranges[count++] = (struct range){ 0, range.high & width };
				range.high = UINT64_MAX;
			}
			ranges[count++] = (struct range){ range.low & width, range.high & width };
		}
		break;
	}
	qsort(ranges, count, sizeof(ranges[0]), by_low);
	kept.low = 0;
	for (size_t i = 0; !r && i < count; i++) {
		kept.high = ranges[i].low - 1;
		if (want)
			r = add_range(peer, t, ranges[i], rest);
		else if (ranges[i].low > kept.low)
			r = add_range(peer, t, kept, rest);
		kept.low = ranges[i].high + 1;
	}
	if (!r && !want && ranges[count - 1].high < width)
		r = add_range(peer, t, (struct range){ kept.low, width }, rest);
	return r;
}

static int add_test(struct peer *peer, const struct test *t, bool want, const struct rest *rest)
{
	uint64_t width = t->bits == 32 ? UINT32_MAX : UINT64_MAX;
	int r = 0;

	if ((t->mask & width) == width)
		return add_unmasked(peer, t, want, rest);
	if (!want)
		return -EOPNOTSUPP;
	if (t->op == OP_EQ)
		return add_compared(peer, t, SCMP_CMP_MASKED_EQ, t->mask & width, t->value & width,
				    rest);
	if (t->op != OP_IN)
		return -EOPNOTSUPP;
	for (size_t i = 0; !r && i < t->range_count; i++) {
		struct range range = t->ranges[i];

		if (range.high - range.low >= VALUES_MAX)
			return -EOPNOTSUPP;
		for (uint64_t v = range.low; !r && v - 1 != range.high; v++)
			r = add_compared(peer, t, SCMP_CMP_MASKED_EQ, t->mask & width, v & width,
					 rest);
	}
	return r;
}

static int add_all(struct peer *peer, const struct rest *rest)
{
	const struct cond *c = rest->cond;
	struct rest more = { c, rest->want, rest->from + 1, rest->next };

	if (rest->from == c->count)
		return add(peer, rest->next);
	return add(peer, &(struct rest){ c->children[rest->from], rest->want, 0, &more });
}

static int add_any(struct peer *peer, const struct rest *rest)
{
	const struct cond *c = rest->cond;
	int r = 0;

	for (size_t i = 0; !r && i < c->count; i++)
		r = add(peer, &(struct rest){ c->children[i], rest->want, 0, rest->next });
	return r;
}

/* One libseccomp rule for every way to choose among the alternatives. */
static int add(struct peer *peer, const struct rest *rest)
{
	const struct cond *c = rest ? rest->cond : NULL;
	int r;

	if (!rest) {
		if (++peer->rules > RULES_MAX)
			return -E2BIG;
		if (peer->is_counting)
			return 0;
		r = seccomp_rule_add_exact_array(peer->context, peer->action, (int)peer->nr,
						 peer->count, peer->tests);
		return r == -EEXIST ? 0 : r; /* said twice */
	}
	switch (c->kind) {
	case COND_FALSE:
	case COND_TRUE:
		return (c->kind == COND_TRUE) == rest->want ? add(peer, rest->next) : 0;
	case COND_TEST:
		return add_test(peer, &c->test, rest->want, rest->next);
	case COND_NOT:
		return add(peer, &(struct rest){ c->children[0], !rest->want, 0, rest->next });
	case COND_AND:
		return (rest->want ? add_all : add_any)(peer, rest);
	case COND_OR:
		return (rest->want ? add_any : add_all)(peer, rest);
	}
	return -EOPNOTSUPP;
}

static int add_block(struct peer *peer, const struct block *block)
{
	int r = 0;

	vec_for(rule, &block->rules) {
		struct rest rest = { rule->cond, true, 0, NULL };

		peer->nr = rule->nr;
		peer->action = action_ret(rule->action);
		peer->count = 0;
		if (!r)
			r = add(peer, rule->cond ? &rest : NULL);
	}
	return r;
}

/* What the child that builds has to say. */
struct report {
	int result; /* 1: not done yet */
	double seconds;
	size_t len; /* bytes */
	char bytes[1 << 20];
};

static int export(scmp_filter_ctx context, struct report *report)
{
	FILE *file = tmpfile();
	int r = file ? seccomp_export_bpf(context, fileno(file)) : -errno;

	if (!r) {
		rewind(file);
		report->len = fread(report->bytes, 1, sizeof(report->bytes), file);
	}
	if (file)
		fclose(file);
	return r;
}

static int build(const struct block *block, uint32_t optimize, struct report *report)
{
	struct peer peer = { .context = seccomp_init(SCMP_ACT_KILL_PROCESS), .is_counting = true };
	int r = peer.context ? seccomp_attr_set(peer.context, SCMP_FLTATR_CTL_OPTIMIZE, optimize)
			     : -ENOMEM;

	if (!r)
		r = add_block(&peer, block);
	peer.is_counting = false;
	peer.rules = 0;
	report->seconds = now();
	if (!r)
		r = add_block(&peer, block);
	if (!r)
		r = export(peer.context, report);
	report->seconds = now() - report->seconds;
	return r;
}

/* In a child, which can be stopped. */
static int build_apart(const struct block *block, uint32_t optimize, struct report *report,
		       struct err *e)
{
	pid_t pid = fork();

	if (pid == 0) {
		alarm(LIMIT);
		report->result = build(block, optimize, report);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		return err_set(e, -ECHILD, "no child");
	if (report->result == 1) {
		report->seconds = LIMIT;
		return err_set(e, -ETIME, "stopped after %d seconds", LIMIT);
	}
	return report->result ? err_sys(e, report->result, "libseccomp") : 0;
}

int peer_compile(const struct policy *p, uint32_t optimize, struct filter *f, double *seconds,
		 struct err *e)
{
	const struct block *block = policy_block(p, arch_by_name("x86_64"));
	struct report *report;
	int r;

	*seconds = 0;
	if (!block || p->blocks.len != 1)
		return err_set(e, -EOPNOTSUPP, "only x86_64 alone is compared");
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (report == MAP_FAILED)
		return err_set(e, -ENOMEM, "out of memory");
	report->result = 1;
	r = build_apart(block, optimize, report, e);
	*seconds = report->seconds;
	if (!r && report->len / sizeof(struct sock_filter) > FILTER_MAX)
		r = err_set(e, -E2BIG, "%zu instructions",
			    report->len / sizeof(struct sock_filter));
	if (!r)
		r = filter_from_bytes(report->bytes, report->len, f, e);
	munmap(report, sizeof(*report));
	return r;
}

#else

bool peer_is_there(void)
{
	return false;
}

int peer_compile(const struct policy *p, uint32_t optimize, struct filter *f, double *seconds,
		 struct err *e)
{
	(void)p;
	(void)optimize;
	(void)f;
	(void)seconds;
	return err_set(e, -EOPNOTSUPP, "built without libseccomp");
}

#endif
