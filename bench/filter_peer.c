/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same policy compiled by libseccomp. */
#include "bench/filter_peer.h"

#include "config.h"

#include <errno.h>

#ifdef HAVE_LIBSECCOMP

#include "base/cleanup.h"

#include <seccomp.h>
#include <stdio.h>
#include <time.h>

struct peer {
	scmp_filter_ctx context;
	uint32_t nr;
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

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The tests that a conjunction still has to make: this one, then those behind it. */
struct rest {
	const struct cond *cond;
	size_t from;
	const struct rest *next;
};

static int add(struct peer *peer, const struct rest *rest);

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

static int add_value(struct peer *peer, const struct test *t, uint64_t value,
		     const struct rest *rest)
{
	uint64_t width = t->bits == 32 ? UINT32_MAX : UINT64_MAX;

	if ((t->mask & width) == UINT64_MAX)
		return add_compared(peer, t, SCMP_CMP_EQ, value, 0, rest);
	return add_compared(peer, t, SCMP_CMP_MASKED_EQ, t->mask & width, value & width, rest);
}

static int add_range(struct peer *peer, const struct test *t, struct range range,
		     const struct rest *rest)
{
	uint64_t last = t->bits == 32 ? UINT32_MAX : UINT64_MAX;
	int r = 0;

	if (t->mask != UINT64_MAX)
		return -EOPNOTSUPP;
	if (range.low == 0 && range.high >= last)
		return add(peer, rest);
	if (range.low == 0 && range.high > 0 && !t->is_signed)
		return add_compared(peer, t, SCMP_CMP_LE, range.high, 0, rest);
	if (range.high >= last && range.low < last && !t->is_signed)
		return add_compared(peer, t, SCMP_CMP_GE, range.low, 0, rest);
	/* What has two ends is spelled out in aligned blocks, one masked comparison each. */
	for (uint64_t low = range.low; !r && low <= range.high;) {
		uint64_t size = low ? low & -low : UINT64_C(1) << 63;

		while (size - 1 > range.high - low)
			size /= 2;
		r = add_compared(peer, t, SCMP_CMP_MASKED_EQ, ~(size - 1) & last, low, rest);
		low += size;
	}
	return r;
}

static int add_test(struct peer *peer, const struct test *t, const struct rest *rest)
{
	int r = 0;

	switch (t->op) {
	case OP_EQ:
		return add_value(peer, t, t->value, rest);
	case OP_IN:
		for (size_t i = 0; !r && i < t->range_count; i++)
			r = add_range(peer, t, t->ranges[i], rest);
		return r;
	case OP_LE:
		return add_range(peer, t, (struct range){ 0, t->value }, rest);
	case OP_GE:
		return add_range(peer, t, (struct range){ t->value, UINT64_MAX }, rest);
	case OP_NE:
	case OP_LT:
	case OP_GT:
		break;
	}
	return -EOPNOTSUPP;
}

/* One libseccomp rule for every way to choose among the alternatives. */
static int add(struct peer *peer, const struct rest *rest)
{
	const struct cond *c = rest ? rest->cond : NULL;
	int r = 0;

	if (!rest)
		return seccomp_rule_add_exact_array(peer->context, SCMP_ACT_ALLOW, (int)peer->nr,
						    peer->count, peer->tests);
	switch (c->kind) {
	case COND_TRUE:
		return add(peer, rest->next);
	case COND_FALSE:
		return 0;
	case COND_TEST:
		return add_test(peer, &c->test, rest->next);
	case COND_AND:
		if (rest->from == c->count)
			return add(peer, rest->next);
		struct rest more = { c, rest->from + 1, rest->next };
		return add(peer, &(struct rest){ c->children[rest->from], 0, &more });
	case COND_OR:
		for (size_t i = 0; !r && i < c->count; i++)
			r = add(peer, &(struct rest){ c->children[i], 0, rest->next });
		return r;
	case COND_NOT:
		break;
	}
	return -EOPNOTSUPP;
}

static int add_block(struct peer *peer, const struct block *block)
{
	int r = 0;

	vec_for(rule, &block->rules) {
		struct rest rest = { rule->cond, 0, NULL };

		peer->nr = rule->nr;
		peer->count = 0;
		if (!r)
			r = rule->action.kind == ACTION_ALLOW ? add(peer, rule->cond ? &rest : NULL)
							      : -EOPNOTSUPP;
		if (r == -EEXIST)
			r = 0; /* said twice */
	}
	return r;
}

static int export(scmp_filter_ctx context, struct filter *f, struct err *e)
{
	FILE *file = tmpfile();
	int r = file ? seccomp_export_bpf(context, fileno(file)) : -errno;
	static char bytes[1 << 20];
	size_t len;

	if (r) {
		if (file)
			fclose(file);
		return err_sys(e, r, "libseccomp's export");
	}
	rewind(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	if (len / sizeof(struct sock_filter) > FILTER_MAX)
		return err_set(e, -E2BIG, "%zu instructions", len / sizeof(struct sock_filter));
	return filter_from_bytes(bytes, len, f, e);
}

int peer_compile(const struct policy *p, uint32_t optimize, struct filter *f, double *seconds,
		 struct err *e)
{
	const struct block *block = policy_block(p, arch_by_name("x86_64"));
	struct peer peer = { .context = seccomp_init(SCMP_ACT_KILL_PROCESS) };
	double start = now();
	int r;

	if (!block || p->blocks.len != 1)
		return err_set(e, -EOPNOTSUPP, "only x86_64 alone is compared");
	if (!peer.context)
		return err_set(e, -ENOMEM, "out of memory");
	r = seccomp_attr_set(peer.context, SCMP_FLTATR_CTL_OPTIMIZE, optimize);
	if (!r)
		r = add_block(&peer, block);
	if (!r)
		r = export(peer.context, f, e);
	else
		err_sys(e, r, "libseccomp");
	*seconds = now() - start;
	seccomp_release(peer.context);
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
