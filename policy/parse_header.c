/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header of a profile: what it is of, what it rests on, what happens where no rule says. */
#include "policy/parser.h"

#include "base/cleanup.h"

#include <errno.h>

enum { PROFILE_VERSION = 1 };

static bool parse_version(struct parser *p)
{
	uint64_t version;

	if (p->tok.kind == TOKEN_NUMBER && p->tok.number != PROFILE_VERSION)
		return parser_fail(p, p->tok.at,
				   "profile version %s, but this program reads version %d only; "
				   "use a newer wont",
				   show(p->tok.at).text, PROFILE_VERSION);
	return parser_number(p, PROFILE_VERSION, "the version of the notation, as in \"wont 1\"",
			     &version);
}

/* A name of an app or release: a bare word or a string. */
static bool parse_label(struct parser *p, const char *what, char **label)
{
	struct slice word = parser_bare(p, BARE_NAME);

	*label = word.len ? parser_copy(p, word) : parser_string(p, what);
	return *label;
}

static bool parse_evidence(struct parser *p, struct evidence *evidence)
{
	const struct {
		const char *word, *what;
		uint64_t *to;
	} parts[] = {
		{ "runs", "\"runs\" and its number", &evidence->runs },
		{ "calls", "\"calls\" and its number", &evidence->calls },
		{ "lost", "\"lost\" and its number", &evidence->lost },
	};

	evidence->is_known = true;
	for (size_t i = 0; i < countof(parts); i++) {
		if (!parser_is_word(p, parts[i].word))
			return parser_expected(p, parts[i].what);
		parser_next(p);
		if (!parser_number(p, UINT64_MAX, "a number", parts[i].to))
			return false;
	}
	return true;
}

/* Reads the digits of s from *at on; false when there are none or too many. */
static bool read_part(struct slice s, size_t *at, unsigned *number)
{
	size_t start = *at;

	*number = 0;
	while (*at < s.len && s.text[*at] >= '0' && s.text[*at] <= '9' && *number < 1000)
		*number = *number * 10 + (unsigned)(s.text[(*at)++] - '0');
	return *at > start && *number <= 255;
}

/* MAJOR.MINOR ACTION */
static bool parse_newer(struct parser *p, struct newer *newer)
{
	struct slice at = p->tok.at, word;
	unsigned major, minor;
	size_t i = 0;

	if (p->tok.kind != TOKEN_NUMBER && p->tok.kind != TOKEN_WORD && p->tok.kind != TOKEN_BAD)
		return parser_expected(p, "a version of Linux, as in \"newer 6.18 errno(ENOSYS)\"");
	word = parser_bare(p, BARE_NAME);
	if (!read_part(word, &i, &major) || i == word.len || word.text[i++] != '.' ||
	    !read_part(word, &i, &minor) || i != word.len || !LINUX(major, minor))
		return parser_fail(p, word.len ? word : at,
				   "%s is no version of Linux; write two numbers, as in 6.18",
				   show(word.len ? word : at).text);
	newer->version = LINUX(major, minor);
	return parse_action(p, arch_native(), &newer->action);
}

bool parse_exe(struct parser *p)
{
	autofree char *remark = NULL;
	struct slice at = p->tok.at;
	autofree char *path = parse_path(p, "the path of an executable, as in exe /usr/bin/find");
	int r = path ? roster_add(&p->exes, path) : 0;

	if (r == -EEXIST)
		return parser_fail(p, at, "a second line for %s; keep one", show(at).text);
	if (!path || r)
		return !path ? false : parser_no_memory(p);
	return parser_end(p, "the end of the line", &remark) && (!remark || parser_note(p, remark));
}

static bool parse_line(struct parser *p, enum header_line line)
{
	struct policy *policy = p->policy;

	switch (line) {
	case HEADER_WONT:
		return parse_version(p);
	case HEADER_APP:
		return parse_label(p, "the name of an app", &policy->app);
	case HEADER_RELEASE:
		return parse_label(p, "the name of a release", &policy->release);
	case HEADER_EVIDENCE:
		return parse_evidence(p, &policy->evidence);
	case HEADER_DEFAULT:
		return parse_action(p, arch_native(), &policy->fallback);
	case HEADER_FOREIGN:
		return parse_action(p, arch_native(), &policy->foreign_arch);
	case HEADER_NEWER:
		return parse_newer(p, &policy->newer);
	case HEADER_COUNT:
		break;
	}
	return false;
}

bool parse_header(struct parser *p, enum header_line line)
{
	struct margin *margin = &p->policy->header[line];

	return parse_line(p, line) && parser_comment(p, &margin->comment) &&
	       parser_end(p, "the end of the line", &margin->remark);
}
