/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instructions in words: what every format that people read is made of. */
#include "enforce/view.h"

#include "policy/text.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

static const char *operation(uint16_t code)
{
	static const char *const alu[] = { "add", "sub", "mul", "div", "or", "and",
					   "lsh", "rsh", "neg", "mod", "xor" };
	static const char *const jump[] = { "ja", "jeq", "jgt", "jge", "jset" };

	return BPF_CLASS(code) == BPF_JMP ? jump[BPF_OP(code) >> 4] : alu[BPF_OP(code) >> 4];
}

static void print_source(struct str *out, const char *name, const struct sock_filter *code)
{
	switch (BPF_MODE(code->code)) {
	case BPF_ABS:
		str_putf(out, "%s  [%u]", name, code->k);
		break;
	case BPF_MEM:
		str_putf(out, "%s  M[%u]", name, code->k);
		break;
	case BPF_LEN:
		str_putf(out, "%s  #len", name);
		break;
	default:
		str_putf(out, "%s  #0x%x", name, code->k);
	}
}

static void print_operand(struct str *out, const struct sock_filter *code)
{
	if (BPF_SRC(code->code) == BPF_X)
		str_put(out, "x");
	else
		str_putf(out, "#0x%x", code->k);
}

static void print_jump(struct str *out, const struct sock_filter *code, uint32_t next)
{
	if (BPF_OP(code->code) == BPF_JA) {
		str_putf(out, "ja  %u", next + code->k);
		return;
	}
	str_putf(out, "%s ", operation(code->code));
	print_operand(out, code);
	str_putf(out, ", %u, %u", next + code->jt, next + code->jf);
}

void insn_print(struct str *out, const struct filter *f, uint32_t pc)
{
	const struct sock_filter *code = &f->insns.data[pc].code;

	switch (BPF_CLASS(code->code)) {
	case BPF_LD:
		print_source(out, "ld", code);
		break;
	case BPF_LDX:
		print_source(out, "ldx", code);
		break;
	case BPF_ST:
		str_putf(out, "st  M[%u]", code->k);
		break;
	case BPF_STX:
		str_putf(out, "stx M[%u]", code->k);
		break;
	case BPF_ALU:
		str_putf(out, "%s", operation(code->code));
		if (BPF_OP(code->code) != BPF_NEG) {
			str_putc(out, ' ');
			print_operand(out, code);
		}
		break;
	case BPF_JMP:
		print_jump(out, code, pc + 1);
		break;
	case BPF_RET:
		if (BPF_RVAL(code->code) == BPF_A)
			str_put(out, "ret a");
		else
			str_putf(out, "ret #0x%x", code->k);
		break;
	case BPF_MISC:
		str_put(out, BPF_MISCOP(code->code) == BPF_TAX ? "tax" : "txa");
		break;
	}
}

/* An argument's word by the call's own name for it. */
static void print_arg(struct str *out, const struct syscall *call, uint32_t offset,
		      bool is_big_endian)
{
	uint32_t at = offset - (uint32_t)offsetof(struct seccomp_data, args);
	uint32_t arg = at / 8;
	bool is_high = (at % 8 != 0) != is_big_endian;
	const struct arg *known =
		call && arg < call->signature->count ? &call->signature->args[arg] : NULL;

	if (known && known->class != ARG_NONE)
		str_put(out, known->name);
	else
		str_putf(out, "arg%u", arg);
	if (is_high)
		str_put(out, ".high");
	else if (!known || known->bits == 64)
		str_put(out, ".low");
}

void view_print_word(struct str *out, const struct view *v, const struct insn *insn,
		     bool is_big_endian)
{
	if (!v->has_word)
		str_put(out, "A");
	else if (v->offset == offsetof(struct seccomp_data, nr))
		str_put(out, "nr");
	else if (v->offset == offsetof(struct seccomp_data, arch))
		str_put(out, "arch");
	else if (v->offset < offsetof(struct seccomp_data, args))
		str_putf(out, "ip.%s", (v->offset % 8 != 0) != is_big_endian ? "high" : "low");
	else
		print_arg(out, view_syscall(v, insn), v->offset, is_big_endian);
	if (v->has_word && v->mask != UINT32_MAX)
		str_putf(out, " & 0x%x", v->mask);
}

/* The name of an argument's value, where its signature gives it one. */
static const char *value_name(const struct view *v, const struct insn *insn, bool is_big_endian)
{
	const struct syscall *call = view_syscall(v, insn);
	uint32_t at = v->offset - (uint32_t)offsetof(struct seccomp_data, args);
	bool is_high = (at % 8 != 0) != is_big_endian;

	if (is_high || !call || at / 8 >= call->signature->count ||
	    !call->signature->args[at / 8].group)
		return NULL;
	return arch_constant_name(view_arch(v, insn), call->signature->args[at / 8].group,
				  insn->code.k);
}

/* A number by name, with its arch where that is not the token's main one ("x32 read"). */
static bool print_number(struct str *out, const struct arch *main, uint32_t nr)
{
	const struct arch *arch = main ? arch_by_token(main->token, nr) : NULL;
	const struct syscall *call = arch ? arch_syscall(arch, nr) : NULL;

	if (!call)
		return false;
	if (arch != arch_by_token(main->token, 0))
		str_putf(out, "%s ", arch->name);
	str_put(out, call->name);
	return true;
}

