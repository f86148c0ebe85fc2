/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of a block. */
#include "policy/parser.h"

#include <string.h>

enum { CALL_NONE = UINT32_MAX }; /* nr -1, which a tracer sets to skip a call */

static bool unknown_call(struct parser *p)
{
	struct slice at = p->tok.at;
	const char *near;

	if (slice_is(at, "arch") || slice_is(at, "paths") || slice_is(at, "net"))
		return parser_fail(p, at, "%s in a block of rules; close it with \"}\" first",
				   show(at).text);
	if (arch_syscalls_near(p->arch, slice_name(at).text, &near, 1))
		return parser_fail(p, at, "no syscall %s on %s; did you mean \"%s\"?",
				   show(at).text, p->arch->name, near);
	return parser_fail(p, at, "no syscall %s on %s; write its number, as in #463",
			   show(at).text, p->arch->name);
}

/* A number as the kernel sees it must be one that reaches this arch's rules. */
static bool parse_call_number(struct parser *p)
{
	uint64_t nr = p->tok.number;

	if (nr >= CALL_NONE)
		return parser_fail(p, p->tok.at, "%s is no syscall number; use #0 to #4294967294",
				   show(p->tok.at).text);
	if (arch_by_token(p->arch->token, (uint32_t)nr) != p->arch)
		return parser_fail(p, p->tok.at,
				   "number %s never reaches arch %s, whose numbers start at #%u",
				   show(p->tok.at).text, p->arch->name, p->arch->nr_base);
	p->nr = (uint32_t)nr;
	return true;
}

/* The syscall that a rule names: p->nr and p->signature. */
static bool parse_call(struct parser *p)
{
	const struct syscall *call;

	if (p->tok.kind == TOKEN_WORD) {
		call = arch_syscall_named(p->arch, slice_name(p->tok.at).text);
		if (!call)
			return unknown_call(p);
		p->nr = call->nr;
	} else if (p->tok.kind == TOKEN_CALL) {
		if (!parse_call_number(p))
			return false;
		call = arch_syscall(p->arch, p->nr);
	} else if (p->tok.kind == TOKEN_AND || p->tok.kind == TOKEN_OR) {
		return parser_fail(p, p->tok.at,
				   "a line begins with %s; put it at the end of the line before",
				   show(p->tok.at).text);
	} else {
		return parser_expected(p, "a rule: the name of a syscall, #NUMBER, or \"}\"");
	}
	p->signature = call ? call->signature : NULL;
	parser_next(p);
	return true;
}

/* An executable by its path in quotes, or by the name that the header makes known. */
static char *parse_exe_name(struct parser *p)
{
	struct slice at = p->tok.at;
	struct slice label = parser_bare(p, BARE_NAME);
	const char *path = roster_find(&p->exes, label.text, label.len);

	if (!label.len)
		return parser_string(p, "an executable: its path in quotes, or the last part of "
					"one that an exe line of the header has");
	if (path && *path)
		return parser_copy(p, (struct slice){ path, strlen(path) });
	parser_fail(p, at,
		    path ? "several exe lines of the header end in %s; write the path in quotes"
			 : "no exe line of the header ends in %s; write the path in quotes",
		    show(at).text);
	return NULL;
}

/* Owns the path, which is NULL when memory is out or it could not be read. */
static bool add_exe(struct parser *p, struct provenance *from, char *path)
{
	if (!path || vec_push(&from->exes, path)) {
		free(path);
		return parser_no_memory(p);
	}
	p->exe_bytes += strlen(path) + 1;
	return p->exe_bytes <= PROFILE_EXES_MAX ||
	       parser_fail(p, p->tok.at,
			   "more than %d bytes of executables' paths at rules; leave some out",
			   PROFILE_EXES_MAX);
}

/* Every executable of the header. */
static bool add_all_exes(struct parser *p, struct provenance *from)
{
	if (!p->exes.paths.len)
		return parser_fail(p, p->tok.at,
				   "\"by all\" without an exe line in the header; name the "
				   "executables");
	vec_for(path, &p->exes.paths) {
		if (!add_exe(p, from, strdup(*path)))
			return false;
	}
	parser_next(p);
	return true;
}

