/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A filter in the making. */
#include "compat/context.h"

#include <errno.h>

enum { CONTEXT_MAGIC = 0x776f6e74 };

static void draft_fini(struct draft *d)
{
	vec_for(ruleset, &d->rulesets)
		ruleset_fini(ruleset);
	vec_fini(&d->rulesets);
}

/* Copies into *to, which is zeroed. */
static int draft_copy(const struct draft *d, struct draft *to)
{
	int r = vec_reserve(&to->rulesets, d->rulesets.len);

	to->attributes = d->attributes;
	for (size_t i = 0; !r && i < d->rulesets.len; i++) {
		struct ruleset *copy = vec_add(&to->rulesets);

		r = copy ? ruleset_copy(&d->rulesets.data[i], copy) : -ENOMEM;
	}
	if (r)
		draft_fini(to);
	return r;
}

static int draft_init(struct draft *d, uint32_t fallback)
{
	struct ruleset *native = vec_add(&d->rulesets);

	if (!native)
		return -ENOMEM;
	native->arch = arch_native();
	d->attributes = (struct attributes){
		.fallback = fallback,
		.bad_arch = SCMP_ACT_KILL,
		.optimize = 1,
		.no_new_privs = true,
	};
	return 0;
}

struct context *context_new(uint32_t fallback)
{
	struct context *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	if (draft_init(&c->draft, fallback)) {
		free(c);
		return NULL;
	}
	c->magic = CONTEXT_MAGIC;
	return c;
}

static void forget_saved(struct context *c)
{
	vec_for(draft, &c->saved)
		draft_fini(draft);
	vec_fini(&c->saved);
}

void context_free(struct context *c)
{
	c->magic = 0;
	draft_fini(&c->draft);
	forget_saved(c);
	product_fini(&c->product);
	free(c);
}

struct context *context_of(void *handle)
{
	struct context *c = handle;

	return c && c->magic == CONTEXT_MAGIC ? c : NULL;
}

struct context *context_usable(void *handle)
{
	struct context *c = context_of(handle);

	return c && c->draft.rulesets.len ? c : NULL;
}

void context_touch(struct context *c)
{
	product_fini(&c->product);
}

int context_reset(struct context *c, uint32_t fallback)
{
	struct draft fresh = { 0 };

	if (draft_init(&fresh, fallback))
		return -ENOMEM;
	context_touch(c);
	forget_saved(c);
	draft_fini(&c->draft);
	c->draft = fresh;
	return 0;
}

struct ruleset *context_ruleset(const struct context *c, const struct arch *arch)
{
	vec_for(ruleset, &c->draft.rulesets)
		if (ruleset->arch == arch)
			return ruleset;
	return NULL;
}

static bool is_other_order(const struct context *c, const struct arch *arch)
{
	return c->draft.rulesets.len &&
	       c->draft.rulesets.data[0].arch->is_big_endian != arch->is_big_endian;
}

int context_add_arch(struct context *c, const struct arch *arch)
{
	struct ruleset *ruleset;

	if (context_ruleset(c, arch))
		return -EEXIST;
	if (is_other_order(c, arch))
		return -EDOM;
	context_touch(c);
	ruleset = vec_add(&c->draft.rulesets);
	if (!ruleset)
		return -ENOMEM;
	ruleset->arch = arch;
	return 0;
}

int context_remove_arch(struct context *c, const struct arch *arch)
{
	struct ruleset *ruleset = context_ruleset(c, arch);

	if (!ruleset)
		return -EEXIST;
	context_touch(c);
	ruleset_fini(ruleset);
	*ruleset = c->draft.rulesets.data[--c->draft.rulesets.len];
	return 0;
}

int context_merge(struct context *dst, struct context *src)
{
	if (is_other_order(dst, src->draft.rulesets.data[0].arch))
		return -EDOM;
	vec_for(ruleset, &src->draft.rulesets)
		if (context_ruleset(dst, ruleset->arch))
			return -EEXIST;
	if (vec_reserve(&dst->draft.rulesets, src->draft.rulesets.len))
		return -ENOMEM;
	context_touch(dst);
	vec_for(ruleset, &src->draft.rulesets)
		dst->draft.rulesets.data[dst->draft.rulesets.len++] = *ruleset;
	src->draft.rulesets.len = 0;
	context_free(src);
	return 0;
}

int context_begin(struct context *c)
{
	struct draft copy = { 0 };
	int r = vec_reserve(&c->saved, 1);

	if (!r)
		r = draft_copy(&c->draft, &copy);
	if (!r)
		c->saved.data[c->saved.len++] = copy;
	return r;
}

void context_commit(struct context *c)
{
	if (c->saved.len)
		draft_fini(&c->saved.data[--c->saved.len]);
}

void context_reject(struct context *c)
{
	if (!c->saved.len)
		return;
	context_touch(c);
	draft_fini(&c->draft);
	c->draft = c->saved.data[--c->saved.len];
}
