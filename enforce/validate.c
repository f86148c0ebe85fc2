/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's acceptance check. */
#include "enforce/validate.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/seccomp.h>

static bool is_known(uint16_t code)
{
	switch (code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_IMM:
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_ALU | BPF_NEG:
	case BPF_JMP | BPF_JA:
		return true;
	}
	if (code & ~0xffu) /* BPF_CLASS and its like look at eight bits only */
		return false;
	if (BPF_CLASS(code) == BPF_ALU)
		return BPF_OP(code) <= BPF_RSH || BPF_OP(code) == BPF_XOR;
	return BPF_CLASS(code) == BPF_JMP && BPF_OP(code) >= BPF_JEQ && BPF_OP(code) <= BPF_JSET;
}

/* What is wrong with an instruction that has `left` more behind it, or NULL. */
static const char *fault(const struct sock_filter *code, size_t left)
{
	if (!is_known(code->code))
		return "is none that seccomp knows";
	switch (BPF_CLASS(code->code)) {
	case BPF_LD:
		if (BPF_MODE(code->code) == BPF_ABS &&
		    (code->k >= sizeof(struct seccomp_data) || code->k % 4))
			return "loads no aligned word of the call";
		break;
	case BPF_ALU:
		if (code->code == (BPF_ALU | BPF_DIV | BPF_K) && code->k == 0)
			return "divides by zero";
		if ((code->code == (BPF_ALU | BPF_LSH | BPF_K) ||
		     code->code == (BPF_ALU | BPF_RSH | BPF_K)) &&
		    code->k >= 32)
			return "shifts by more than 31";
		break;
	case BPF_JMP:
		if (code->code == (BPF_JMP | BPF_JA) ? code->k >= left
						     : code->jt >= left || code->jf >= left)
			return "jumps out of the program";
		break;
	}
	return NULL;
}

static bool touches_memory(uint16_t code)
{
	uint16_t class = BPF_CLASS(code);

	return class == BPF_ST || class == BPF_STX ||
	       ((class == BPF_LD || class == BPF_LDX) && BPF_MODE(code) == BPF_MEM);
}

/* Intersects the words that are surely written with those on one more way to the instruction. */
static void arrive(uint16_t *written, size_t at, uint16_t known)
{
	written[at] &= known;
}

/* Every memory word that is read was written before, whatever the way. */
static int check_memory(const struct filter *f, struct err *e)
{
	size_t count = f->insns.len;
	autofree uint16_t *written = malloc(count * sizeof(*written));
	uint16_t now = 0; /* bit i: word i was written on every way to here */

	if (!written)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		written[i] = UINT16_MAX;
	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *code = &f->insns.data[i].code;

		now &= written[i];
		if (touches_memory(code->code)) {
			uint16_t bit = (uint16_t)(1u << (code->k & (BPF_MEMWORDS - 1)));
			bool is_store =
				BPF_CLASS(code->code) == BPF_ST || BPF_CLASS(code->code) == BPF_STX;

			if (code->k >= BPF_MEMWORDS)
				return err_set(e, -EINVAL, "instruction %zu: no such memory word",
					       i);
			if (!is_store && !(now & bit))
				return err_set(e, -EINVAL,
					       "instruction %zu reads memory that may be unwritten",
					       i);
			now |= is_store ? bit : 0;
		}
		if (BPF_CLASS(code->code) != BPF_JMP)
			continue;
		if (code->code == (BPF_JMP | BPF_JA)) {
			arrive(written, i + 1 + code->k, now);
		} else {
			arrive(written, i + 1 + code->jt, now);
			arrive(written, i + 1 + code->jf, now);
		}
		now = UINT16_MAX; /* nothing falls through */
	}
	return 0;
}

int filter_validate(const struct filter *f, struct err *e)
{
	size_t count = f->insns.len;

	if (count == 0 || count > FILTER_MAX)
		return err_set(e, -EINVAL, "a filter has 1 to %d instructions, not %zu", FILTER_MAX,
			       count);
	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *code = &f->insns.data[i].code;
		const char *what = fault(code, count - i - 1);

		if (what)
			return err_set(e, -EINVAL, "instruction %zu (code 0x%x, k 0x%x) %s", i,
				       code->code, code->k, what);
	}
	if (BPF_CLASS(f->insns.data[count - 1].code.code) != BPF_RET)
		return err_set(e, -EINVAL, "the last instruction is no return");
	return check_memory(f, e);
}