/* EXE, EXE, ... or all, behind `by`. */
static bool parse_exes(struct parser *p, struct provenance *from)
{
	if (parser_is_word(p, ROSTER_ALL))
		return add_all_exes(p, from);
	for (;;) {
		if (!add_exe(p, from, parse_exe_name(p)))
			return false;
		if (p->tok.kind != TOKEN_COMMA)
			return true;
		parser_next_line(p);
	}
}

enum clause { CLAUSE_WEIGHT, CLAUSE_RUNS, CLAUSE_FLOOR, CLAUSE_BY, CLAUSE_COUNT };

static const char *const clauses[] = { "weight", "runs", "floor", "by", NULL };

static bool parse_clause(struct parser *p, enum clause clause, struct provenance *from)
{
	uint64_t runs;

	switch (clause) {
	case CLAUSE_WEIGHT:
		return parser_number(p, UINT64_MAX, "a weight", &from->weight);
	case CLAUSE_RUNS:
		if (!parser_number(p, UINT32_MAX, "a number of runs", &runs))
			return false;
		from->runs = (uint32_t)runs;
		return true;
	case CLAUSE_FLOOR:
		from->is_floor = true;
		return true;
	case CLAUSE_BY:
		return parse_exes(p, from);
	case CLAUSE_COUNT:
		break;
	}
	return false;
}

/* What is known of where the rule comes from: clauses in any order, each once. */
static bool parse_provenance(struct parser *p, struct provenance *from)
{
	bool seen[CLAUSE_COUNT] = { false };

	while (p->tok.kind == TOKEN_WORD) {
		enum clause clause = CLAUSE_WEIGHT;

		while (clause < CLAUSE_COUNT && !parser_is_word(p, clauses[clause]))
			clause++;
		if (clause == CLAUSE_COUNT)
			return parser_fail(p, p->tok.at,
					   "unexpected %s%s; a rule goes on with an operator, -> "
					   "ACTION, weight, runs, floor or by",
					   show(p->tok.at).text,
					   parser_near(p->tok.at, clauses).text);
		if (seen[clause])
			return parser_fail(p, p->tok.at, "a second %s; keep one",
					   show(p->tok.at).text);
		seen[clause] = true;
		if (clause == CLAUSE_BY)
			parser_next_line(p);
		else
			parser_next(p);
		if (!parse_clause(p, clause, from))
			return false;
	}
	return true;
}

/* [: COND] [-> ACTION] */
static bool parse_body(struct parser *p, struct rule *rule)
{
	rule->action.kind = ACTION_ALLOW;
	if (parser_accept(p, TOKEN_COLON) && p->tok.kind != TOKEN_ARROW) {
		rule->cond = parse_cond(p);
		if (!rule->cond)
			return false;
		if (rule->cond->kind == COND_TRUE) {
			cond_free(rule->cond);
			rule->cond = NULL;
		}
	}
	return !parser_accept(p, TOKEN_ARROW) || parse_action(p, p->arch, &rule->action);
}

static bool parse_rule(struct parser *p, struct rule *rule)
{
	rule->line = p->tok.line;
	if (!parse_call(p))
		return false;
	rule->nr = p->nr;
	return parse_body(p, rule) && parse_provenance(p, &rule->from) &&
	       parser_comment(p, &rule->comment) &&
	       parser_end(p, "the end of the rule: a new line, \";\" or \"}\"", &rule->remark);
}

bool parse_rules(struct parser *p, struct block *block)
{
	for (;;) {
		struct rule *rule;

		parser_skip_empty(p);
		if (p->tok.kind == TOKEN_BRACE_CLOSE)
			return parser_comment(p, &block->tail);
		if (++p->rules > PROFILE_RULES_MAX)
			return parser_fail(p, p->tok.at,
					   "more than %d rules in a profile; join some with ||",
					   PROFILE_RULES_MAX);
		rule = vec_add(&block->rules);
		if (!rule)
			return parser_no_memory(p);
		if (!parse_rule(p, rule))
			return false;
	}
}
