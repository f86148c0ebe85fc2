/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An annotated disassembly: address, instruction, what it means; and above them the rules. */
#include "enforce/formats.h"
#include "enforce/view.h"

#include "base/cleanup.h"

enum { COMMENT_COLUMN = 36 };

/* The rules of the call that a stretch of instructions is about. */
static void print_rules(struct str *out, const struct insn *insn, const struct policy *p)
{
	const struct block *block = p ? policy_block(p, insn->arch) : NULL;

	if (!block)
		return;
	vec_for(rule, &block->rules) {
		struct insn about = { .arch = insn->arch, .nr = insn->nr, .rule = rule };

		if (rule->nr != insn->nr)
			continue;
		str_pad(out, COMMENT_COLUMN);
		str_put(out, "; ");
		insn_print_rule(out, &about);
		str_putc(out, '\n');
	}
}

static void print_line(struct str *out, const struct filter *f, uint32_t pc, const struct view *v)
{
	autostr struct str words = { 0 };

	str_putf(out, "%5u  ", pc);
	insn_print(out, f, pc);
	insn_explain(&words, f, pc, v);
	if (words.len) {
		str_pad(out, COMMENT_COLUMN);
		str_putf(out, ";   %s", str_text(&words));
	}
	str_putc(out, '\n');
	if (words.failed)
		out->failed = true;
}

static void print(const struct filter *f, const struct policy *p, struct str *out)
{
	autofree struct view *views = filter_views(f);
	const struct insn *last = NULL; /* of those that are about a call */

	if (!views) {
		out->failed = true;
		return;
	}
	for (uint32_t pc = 0; pc < f->insns.len; pc++) {
		const struct insn *insn = &f->insns.data[pc];

		if (insn->has_nr && (!last || last->arch != insn->arch || last->nr != insn->nr))
			print_rules(out, insn, p);
		last = insn->has_nr ? insn : NULL;
		print_line(out, f, pc, &views[pc]);
	}
}

const struct filter_format format_asm = {
	.name = "asm",
	.summary = "a disassembly that names calls, arguments and rules",
	.print = print,
};
