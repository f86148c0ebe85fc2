/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The policy as data: building, copying, freeing. */
#include "policy/policy.h"

#include "base/cleanup.h"

#include <string.h>

struct policy *policy_new(void)
{
	/* Zero is kill_process: what nobody filled in kills. */
	return calloc(1, sizeof(struct policy));
}

static void provenance_fini(struct provenance *from)
{
	vec_for(exe, &from->exes)
		free(*exe);
	vec_fini(&from->exes);
}

void rule_fini(struct rule *r)
{
	cond_free(r->cond);
	provenance_fini(&r->from);
	free(r->comment);
	free(r->remark);
	*r = (struct rule){ 0 };
}

static void block_fini(struct block *b)
{
	vec_for(rule, &b->rules)
		rule_fini(rule);
	vec_fini(&b->rules);
	free(b->comment);
	free(b->tail);
}

static void margin_fini(struct margin *n)
{
	free(n->comment);
	free(n->remark);
}

void policy_free(struct policy *p)
{
	if (!p)
		return;
	vec_for(block, &p->blocks)
		block_fini(block);
	vec_fini(&p->blocks);
	vec_for(path, &p->paths) {
		free(path->path);
		free(path->comment);
		free(path->remark);
	}
	vec_fini(&p->paths);
	vec_for(net, &p->nets) {
		free(net->comment);
		free(net->remark);
	}
	vec_fini(&p->nets);
	for (size_t i = 0; i < HEADER_COUNT; i++)
		margin_fini(&p->header[i]);
	margin_fini(&p->path_margin);
	margin_fini(&p->net_margin);
	free(p->app);
	free(p->release);
	free(p->comment);
	free(p->tail);
	free(p);
}

struct block *policy_block(const struct policy *p, const struct arch *arch)
{
	vec_for(block, &p->blocks) {
		if (block->arch == arch)
			return block;
	}
	return NULL;
}

struct block *policy_add_block(struct policy *p, const struct arch *arch)
{
	struct block *block = policy_block(p, arch);

	if (block)
		return block;
	block = vec_add(&p->blocks);
	if (block)
		block->arch = arch;
	return block;
}

static struct action action_on(const struct policy *p, const struct arch *arch,
			       struct action action)
{
	if (action.kind == ACTION_ERRNO && !p->has_raw_errnos)
		action.data = (uint16_t)arch_errno_translate(arch_native(), action.data, arch);
	return action;
}

struct action policy_fallback(const struct policy *p, const struct arch *arch)
{
	return action_on(p, arch, p->fallback);
}

struct action policy_newer(const struct policy *p, const struct arch *arch)
{
	return action_on(p, arch, p->newer.action);
}

bool policy_has_order(const struct policy *p, bool is_big_endian)
{
	vec_for(block, &p->blocks) {
		if (block->arch->is_big_endian == is_big_endian)
			return true;
	}
	return false;
}

void policy_keep_order(struct policy *p, bool is_big_endian)
{
	size_t kept = 0;

	if (!policy_has_order(p, is_big_endian))
		return;
	for (size_t i = 0; i < p->blocks.len; i++) {
		struct block block = p->blocks.data[i];

		if (block.arch->is_big_endian == is_big_endian)
			p->blocks.data[kept++] = block;
		else
			block_fini(&block);
	}
	p->blocks.len = kept;
}

struct rule *block_add(struct block *b, uint32_t nr, struct cond *cond, struct action action)
{
	struct rule *rule = vec_add(&b->rules);

	if (!rule) {
		cond_free(cond);
		return NULL;
	}
	rule->nr = nr;
	rule->cond = cond;
	rule->action = action;
	return rule;
}

/* Copies a string that may be NULL; false when memory is out. */
static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return *to || !from;
}

static bool provenance_clone(struct provenance *to, const struct provenance *from)
{
	to->weight = from->weight;
	to->runs = from->runs;
	to->is_floor = from->is_floor;
	vec_for(exe, &from->exes) {
		char **copy = vec_add(&to->exes);

		if (!copy || !copy_text(copy, *exe))
			return false;
	}
	return true;
}

static bool rule_clone(struct block *to, const struct rule *from)
{
	struct cond *cond = from->cond ? cond_clone(from->cond) : NULL;
	struct rule *rule =
		cond || !from->cond ? block_add(to, from->nr, cond, from->action) : NULL;

	if (!rule)
		return false;
	rule->line = from->line;
	return provenance_clone(&rule->from, &from->from) &&
	       copy_text(&rule->comment, from->comment) && copy_text(&rule->remark, from->remark);
}

static bool block_clone(struct policy *to, const struct block *from)
{
	struct block *block = policy_add_block(to, from->arch);

	if (!block || !copy_text(&block->comment, from->comment) ||
	    !copy_text(&block->tail, from->tail))
		return false;
	vec_for(rule, &from->rules) {
		if (!rule_clone(block, rule))
			return false;
	}
	return true;
}

static bool path_clone(struct policy *to, const struct path_rule *from)
{
	struct path_rule *path = vec_add(&to->paths);

	if (!path)
		return false;
	path->access = from->access;
	return copy_text(&path->path, from->path) && copy_text(&path->comment, from->comment) &&
	       copy_text(&path->remark, from->remark);
}

static bool net_clone(struct policy *to, const struct net_rule *from)
{
	struct net_rule *net = vec_add(&to->nets);

	if (!net)
		return false;
	net->is_bind = from->is_bind;
	net->port = from->port;
	return copy_text(&net->comment, from->comment) && copy_text(&net->remark, from->remark);
}

static bool margin_clone(struct margin *to, const struct margin *from)
{
	return copy_text(&to->comment, from->comment) && copy_text(&to->remark, from->remark);
}

static bool header_clone(struct policy *to, const struct policy *from)
{
	for (size_t i = 0; i < HEADER_COUNT; i++) {
		if (!margin_clone(&to->header[i], &from->header[i]))
			return false;
	}
	to->evidence = from->evidence;
	to->fallback = from->fallback;
	to->foreign_arch = from->foreign_arch;
	to->has_raw_errnos = from->has_raw_errnos;
	to->newer = from->newer;
	return copy_text(&to->app, from->app) && copy_text(&to->release, from->release) &&
	       copy_text(&to->comment, from->comment);
}

/* Copies everything into an empty policy; false when memory is out. */
static bool fill(struct policy *to, const struct policy *from)
{
	if (!header_clone(to, from) || !margin_clone(&to->path_margin, &from->path_margin) ||
	    !margin_clone(&to->net_margin, &from->net_margin) || !copy_text(&to->tail, from->tail))
		return false;
	vec_for(block, &from->blocks) {
		if (!block_clone(to, block))
			return false;
	}
	vec_for(path, &from->paths) {
		if (!path_clone(to, path))
			return false;
	}
	vec_for(net, &from->nets) {
		if (!net_clone(to, net))
			return false;
	}
	return true;
}

struct policy *policy_clone(const struct policy *p)
{
	autopolicy struct policy *copy = policy_new();

	return copy && fill(copy, p) ? take(copy) : NULL;
}
