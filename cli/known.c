/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a profile to a recording filter, by way of a policy whose verdicts are ALLOW and TRACE. */
#include "cli/known.h"

#include "base/cleanup.h"
#include "cli/digest.h"
#include "cli/profile.h"
#include "enforce/filter.h"
#include "tracer/tracer.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static const struct action record = { .kind = ACTION_TRACE, .data = TRACE_RECORD };
static const struct action answer = { .kind = ACTION_TRACE, .data = TRACE_ENOSYS };

/* (argument & mask) == value, 32 bits of it. */
static struct cond *test32(uint8_t arg, uint64_t mask, uint64_t value)
{
	return cond_test(
		(struct test){ .arg = arg, .bits = 32, .op = OP_EQ, .mask = mask, .value = value });
}

/* A rule of ours: TRACE is stricter than ALLOW, so it holds whatever the profile says. */
static int add_rule(struct block *b, const char *name, struct cond *cond, struct action action)
{
	const struct syscall *call = arch_syscall_named(b->arch, name);

	if (!call) {
		cond_free(cond);
		return 0;
	}
	return block_add(b, call->nr, cond, action) ? 0 : -ENOMEM;
}

/*
 * What the tracer has to see to keep its grip on the tree (tracer/call.c), whatever the profile
 * says of it.
 */
static int add_watched(struct block *b)
{
	struct cond *sets_filter = test32(0, UINT64_MAX, PR_SET_SECCOMP);
	struct cond *is_untraced = test32(0, CLONE_UNTRACED, CLONE_UNTRACED);

	if (!sets_filter || !is_untraced) {
		cond_free(sets_filter);
		cond_free(is_untraced);
		return -ENOMEM;
	}
	int r = add_rule(b, "prctl", sets_filter, record);
	int r2 = add_rule(b, "clone", is_untraced, record);
	if (r || r2)
		return -ENOMEM;
	r = add_rule(b, "seccomp", NULL, record);
	if (!r)
		r = add_rule(b, "ptrace", NULL, record);
	return r ? r : add_rule(b, "clone3", NULL, answer);
}

/* Keeps the rules that allow; every other verdict becomes TRACE, clone3's rules go. */
static int convert_block(struct block *b)
{
	const struct syscall *clone3 = arch_syscall_named(b->arch, "clone3");
	size_t kept = 0;

	for (size_t i = 0; i < b->rules.len; i++) {
		struct rule *rule = &b->rules.data[i];

		if (clone3 && rule->nr == clone3->nr) {
			rule_fini(rule);
			continue;
		}
		if (rule->action.kind != ACTION_ALLOW)
			rule->action = record;
		b->rules.data[kept++] = *rule;
	}
	b->rules.len = kept;
	return add_watched(b);
}

/* The recording policy of a profile, made in its place. */
static int convert(struct policy *p)
{
	int r = 0;

	p->fallback = p->foreign_arch = record;
	p->newer = (struct newer){ 0 };
	/* Every ABI that this machine can run gets its block, for the sake of clone3. */
	for (const struct arch *const *a = arches; *a; a++)
		if (arch_is_here(*a) && !policy_add_block(p, *a))
			return -ENOMEM;
	for (size_t i = 0; i < p->blocks.len && !r; i++)
		r = convert_block(&p->blocks.data[i]);
	return r;
}

static int copy_program(const struct filter *f, struct sock_fprog *program, struct err *e)
{
	program->filter = calloc(f->insns.len, sizeof(*program->filter));
	if (!program->filter)
		return err_set(e, -ENOMEM, "out of memory");
	program->len = (unsigned short)f->insns.len;
	for (size_t i = 0; i < f->insns.len; i++)
		program->filter[i] = f->insns.data[i].code;
	return 0;
}

static int make_filter(struct policy *p, struct sock_fprog *program, struct err *e)
{
	autofilter struct filter f = { 0 };

	if (convert(p))
		return err_set(e, -ENOMEM, "out of memory");
	int r = filter_compile(p, &(struct compile_options){ 0 }, &f, e);
	if (!r)
		r = filter_prove(&f, p, NULL, NULL, e);
	return r ? r : copy_program(&f, program, e);
}

int known_load(const char *word, const char *db, struct known *known, struct err *e)
{
	autopolicy struct policy *p = NULL;
	autostr struct str text = { 0 };
	int r = profile_load(word, db, &p, e);

	if (r)
		return r;
	r = digest_policy(p, &text, known->sha256, e);
	if (r)
		return r;
	known->text = str_take(&text);
	r = make_filter(p, &known->filter, e);
	return r ? err_wrap(e, r, "making a recording filter of profile \"%s\"", word) : 0;
}

int known_store(const struct known *known, struct store *store, struct err *e)
{
	autofree char *there = NULL;
	int r = store_profile_by_hash(store, known->sha256, &there, e);

	/* The empty name is no app's: what `enforce APP` uses stays what `learn` made. */
	return r == -ENOENT ? store_profile_put(store, "", NULL, known->text, known->sha256, e) : r;
}

void known_fini(struct known *known)
{
	free(known->filter.filter);
	free(known->text);
	*known = (struct known){ 0 };
}
