/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pseudo filter code: the program as nested ifs, in the manner of seccomp_export_pfc(3). What
 * several ways lead to stands once, behind a label.
 */
#include "enforce/formats.h"
#include "enforce/view.h"

#include "base/cleanup.h"

enum { DEPTH_MAX = 24 }; /* of nesting; deeper blocks get a label of their own */

struct printer {
	const struct filter *f;
	struct view *views;
	bool *is_labelled;
	struct str *out;
};

static void indent(const struct printer *p, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		str_put(p->out, "  ");
}

static bool is_return(const struct printer *p, uint32_t pc)
{
	return BPF_CLASS(p->f->insns.data[pc].code.code) == BPF_RET;
}

static void print_condition(const struct printer *p, uint32_t pc)
{
	autostr struct str words = { 0 };

	insn_explain(&words, p->f, pc, &p->views[pc]);
	if (!words.len)
		insn_print(&words, p->f, pc);
	str_put(p->out, "if (");
	str_put(p->out, str_text(&words));
	str_put(p->out, ")\n");
}

/* Instructions that neither jump nor return nor fetch what conditions name themselves. */
static void print_statement(const struct printer *p, uint32_t pc, unsigned depth)
{
	uint16_t code = p->f->insns.data[pc].code.code;

	if (code == (BPF_LD | BPF_W | BPF_ABS) ||
	    (code == (BPF_ALU | BPF_AND | BPF_K) && p->views[pc].has_word))
		return;
	indent(p, depth);
	insn_print(p->out, p->f, pc);
	str_put(p->out, ";\n");
}

static void print_action(const struct printer *p, uint32_t pc, unsigned depth)
{
	autostr struct str words = { 0 };

	insn_explain(&words, p->f, pc, &p->views[pc]);
	indent(p, depth);
	str_putf(p->out, "action %s;\n", words.len ? str_text(&words) : "A");
}

static void print_block(const struct printer *p, uint32_t pc, unsigned depth);

/* Goes on at a target: inline, or by name where it stands elsewhere. */
static void print_target(const struct printer *p, uint32_t pc, unsigned depth)
{
	if (!is_return(p, pc) && !p->is_labelled[pc] && depth >= DEPTH_MAX)
		p->is_labelled[pc] = true;
	if (!p->is_labelled[pc]) {
		print_block(p, pc, depth);
		return;
	}
	indent(p, depth);
	str_putf(p->out, "goto L%u;\n", pc);
}

/* Everything from pc on. The yes side is nested; the no side goes on in the same column. */
static void print_block(const struct printer *p, uint32_t pc, unsigned depth)
{
	for (;;) {
		const struct sock_filter *code = &p->f->insns.data[pc].code;
		uint32_t next = pc + 1;

		if (is_return(p, pc)) {
			print_action(p, pc, depth);
			return;
		}
		if (BPF_CLASS(code->code) != BPF_JMP) {
			print_statement(p, pc, depth);
		} else if (BPF_OP(code->code) == BPF_JA) {
			next += code->k;
		} else {
			indent(p, depth);
			print_condition(p, pc);
			print_target(p, next + code->jt, depth + 1);
			next += code->jf;
		}
		if (p->is_labelled[next]) {
			print_target(p, next, depth);
			return;
		}
		pc = next;
	}
}

static void print(const struct filter *f, const struct policy *policy, struct str *out)
{
	autofree struct view *views = filter_views(f);
	autofree bool *is_labelled = calloc(f->insns.len + 1, sizeof(*is_labelled));
	struct printer p = { f, views, is_labelled, out };

	(void)policy;
	if (!views || !is_labelled) {
		out->failed = true;
		return;
	}
	for (uint32_t pc = 0; pc < f->insns.len; pc++)
		is_labelled[pc] = views[pc].arrivals > 1 && !is_return(&p, pc);
	str_put(out, "# pseudo filter code\n");
	if (f->insns.len)
		print_block(&p, 0, 0);
	/* Deep blocks are labelled on the way, always ahead of what is being printed. */
	for (uint32_t pc = 0; pc < f->insns.len; pc++) {
		if (!is_labelled[pc])
			continue;
		str_putf(out, "\nL%u:\n", pc);
		print_block(&p, pc, 1);
	}
}

const struct filter_format format_pfc = {
	.name = "pfc",
	.summary = "pseudo filter code: nested ifs",
	.print = print,
};
