/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libseccomp's manual pages promise of a filter. */
#include "fuzz/expected.h"

#include <string.h>

/* Calls that socketcall(2) and ipc(2) lead to, by their first argument (linux/net.h, linux/ipc.h).
 */
static const struct {
	const char *entrance;
	uint64_t number;
	const char *name;
} behind[] = {
	{ "socketcall", 1, "socket" },
	{ "socketcall", 2, "bind" },
	{ "socketcall", 3, "connect" },
	{ "socketcall", 4, "listen" },
	{ "socketcall", 5, "accept" },
	{ "socketcall", 6, "getsockname" },
	{ "socketcall", 7, "getpeername" },
	{ "socketcall", 8, "socketpair" },
	{ "socketcall", 9, "send" },
	{ "socketcall", 10, "recv" },
	{ "socketcall", 11, "sendto" },
	{ "socketcall", 12, "recvfrom" },
	{ "socketcall", 13, "shutdown" },
	{ "socketcall", 14, "setsockopt" },
	{ "socketcall", 15, "getsockopt" },
	{ "socketcall", 16, "sendmsg" },
	{ "socketcall", 17, "recvmsg" },
	{ "socketcall", 18, "accept4" },
	{ "socketcall", 19, "recvmmsg" },
	{ "socketcall", 20, "sendmmsg" },
	{ "ipc", 1, "semop" },
	{ "ipc", 2, "semget" },
	{ "ipc", 3, "semctl" },
	{ "ipc", 4, "semtimedop" },
	{ "ipc", 11, "msgsnd" },
	{ "ipc", 12, "msgrcv" },
	{ "ipc", 13, "msgget" },
	{ "ipc", 14, "msgctl" },
	{ "ipc", 21, "shmat" },
	{ "ipc", 22, "shmdt" },
	{ "ipc", 23, "shmget" },
	{ "ipc", 24, "shmctl" },
};

/* Pseudo numbers that rules of the test use: what native x86_64 lacks. */
static const struct {
	int nr;
	const char *name;
} pseudo[] = {
	{ -109, "send" },
	{ -110, "recv" },
	{ -10029, "mmap2" },
	{ -10073, "waitpid" },
};

void expected_fini(struct expected *x)
{
	vec_for(arch, &x->arches)
		vec_fini(&arch->rules);
	vec_fini(&x->arches);
}

void expected_reset(struct expected *x, uint32_t fallback)
{
	expected_fini(x);
	x->fallback = fallback;
	x->bad_arch = SCMP_ACT_KILL;
	expected_add_arch(x, arch_native());
}

void expected_add_arch(struct expected *x, const struct arch *arch)
{
	struct expected_arch *added = vec_add(&x->arches);

	if (!added)
		abort();
	added->arch = arch;
}

void expected_remove_arch(struct expected *x, const struct arch *arch)
{
	for (size_t i = 0; i < x->arches.len; i++) {
		if (x->arches.data[i].arch != arch)
			continue;
		vec_fini(&x->arches.data[i].rules);
		x->arches.data[i] = x->arches.data[--x->arches.len];
	}
}

void expected_add_rule(struct expected *x, const struct added_rule *rule)
{
	vec_for(arch, &x->arches)
		if (vec_push(&arch->rules, *rule))
			abort();
}

void expected_merge(struct expected *dst, struct expected *src)
{
	vec_for(arch, &src->arches)
		if (vec_push(&dst->arches, *arch))
			abort();
	src->arches.len = 0;
	expected_fini(src);
}

/* Compared are 32 bits where a long has 32, as libseccomp does. */
static uint64_t width_of(const struct arch *arch)
{
	bool is_narrow =
		arch->bits == 32 || strcmp(arch->name, "x32") == 0 || strstr(arch->name, "n32");

	return is_narrow ? UINT32_MAX : UINT64_MAX;
}

static bool holds(const struct scmp_arg_cmp *c, uint64_t argument, uint64_t width)
{
	uint64_t v = argument & width;
	uint64_t datum = c->datum_a & width;

	switch (c->op) {
	case SCMP_CMP_NE:
		return v != datum;
	case SCMP_CMP_LT:
		return v < datum;
	case SCMP_CMP_LE:
		return v <= datum;
	case SCMP_CMP_EQ:
		return v == datum;
	case SCMP_CMP_GE:
		return v >= datum;
	case SCMP_CMP_GT:
		return v > datum;
	case SCMP_CMP_MASKED_EQ:
		return (v & datum) == (c->datum_b & datum);
	case _SCMP_CMP_MIN:
	case _SCMP_CMP_MAX:
		break;
	}
	abort();
}

/* A mask of nothing asks nothing. */
static bool asks(const struct scmp_arg_cmp *c, uint64_t width)
{
	return c->op != SCMP_CMP_MASKED_EQ || c->datum_a & width;
}

static const char *name_of(int nr)
{
	const struct syscall *call = nr >= 0 ? arch_syscall(arch_native(), (uint32_t)nr) : NULL;

	for (size_t i = 0; i < countof(pseudo); i++)
		if (pseudo[i].nr == nr)
			return pseudo[i].name;
	return call ? call->name : NULL;
}

/* Is the call the one that the rule names, itself or behind its entrance (*pinned)? */
static bool names(const struct arch *arch, const struct added_rule *r, const struct call *call,
		  bool *pinned)
{
	const char *name = name_of(r->nr);
	const struct syscall *own = name ? arch_syscall_named(arch, name) : NULL;

	*pinned = false;
	if (r->nr == -1 || (arch == arch_native() && r->nr >= 0))
		return call->nr == (uint32_t)r->nr;
	if (own && own->nr == call->nr)
		return true;
	*pinned = true;
	for (size_t i = 0; name && i < countof(behind); i++) {
		const struct syscall *entrance = arch_syscall_named(arch, behind[i].entrance);

		if (entrance && entrance->nr == call->nr && strcmp(behind[i].name, name) == 0 &&
		    (call->args[0] & width_of(arch)) == behind[i].number)
			return true;
	}
	return false;
}

static bool matches(const struct arch *arch, const struct added_rule *r, const struct call *call,
		    bool *is_unconditional)
{
	bool pinned;

	if (!names(arch, r, call, &pinned))
		return false;
	*is_unconditional = !pinned;
	for (unsigned i = 0; i < r->count; i++) {
		if ((pinned && r->args[i].arg == 0) || !asks(&r->args[i], width_of(arch)))
			continue;
		*is_unconditional = false;
		if (!holds(&r->args[i], call->args[r->args[i].arg], width_of(arch)))
			return false;
	}
	return true;
}

static void add_verdict(struct verdicts *v, uint32_t action)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->all[i] == action)
			return;
	if (v->count < countof(v->all))
		v->all[v->count++] = action;
}

void expected_verdicts(const struct expected *x, const struct call *call, struct verdicts *v)
{
	const struct arch *arch = arch_by_token(call->token, call->nr);
	const struct expected_arch *there = NULL;

	v->count = 0;
	vec_for(a, &x->arches)
		if (a->arch == arch)
			there = a;
	if (!there) {
		add_verdict(v, x->bad_arch);
		return;
	}
	vec_for(rule, &there->rules) {
		bool is_unconditional;

		if (!matches(arch, rule, call, &is_unconditional))
			continue;
		/* The first that asks nothing stands above all others. */
		if (is_unconditional) {
			v->all[0] = rule->action;
			v->count = 1;
			return;
		}
		add_verdict(v, rule->action);
	}
	if (!v->count)
		add_verdict(v, x->fallback);
}
