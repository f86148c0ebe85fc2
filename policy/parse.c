/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles read: the first line, then header lines and blocks in any order. */
#include "policy/text.h"

#include "base/cleanup.h"
#include "policy/parser.h"

#include <errno.h>
#include <string.h>

static const char *const header_words[] = {
	[HEADER_WONT] = "wont",	      [HEADER_APP] = "app",
	[HEADER_RELEASE] = "release", [HEADER_EVIDENCE] = "evidence",
	[HEADER_DEFAULT] = "default", [HEADER_FOREIGN] = "foreign-arch",
	[HEADER_NEWER] = "newer",     [HEADER_COUNT] = NULL,
};

/* A first word that may stand only once; *line is where it did. */
static bool is_first(struct parser *p, struct slice word, unsigned *line, unsigned now)
{
	if (*line)
		return parser_fail(p, word, "a second %s; the first is in line %u, keep one",
				   show(word).text, *line);
	*line = now;
	return true;
}

/* One arch of `arch a, b`. */
static bool parse_arch(struct parser *p, const struct arch **arch, struct slice *word)
{
	const char *names[64];
	size_t count = 0;

	*word = parser_bare(p, BARE_NAME);
	if (!word->len)
		return parser_expected(p, "the name of an architecture, as in \"arch x86_64 {\"");
	*arch = arch_by_name(slice_name(*word).text);
	if (*arch)
		return true;
	while (arches[count] && count + 1 < countof(names)) {
		names[count] = arches[count]->name;
		count++;
	}
	names[count] = NULL;
	return parser_fail(p, *word, "no architecture %s%s; this program knows %s and %zu others",
			   show(*word).text, parser_near(*word, names).text, names[0], count - 1);
}

struct arch_list {
	vec_of(const struct arch *) all;
};

/* NAME, NAME, ... before a block's brace. */
static bool parse_arches(struct parser *p, struct arch_list *list)
{
	unsigned line = p->tok.line;

	for (;;) {
		const struct arch *arch;
		struct slice word;
		struct block *block;

		if (!parse_arch(p, &arch, &word))
			return false;
		block = policy_block(p->policy, arch);
		if (block)
			return parser_fail(p, word,
					   "a second block of arch %s; the first is in "
					   "line %u, join them",
					   arch->name,
					   p->blocks.data[block - p->policy->blocks.data]);
		if (!policy_add_block(p->policy, arch) || vec_push(&p->blocks, line) ||
		    vec_push(&list->all, arch))
			return parser_no_memory(p);
		if (p->tok.kind != TOKEN_COMMA)
			return true;
		parser_next_line(p);
	}
}

/* The rules of a block that several arches share are read once for each. */
static bool parse_shared(struct parser *p, const struct arch_list *list)
{
	autofree char *comment = NULL;
	struct lexer start;

	if (!parser_comment(p, &comment))
		return false;
	if (p->tok.kind != TOKEN_BRACE_OPEN)
		return parser_expected(p, "\"{\" or \",\"");
	start = p->lex;
	p->in_rules = true;
	vec_for(arch, &list->all) {
		struct block *block = policy_block(p->policy, *arch);

		block->comment = comment ? strdup(comment) : NULL;
		if (comment && !block->comment)
			return parser_no_memory(p);
		p->lex = start;
		p->tok.kind = TOKEN_BRACE_OPEN;
		parser_next(p);
		p->arch = *arch;
		if (!parse_rules(p, block))
			return false;
	}
	p->in_rules = false;
	parser_next(p);
	return true;
}

static bool parse_block(struct parser *p)
{
	struct arch_list list = { 0 };
	bool is_read = parse_arches(p, &list) && parse_shared(p, &list);

	vec_fini(&list.all);
	return is_read;
}

static bool unknown_word(struct parser *p, struct slice word)
{
	const char *words[HEADER_COUNT + 5];

	memcpy(words, header_words, sizeof(header_words));
	words[HEADER_COUNT] = "arch";
	words[HEADER_COUNT + 1] = "paths";
	words[HEADER_COUNT + 2] = "net";
	words[HEADER_COUNT + 3] = "exe";
	words[HEADER_COUNT + 4] = NULL;
	if (arch_syscall_named(arch_native(), slice_name(word).text))
		return parser_fail(p, word,
				   "rule %s outside of a block; put it into arch %s { ... }",
				   show(word).text, arch_native()->name);
	return parser_fail(p, word,
			   "unexpected %s%s; here stand app, release, evidence, exe, default, "
			   "foreign-arch, newer, arch, paths or net",
			   show(word).text, parser_near(word, words).text);
}

static bool parse_item(struct parser *p)
{
	unsigned line = p->tok.line;
	struct slice word = parser_bare(p, BARE_NAME);

	if (!word.len)
		return parser_expected(p, "a line of the header or a block");
	for (enum header_line i = HEADER_WONT; i < HEADER_COUNT; i++) {
		if (slice_is(word, header_words[i]))
			return is_first(p, word, &p->header[i], line) && parse_header(p, i);
	}
	if (slice_is(word, "exe"))
		return parse_exe(p);
	if (slice_is(word, "arch"))
		return parse_block(p);
	if (slice_is(word, "paths"))
		return is_first(p, word, &p->paths, line) && parse_paths(p);
	if (slice_is(word, "net"))
		return is_first(p, word, &p->nets, line) && parse_nets(p);
	return unknown_word(p, word);
}

static bool parse_profile(struct parser *p)
{
	const char *unsafe = lex_find_unsafe(p->text, (size_t)(p->lex.end - p->text));

	if (unsafe && !*unsafe)
		return parser_fail(p, (struct slice){ unsafe, 1 },
				   "a zero byte, which no text holds; remove it");
	if (unsafe)
		return parser_fail(p, (struct slice){ unsafe, 1 },
				   "byte 0x%02x is no text to be read by people; remove it, or "
				   "write it in a string as a backslash and x%02x",
				   (unsigned char)*unsafe, (unsigned char)*unsafe);
	parser_next(p);
	parser_skip_empty(p);
	if (!parser_is_word(p, "wont"))
		return parser_expected(p, "\"wont 1\", with which a profile begins");
	if (!parser_comment(p, &p->policy->comment))
		return false;
	while (p->tok.kind != TOKEN_END) {
		if (!parse_item(p))
			return false;
		parser_skip_empty(p);
	}
	return parser_comment(p, &p->policy->tail);
}

int policy_parse(const char *text, size_t len, const char *name, struct policy **out, struct err *e)
{
	autopolicy struct policy *policy = policy_new();
	struct parser p = {
		.lex = { text, text + len, text, 1 },
		.text = text,
		.name = name,
		.e = e,
		.policy = policy,
	};

	if (!policy)
		return err_set(e, -ENOMEM, "%.400s: out of memory", name);
	if (len > PROFILE_SIZE_MAX)
		return err_set(e, -EINVAL, "%.400s:1:1: a profile of %zu bytes; the most is %d",
			       name, len, PROFILE_SIZE_MAX);
	if (parse_profile(&p))
		*out = take(policy);
	str_fini(&p.above);
	roster_fini(&p.exes);
	vec_fini(&p.blocks);
	return p.code;
}
