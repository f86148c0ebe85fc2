/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands beside the rules of two policies, joined. */
#include "policy/blend.h"

#include <string.h>

/* Does the text hold the part between its ends and separators? */
static bool holds(const char *text, const char *part, const char *between)
{
	const size_t len = strlen(part), gap = strlen(between);

	for (const char *at = text; (at = strstr(at, part)); at++) {
		bool begins = at == text ||
			      ((size_t)(at - text) >= gap && strncmp(at - gap, between, gap) == 0);

		if (begins && (!at[len] || strncmp(at + len, between, gap) == 0))
			return true;
		if (!len)
			return false;
	}
	return false;
}

/*
 * Text that both sides may have: one of two equal ones, else both, with `between` in the middle.
 * What is there already stays as it is, so that joining again adds nothing.
 */
static bool join_text(char **to, const char *from, const char *between)
{
	autostr struct str s = { 0 };
	char *joined;

	if (!from || (*to && holds(*to, from, between)))
		return true;
	if (*to) {
		str_put(&s, *to);
		str_put(&s, between);
	}
	str_put(&s, from);
	joined = str_take(&s);
	if (!joined)
		return false;
	free(*to);
	*to = joined;
	return true;
}

/* A name that only one side has, or both; two different names leave none. */
static bool join_name(char **to, const char *from)
{
	if (!*to)
		return join_text(to, from, "");
	if (from && strcmp(*to, from) != 0) {
		free(*to);
		*to = NULL;
	}
	return true;
}

static bool join_exe(struct provenance *to, const char *path)
{
	char **place;

	vec_for(exe, &to->exes) {
		if (strcmp(*exe, path) == 0)
			return true;
	}
	place = vec_add(&to->exes);
	if (!place)
		return false;
	*place = strdup(path);
	if (!*place)
		to->exes.len--;
	return *place;
}

static bool is_zero(const struct provenance *from)
{
	return !from->weight && !from->runs && !from->is_floor && !from->exes.len;
}

/* A rule that was learned on either side is no longer of the floor alone. */
static bool join_provenance(struct provenance *to, const struct provenance *from)
{
	to->is_floor =
		is_zero(to) ? from->is_floor : to->is_floor && (from->is_floor || is_zero(from));
	if (__builtin_add_overflow(to->weight, from->weight, &to->weight))
		to->weight = UINT64_MAX;
	if (from->runs > to->runs)
		to->runs = from->runs;
	vec_for(exe, &from->exes) {
		if (!join_exe(to, *exe))
			return false;
	}
	return true;
}

/* What `from` says is said by `to`: its provenance and comments go there. */
bool blend_rule(struct rule *to, const struct rule *from)
{
	return join_provenance(&to->from, &from->from) &&
	       join_text(&to->comment, from->comment, "\n") &&
	       join_text(&to->remark, from->remark, " ");
}

bool blend_block(struct block *to, const struct block *from)
{
	return !from || (join_text(&to->comment, from->comment, "\n") &&
			 join_text(&to->tail, from->tail, "\n"));
}

static bool join_path(struct policy *out, const struct path_rule *from)
{
	struct path_rule *new;

	vec_for(old, &out->paths) {
		if (strcmp(old->path, from->path) == 0) {
			old->access |= from->access;
			return join_text(&old->comment, from->comment, "\n") &&
			       join_text(&old->remark, from->remark, " ");
		}
	}
	new = vec_add(&out->paths);
	if (!new)
		return false;
	new->access = from->access;
	return join_text(&new->path, from->path, "") &&
	       join_text(&new->comment, from->comment, "") &&
	       join_text(&new->remark, from->remark, "");
}

static bool join_net(struct policy *out, const struct net_rule *from)
{
	struct net_rule *new;

	vec_for(old, &out->nets) {
		if (old->is_bind == from->is_bind && old->port == from->port)
			return join_text(&old->comment, from->comment, "\n") &&
			       join_text(&old->remark, from->remark, " ");
	}
	new = vec_add(&out->nets);
	if (!new)
		return false;
	new->is_bind = from->is_bind;
	new->port = from->port;
	return join_text(&new->comment, from->comment, "") &&
	       join_text(&new->remark, from->remark, "");
}

static void join_evidence(struct evidence *to, const struct evidence *from)
{
	to->is_known |= from->is_known;
	if (__builtin_add_overflow(to->runs, from->runs, &to->runs))
		to->runs = UINT64_MAX;
	if (__builtin_add_overflow(to->calls, from->calls, &to->calls))
		to->calls = UINT64_MAX;
	if (__builtin_add_overflow(to->lost, from->lost, &to->lost))
		to->lost = UINT64_MAX;
}

static bool join_margin(struct margin *to, const struct margin *from)
{
	return join_text(&to->comment, from->comment, "\n") &&
	       join_text(&to->remark, from->remark, " ");
}

static bool join_sections(struct policy *out, const struct policy *from)
{
	for (size_t i = 0; i < HEADER_COUNT; i++) {
		if (!join_margin(&out->header[i], &from->header[i]))
			return false;
	}
	vec_for(path, &from->paths) {
		if (!join_path(out, path))
			return false;
	}
	vec_for(net, &from->nets) {
		if (!join_net(out, net))
			return false;
	}
	return join_margin(&out->path_margin, &from->path_margin) &&
	       join_margin(&out->net_margin, &from->net_margin) &&
	       join_text(&out->comment, from->comment, "\n") &&
	       join_text(&out->tail, from->tail, "\n");
}

bool blend_policy(struct policy *out, const struct policy *a, const struct policy *b)
{
	join_evidence(&out->evidence, &a->evidence);
	join_evidence(&out->evidence, &b->evidence);
	return join_sections(out, a) && join_sections(out, b) && join_text(&out->app, a->app, "") &&
	       join_name(&out->app, b->app) && join_text(&out->release, a->release, "") &&
	       join_name(&out->release, b->release);
}
