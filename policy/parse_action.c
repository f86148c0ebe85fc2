/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Actions: allow, errno(ENOSYS), trap(3), ... */
#include "policy/parser.h"

#include <string.h>

enum { ERRNO_MAX = 4095 }; /* kernel/seccomp.c cuts an errno there */

static const struct {
	const char *name;
	enum action_kind kind;
} words[] = {
	{ "allow", ACTION_ALLOW },
	{ "log", ACTION_LOG },
	{ "kill_process", ACTION_KILL_PROCESS },
	{ "kill", ACTION_KILL_PROCESS },
	{ "kill_thread", ACTION_KILL_THREAD },
	{ "trap", ACTION_TRAP },
	{ "errno", ACTION_ERRNO },
	{ "notify", ACTION_NOTIFY },
	{ "trace", ACTION_TRACE },
};

static bool unknown_action(struct parser *p)
{
	const char *names[countof(words) + 1] = { NULL };

	if (p->tok.kind != TOKEN_WORD)
		return parser_expected(p, "an action: allow, log, kill_process, kill_thread, "
					  "trap, errno(...), notify or trace");
	for (size_t i = 0; i < countof(words); i++)
		names[i] = words[i].name;
	return parser_fail(p, p->tok.at,
			   "no action %s%s; there are allow, log, kill_process, kill_thread, "
			   "trap, errno(...), notify and trace",
			   show(p->tok.at).text, parser_near(p->tok.at, names).text);
}

static bool unknown_errno(struct parser *p, const struct arch *arch)
{
	const char *names[256];
	size_t count = 0;

	for (unsigned i = 1; i < countof(names); i++) {
		names[count] = arch_errno_name(arch, i);
		count += names[count] != NULL;
	}
	names[count] = NULL;
	return parser_fail(p, p->tok.at, "no error %s%s; write a name of errno(3) or its number",
			   show(p->tok.at).text, parser_near(p->tok.at, names).text);
}

static bool parse_errno(struct parser *p, const struct arch *arch, uint64_t *data)
{
	unsigned number;

	if (p->tok.kind != TOKEN_WORD)
		return parser_number(p, ERRNO_MAX, "the number of an error", data);
	if (!arch_errno(arch, slice_name(p->tok.at).text, &number))
		return unknown_errno(p, arch);
	*data = number;
	parser_next(p);
	return true;
}

/* (DATA) behind an action that has some. */
static bool parse_data(struct parser *p, const struct arch *arch, struct action *action)
{
	uint64_t data = 0;
	bool is_errno = action->kind == ACTION_ERRNO;

	if (p->tok.kind != TOKEN_PAREN_OPEN)
		return !is_errno || parser_expected(p, "the error, as in errno(EPERM)");
	parser_next(p);
	if (is_errno ? !parse_errno(p, arch, &data)
		     : !parser_number(p, UINT16_MAX, "the action's data", &data))
		return false;
	action->data = (uint16_t)data;
	return parser_take(p, TOKEN_PAREN_CLOSE, "\")\"");
}

bool parse_action(struct parser *p, const struct arch *arch, struct action *action)
{
	for (size_t i = 0; i < countof(words); i++) {
		if (!parser_is_word(p, words[i].name))
			continue;
		*action = (struct action){ words[i].kind, 0 };
		parser_next(p);
		if (action->kind == ACTION_ERRNO || action->kind == ACTION_TRAP ||
		    action->kind == ACTION_TRACE)
			return parse_data(p, arch, action);
		return true;
	}
	return unknown_action(p);
}
