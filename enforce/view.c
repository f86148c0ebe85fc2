/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known on arrival at each instruction. */
#include "enforce/view.h"

#include "base/cleanup.h"

#include <linux/seccomp.h>
#include <stddef.h>

/* Adds one more way to v: what not all ways know is not known. */
static void arrive(struct view *v, struct view from)
{
	uint32_t arrivals = v->arrivals + 1;

	if (!v->is_reached) {
		*v = from;
	} else {
		v->has_word = v->has_word && from.has_word && v->offset == from.offset &&
			      v->mask == from.mask;
		v->has_token = v->has_token && from.has_token && v->token == from.token;
		v->has_nr = v->has_nr && from.has_nr && v->nr == from.nr;
	}
	v->is_reached = true;
	v->arrivals = arrivals;
}

/* What equality with k says beyond v. */
static struct view where_equal(struct view v, uint32_t k)
{
	if (!v.has_word || v.mask != UINT32_MAX)
		return v;
	if (v.offset == offsetof(struct seccomp_data, arch)) {
		v.has_token = true;
		v.token = k;
	} else if (v.offset == offsetof(struct seccomp_data, nr)) {
		v.has_nr = true;
		v.nr = k;
	}
	return v;
}

/* What is known after an instruction that does not jump. */
static struct view after(struct view v, const struct sock_filter *code)
{
	switch (code->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		v.has_word = true;
		v.offset = code->k;
		v.mask = UINT32_MAX;
		return v;
	case BPF_ALU | BPF_AND | BPF_K:
		v.mask &= code->k;
		return v;
	case BPF_ST:
	case BPF_STX:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_MEM:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_MISC | BPF_TAX:
		return v;
	}
	v.has_word = false;
	return v;
}

static void leave(struct view *views, uint32_t pc, const struct sock_filter *code)
{
	struct view v = views[pc], equal = where_equal(v, code->k);

	if (BPF_CLASS(code->code) == BPF_RET)
		return;
	if (BPF_CLASS(code->code) != BPF_JMP) {
		arrive(&views[pc + 1], after(v, code));
		return;
	}
	if (BPF_OP(code->code) == BPF_JA) {
		arrive(&views[pc + 1 + code->k], v);
		return;
	}
	arrive(&views[pc + 1 + code->jt], code->code == (BPF_JMP | BPF_JEQ | BPF_K) ? equal : v);
	arrive(&views[pc + 1 + code->jf], v);
}

struct view *filter_views(const struct filter *f)
{
	struct view *views = calloc(f->insns.len + 1, sizeof(*views));

	if (!views || !f->insns.len)
		return views;
	views[0].is_reached = true;
	for (uint32_t pc = 0; pc < f->insns.len; pc++) {
		if (views[pc].is_reached)
			leave(views, pc, &f->insns.data[pc].code);
	}
	return views;
}

const struct arch *view_arch(const struct view *v, const struct insn *insn)
{
	if (insn->arch)
		return insn->arch;
	return v->has_token ? arch_by_token(v->token, v->has_nr ? v->nr : 0) : NULL;
}

const struct syscall *view_syscall(const struct view *v, const struct insn *insn)
{
	const struct arch *arch = view_arch(v, insn);

	if (!arch || !(insn->has_nr || v->has_nr))
		return NULL;
	return arch_syscall(arch, insn->has_nr ? insn->nr : v->nr);
}
