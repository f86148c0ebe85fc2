/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_CONTEXT_H
#define COMPAT_CONTEXT_H

/* What a scmp_filter_ctx points to: a filter in the making. */

#include "compat/product.h"
#include "compat/ruleset.h"

#include <stdbool.h>

struct attributes {
	uint32_t fallback; /* SCMP_FLTATR_ACT_DEFAULT; SCMP_ACT_* as all actions here */
	uint32_t bad_arch;
	uint32_t optimize;
	bool no_new_privs;
	bool sync_threads;
	bool allow_skip;
	bool log;
	bool no_ssb;
	bool raw_errors;
	bool wait_killable;
};

/* What a transaction can take back. Invariant: the arches are distinct and of one byte order. */
struct draft {
	struct attributes attributes;
	vec_of(struct ruleset) rulesets; /* one an arch */
};

/* Invariant: magic is CONTEXT_MAGIC from context_new to context_free. */
struct context {
	uint32_t magic;
	struct draft draft;
	vec_of(struct draft) saved; /* at the start of each open transaction, the oldest first */
	struct product product;	    /* what draft was compiled to; empty after a change */
};

struct context *context_new(uint32_t fallback);
void context_free(struct context *c);

/* The context behind a handle, or NULL where it is none. */
struct context *context_of(void *handle);
/* The same, NULL also where it has no arch: most functions then refuse. */
struct context *context_usable(void *handle);

/* As new. -ENOMEM leaves it unchanged. */
int context_reset(struct context *c, uint32_t fallback) must_check;

/* To be called before every change: what was compiled is outdated. */
void context_touch(struct context *c);

struct ruleset *context_ruleset(const struct context *c, const struct arch *arch);

/* Adds an arch without rules: -EEXIST; -EDOM: its byte order is another; -ENOMEM. */
int context_add_arch(struct context *c, const struct arch *arch) must_check;
/* -EEXIST: it is not there. */
int context_remove_arch(struct context *c, const struct arch *arch) must_check;

/* Moves everything of src into dst and frees src, but on failure. -EEXIST, -EDOM, -ENOMEM. */
int context_merge(struct context *dst, struct context *src) must_check;

/* Transactions: begin is -ENOMEM; the others do nothing where none is open. */
int context_begin(struct context *c) must_check;
void context_commit(struct context *c);
void context_reject(struct context *c);

#endif
