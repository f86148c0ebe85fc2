/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An annotated disassembly: address, instruction, what it means, and the rule where one begins. */
#include "enforce/formats.h"
#include "enforce/view.h"

#include "base/cleanup.h"

enum { COMMENT_COLUMN = 36 };

static void print_line(struct str *out, const struct filter *f, uint32_t pc, const struct view *v,
		       const struct rule *previous)
{
	autostr struct str words = { 0 }, rule = { 0 };

	str_putf(out, "%5u  ", pc);
	insn_print(out, f, pc);
	insn_explain(&words, f, pc, v);
	if (f->insns.data[pc].rule != previous)
		insn_print_rule(&rule, &f->insns.data[pc]);
	if (words.len || rule.len) {
		str_pad(out, COMMENT_COLUMN);
		str_putf(out, "; %s", str_text(&words));
	}
	if (rule.len)
		str_putf(out, "%s[%s]", words.len ? "  " : "", str_text(&rule));
	str_putc(out, '\n');
	if (words.failed || rule.failed)
		out->failed = true;
}

static void print(const struct filter *f, const struct policy *p, struct str *out)
{
	autofree struct view *views = filter_views(f);
	const struct rule *previous = NULL;

	(void)p;
	if (!views) {
		out->failed = true;
		return;
	}
	for (uint32_t pc = 0; pc < f->insns.len; pc++) {
		print_line(out, f, pc, &views[pc], previous);
		previous = f->insns.data[pc].rule;
	}
}

const struct filter_format format_asm = {
	.name = "asm",
	.summary = "a disassembly that names calls, arguments and rules",
	.print = print,
};
