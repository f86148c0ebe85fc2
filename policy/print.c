/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles written: header, blocks, sections. */
#include "policy/text.h"

#include "policy/lex.h"
#include "policy/printer.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* A rule and where it stands among the others. */
struct place {
	const struct rule *rule;
	uint32_t nr;
	size_t index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* The number that a call of `from` has on `arch`, its own where it has none. */
static uint32_t number_on(const struct arch *arch, const struct arch *from, uint32_t nr)
{
	const struct syscall *call = arch == from ? NULL : arch_syscall(from, nr);
	const struct syscall *same = call ? arch_syscall_named(arch, call->name) : NULL;

	return same ? same->nr : nr;
}

/* The rules of a block in the order of the numbers of `order`, and its tail. */
static void print_body(struct str *out, const struct block *block, const struct arch *order,
		       const struct roster *exes)
{
	struct place *places = calloc(block->rules.len + 1, sizeof(*places));

	if (!places) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < block->rules.len; i++) {
		const struct rule *rule = &block->rules.data[i];

		places[i] = (struct place){ rule, number_on(order, block->arch, rule->nr), i };
	}
	qsort(places, block->rules.len, sizeof(*places), compare_places);
	for (size_t i = 0; i < block->rules.len; i++)
		print_rule(out, places[i].rule, block->arch, exes);
	free(places);
	print_comment(out, "\t", block->tail);
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* The block of the next arch after *at that has one, *at moved past it; NULL: no more. */
static const struct block *next_block(const struct policy *p, size_t *at)
{
	const struct block *block = NULL;

	while (!block && arches[*at])
		block = policy_block(p, arches[(*at)++]);
	return block;
}

/* The block, and those that follow it and read the same, under one head; *at as in next_block. */
static void print_blocks(struct str *out, const struct policy *p, const struct roster *exes,
			 const struct block *first, size_t *at)
{
	autostr struct str body = { 0 };
	const struct block *next;
	size_t after = *at;

	str_putc(out, '\n');
	print_comment(out, "", first->comment);
	str_putf(out, "arch %s", first->arch->name);
	print_body(&body, first, first->arch, exes);
	while ((next = next_block(p, &after))) {
		autostr struct str same = { 0 };

		print_body(&same, next, first->arch, exes);
		if (!is_same_text(first->comment, next->comment) ||
		    !is_same_text(str_text(&body), str_text(&same)))
			break;
		str_putf(out, ", %s", next->arch->name);
		*at = after;
	}
	str_putf(out, " {\n%s}\n", str_text(&body));
	out->failed |= body.failed;
}

/* Bare where it can be read so, else in quotes. */
static void print_label(struct str *out, const char *text, enum bare_kind kind)
{
	if (lex_is_bare(text, kind))
		str_put(out, text);
	else
		str_put_quoted(out, text, strlen(text));
}

static void print_path(struct str *out, const char *path)
{
	if (*path == '/')
		print_label(out, path, BARE_PATH);
	else
		str_put_quoted(out, path, strlen(path));
}

/* The end of a line of the header. */
static void end_line(struct str *out, const struct margin *margin)
{
	print_remark(out, margin->remark);
	str_putc(out, '\n');
}

static void print_names(struct str *out, const struct policy *p)
{
	const struct evidence *evidence = &p->evidence;

	if (p->app) {
		print_comment(out, "", p->header[HEADER_APP].comment);
		str_put(out, "app ");
		print_label(out, p->app, BARE_NAME);
		end_line(out, &p->header[HEADER_APP]);
	}
	if (p->release) {
		print_comment(out, "", p->header[HEADER_RELEASE].comment);
		str_put(out, "release ");
		print_label(out, p->release, BARE_NAME);
		end_line(out, &p->header[HEADER_RELEASE]);
	}
	if (evidence->is_known) {
		print_comment(out, "", p->header[HEADER_EVIDENCE].comment);
		str_putf(out, "evidence runs %" PRIu64 " calls %" PRIu64 " lost %" PRIu64,
			 evidence->runs, evidence->calls, evidence->lost);
		end_line(out, &p->header[HEADER_EVIDENCE]);
	}
}

static void print_fallback(struct str *out, const char *words, struct action action,
			   const struct margin *margin)
{
	print_comment(out, "", margin->comment);
	str_put(out, words);
	action_print(out, action, arch_native());
	end_line(out, margin);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Gathers the executables that rules name. */
static bool find_exes(const struct policy *p, struct roster *exes)
{
	vec_for(block, &p->blocks) {
		vec_for(rule, &block->rules) {
			vec_for(exe, &rule->from.exes) {
				if (roster_add(exes, *exe) == -ENOMEM)
					return false;
			}
		}
	}
	if (exes->paths.len)
		qsort(exes->paths.data, exes->paths.len, sizeof(char *), compare_paths);
	return true;
}

static void print_exes(struct str *out, const struct roster *exes)
{
	vec_for(path, &exes->paths) {
		str_put(out, "exe ");
		print_path(out, *path);
		str_putc(out, '\n');
	}
}

static void print_header(struct str *out, const struct policy *p, const struct roster *exes)
{
	autostr struct str newer = { 0 };

	print_comment(out, "", p->comment);
	str_put(out, "wont 1");
	end_line(out, &p->header[HEADER_WONT]);
	print_names(out, p);
	print_exes(out, exes);
	print_fallback(out, "default      ", p->fallback, &p->header[HEADER_DEFAULT]);
	print_fallback(out, "foreign-arch ", p->foreign_arch, &p->header[HEADER_FOREIGN]);
	if (!p->newer.version)
		return;
	str_putf(&newer, "newer %u.%u ", p->newer.version >> 8, p->newer.version & 0xff);
	str_pad(&newer, strlen("foreign-arch "));
	print_fallback(out, str_text(&newer), p->newer.action, &p->header[HEADER_NEWER]);
	out->failed |= newer.failed;
}

static void print_paths(struct str *out, const struct policy *p)
{
	if (!p->paths.len)
		return;
	str_putc(out, '\n');
	print_comment(out, "", p->path_margin.comment);
	str_put(out, "paths {\n");
	vec_for(path, &p->paths) {
		print_comment(out, "\t", path->comment);
		str_putf(out, "\t%s%s%s", path->access & PATH_READ ? "read " : "",
			 path->access & PATH_WRITE ? "write " : "",
			 path->access & PATH_EXECUTE ? "execute " : "");
		print_path(out, path->path);
		print_remark(out, path->remark);
		str_putc(out, '\n');
	}
	print_comment(out, "\t", p->path_margin.remark);
	str_put(out, "}\n");
}

static void print_nets(struct str *out, const struct policy *p)
{
	if (!p->nets.len)
		return;
	str_putc(out, '\n');
	print_comment(out, "", p->net_margin.comment);
	str_put(out, "net {\n");
	vec_for(net, &p->nets) {
		print_comment(out, "\t", net->comment);
		str_putf(out, "\t%s tcp %u", net->is_bind ? "bind" : "connect", net->port);
		print_remark(out, net->remark);
		str_putc(out, '\n');
	}
	print_comment(out, "\t", p->net_margin.remark);
	str_put(out, "}\n");
}

void policy_print(const struct policy *p, struct str *out)
{
	const struct block *block;
	struct roster exes = { 0 };
	size_t at = 0;

	if (!find_exes(p, &exes))
		out->failed = true;
	print_header(out, p, &exes);
	while ((block = next_block(p, &at)))
		print_blocks(out, p, &exes, block, &at);
	roster_fini(&exes);
	print_paths(out, p);
	print_nets(out, p);
	if (p->tail)
		str_putc(out, '\n');
	print_comment(out, "", p->tail);
}