/* What the tested constant stands for. */
static void print_constant(struct str *out, const struct view *v, const struct insn *insn,
			   bool is_big_endian)
{
	uint32_t k = insn->code.k;
	const struct arch *arch = view_arch(v, insn);
	const char *name = NULL;
	/* Bits of a number are no number. */
	const bool is_whole = BPF_OP(insn->code.code) != BPF_JSET && v->mask == UINT32_MAX;

	if (v->offset == offsetof(struct seccomp_data, nr) && is_whole &&
	    print_number(out, arch, k))
		return;
	if (v->offset == offsetof(struct seccomp_data, arch)) {
		arch = arch_by_token(k, 0);
		name = arch ? arch->name : NULL;
	} else if (v->offset >= offsetof(struct seccomp_data, args)) {
		name = value_name(v, insn, is_big_endian);
	}
	if (name)
		str_put(out, name);
	else
		str_putf(out, "0x%x", k);
}

/* The argument whose low word is looked at, when its values have names; else NULL. */
static const struct arg *named_arg(const struct view *v, const struct insn *insn,
				   bool is_big_endian, unsigned *index)
{
	const struct syscall *call = view_syscall(v, insn);
	uint32_t at = v->offset - (uint32_t)offsetof(struct seccomp_data, args);
	const struct arg *arg;

	*index = at / 8;
	if (v->offset < offsetof(struct seccomp_data, args) || !call ||
	    *index >= call->signature->count || (at % 8 != 0) != is_big_endian)
		return NULL;
	arg = &call->signature->args[*index];
	return arg->group ? arg : NULL;
}

/* As a profile would say it: constants by name, flags joined. False where that is no help. */
static bool explain_as_rule(struct str *out, const struct view *v, const struct insn *insn,
			    bool is_big_endian)
{
	unsigned index;
	const struct arg *arg = named_arg(v, insn, is_big_endian, &index);
	bool is_equality = BPF_OP(insn->code.code) == BPF_JEQ;
	struct cond cond = { .kind = COND_TEST };
	autostr struct str text = { 0 };
	uint32_t mask = is_equality ? v->mask : insn->code.k;
	const char *name;

	if (!arg ||
	    (!is_equality && (BPF_OP(insn->code.code) != BPF_JSET || v->mask != UINT32_MAX)))
		return false;
	cond.test = (struct test){ .arg = (uint8_t)index,
				   .bits = arg->bits,
				   .is_signed = arg->is_signed,
				   .op = is_equality ? OP_EQ : OP_NE };
	cond.test.mask = mask == UINT32_MAX ? UINT64_MAX : test_extend(&cond.test, mask);
	if (mask >> 31) /* "all but" stays that, though half of the argument is not looked at */
		cond.test.mask |= (uint64_t)UINT32_MAX << 32;
	cond.test.value = test_extend(&cond.test, is_equality ? insn->code.k : 0);
	cond_print(&text, &cond, view_arch(v, insn), view_syscall(v, insn));
	name = strstr(str_text(&text), arg->name);
	if (!name || text.failed)
		return false;
	name += strlen(arg->name);
	str_putf(out, "%.*s%s%s", (int)(name - str_text(&text)), str_text(&text),
		 arg->bits == 64 ? ".low" : "", name);
	return true;
}

static void explain_jump(struct str *out, const struct view *v, const struct insn *insn,
			 bool is_big_endian)
{
	static const char *const signs[] = { "", " == ", " > ", " >= ", " & " };

	if (BPF_OP(insn->code.code) == BPF_JA || BPF_SRC(insn->code.code) == BPF_X || !v->has_word)
		return;
	if (explain_as_rule(out, v, insn, is_big_endian))
		return;
	str_put(out, v->mask != UINT32_MAX ? "(" : "");
	view_print_word(out, v, insn, is_big_endian);
	str_put(out, v->mask != UINT32_MAX ? ")" : "");
	str_put(out, signs[BPF_OP(insn->code.code) >> 4]);
	print_constant(out, v, insn, is_big_endian);
}

void insn_explain(struct str *out, const struct filter *f, uint32_t pc, const struct view *v)
{
	const struct insn *insn = &f->insns.data[pc];
	struct view loaded = { .has_word = true, .offset = insn->code.k, .mask = UINT32_MAX };
	const struct arch *arch = view_arch(v, insn);

	loaded.has_token = v->has_token;
	loaded.token = v->token;
	loaded.has_nr = v->has_nr;
	loaded.nr = v->nr;
	if (insn->code.code == (BPF_LD | BPF_W | BPF_ABS))
		view_print_word(out, &loaded, insn, f->is_big_endian);
	else if (BPF_CLASS(insn->code.code) == BPF_JMP)
		explain_jump(out, v, insn, f->is_big_endian);
	else if (insn->code.code == (BPF_RET | BPF_K))
		action_print(out, action_from_ret(insn->code.k), arch ? arch : arch_native());
}

void insn_print_rule(struct str *out, const struct insn *insn)
{
	const struct rule *rule = insn->rule;

	if (!rule || !insn->arch)
		return;
	syscall_print(out, insn->arch, rule->nr);
	if (rule->cond) {
		str_put(out, ": ");
		cond_print(out, rule->cond, insn->arch, arch_syscall(insn->arch, rule->nr));
	}
	if (rule->action.kind != ACTION_ALLOW) {
		str_put(out, rule->cond ? " -> " : ": -> ");
		action_print(out, rule->action, insn->arch);
	}
}
