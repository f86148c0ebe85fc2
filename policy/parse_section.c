/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sections `paths` and `net`: what Landlock enforces. */
#include "policy/parser.h"

static const char *const accesses[] = { "read", "write", "execute", NULL };
static const unsigned access_bits[] = { PATH_READ, PATH_WRITE, PATH_EXECUTE };

/* read, write and execute, any of them. */
static bool parse_accesses(struct parser *p, unsigned *access)
{
	while (p->tok.kind == TOKEN_WORD) {
		size_t i = 0;

		while (accesses[i] && !parser_is_word(p, accesses[i]))
			i++;
		if (!accesses[i])
			return parser_fail(p, p->tok.at,
					   "no access %s%s; a rule begins with read, write or "
					   "execute, and its path with /",
					   show(p->tok.at).text,
					   parser_near(p->tok.at, accesses).text);
		if (*access & access_bits[i])
			return parser_fail(p, p->tok.at, "a second %s; keep one",
					   show(p->tok.at).text);
		*access |= access_bits[i];
		parser_next(p);
	}
	return *access || parser_expected(p, "a path rule: read, write or execute and a path");
}

char *parse_path(struct parser *p, const char *what)
{
	struct slice bare = { 0 };

	if (p->tok.kind == TOKEN_BAD && p->tok.at.len && *p->tok.at.text == '/')
		bare = parser_bare(p, BARE_PATH);
	return bare.len ? parser_copy(p, bare) : parser_string(p, what);
}

static bool parse_path_rule(struct parser *p, struct path_rule *rule)
{
	struct slice at;

	if (!parse_accesses(p, &rule->access))
		return false;
	at = p->tok.at;
	rule->path = parse_path(p, "a path, which begins with /");
	if (!rule->path)
		return false;
	if (rule->path[0] != '/')
		return parser_fail(p, at, "%s is not absolute; a path begins with /",
				   show(at).text);
	return parser_comment(p, &rule->comment) &&
	       parser_end(p, "the end of the path (quote it if it holds blanks or \"#\")",
			  &rule->remark);
}

static bool parse_net_rule(struct parser *p, struct net_rule *rule)
{
	static const char *const words[] = { "bind", "connect", NULL };
	uint64_t port;

	rule->is_bind = parser_is_word(p, "bind");
	if (p->tok.kind != TOKEN_WORD)
		return parser_expected(p, "a net rule: bind or connect, tcp and a port");
	if (!rule->is_bind && !parser_is_word(p, "connect"))
		return parser_fail(p, p->tok.at, "no net access %s%s; there are bind and connect",
				   show(p->tok.at).text, parser_near(p->tok.at, words).text);
	parser_next(p);
	if (!parser_is_word(p, "tcp"))
		return parser_expected(p, "\"tcp\", the only protocol there is a rule for");
	parser_next(p);
	if (!parser_number(p, UINT16_MAX, "a port", &port))
		return false;
	rule->port = (uint16_t)port;
	return parser_comment(p, &rule->comment) &&
	       parser_end(p, "the end of the rule: a new line, \";\" or \"}\"", &rule->remark);
}

static bool add_path_rule(struct parser *p)
{
	struct path_rule *rule = vec_add(&p->policy->paths);

	return rule ? parse_path_rule(p, rule) : parser_no_memory(p);
}

static bool add_net_rule(struct parser *p)
{
	struct net_rule *rule = vec_add(&p->policy->nets);

	return rule ? parse_net_rule(p, rule) : parser_no_memory(p);
}

/* { RULE ... }, at least one: what none would mean is easily misread. */
static bool parse_section(struct parser *p, const char *word, struct margin *margin,
			  bool (*parse_one)(struct parser *p))
{
	struct slice at = p->tok.at;
	size_t count = 0;

	if (!parser_comment(p, &margin->comment) || !parser_take(p, TOKEN_BRACE_OPEN, "\"{\""))
		return false;
	for (;; count++) {
		parser_skip_empty(p);
		if (p->tok.kind == TOKEN_BRACE_CLOSE)
			break;
		if (++p->rules > PROFILE_RULES_MAX)
			return parser_fail(p, p->tok.at, "more than %d rules in a profile",
					   PROFILE_RULES_MAX);
		if (!parse_one(p))
			return false;
	}
	if (!count)
		return parser_fail(p, at, "an empty section \"%s\" says nothing; remove it", word);
	parser_next(p);
	return parser_comment(p, &margin->remark);
}

bool parse_paths(struct parser *p)
{
	return parse_section(p, "paths", &p->policy->path_margin, add_path_rule);
}

bool parse_nets(struct parser *p)
{
	return parse_section(p, "net", &p->policy->net_margin, add_net_rule);
}
