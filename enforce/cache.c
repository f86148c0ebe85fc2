/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which calls the kernel answers without running the filter. */
#include "enforce/cache.h"

#include <linux/seccomp.h>
#include <stddef.h>

/* What a conditional jump with a constant does; false when it is one that the kernel gives up on.
 */
static bool follow_jump(const struct sock_filter *code, uint32_t a, uint32_t *pc)
{
	bool holds;

	switch (code->code) {
	case BPF_JMP | BPF_JA:
		*pc += code->k;
		return true;
	case BPF_JMP | BPF_JEQ | BPF_K:
		holds = a == code->k;
		break;
	case BPF_JMP | BPF_JGE | BPF_K:
		holds = a >= code->k;
		break;
	case BPF_JMP | BPF_JGT | BPF_K:
		holds = a > code->k;
		break;
	case BPF_JMP | BPF_JSET | BPF_K:
		holds = (a & code->k) != 0;
		break;
	default:
		return false;
	}
	*pc += holds ? code->jt : code->jf;
	return true;
}

bool filter_is_cached(const struct filter *f, const struct arch *arch, uint32_t nr)
{
	uint32_t a = 0;

	if (arch->nr_base || nr >= SYSCALL_TABLE)
		return false;
	for (uint32_t pc = 0; pc < f->insns.len; pc++) {
		const struct sock_filter *code = &f->insns.data[pc].code;

		switch (code->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (code->k == offsetof(struct seccomp_data, nr))
				a = nr;
			else if (code->k == offsetof(struct seccomp_data, arch))
				a = arch->token;
			else
				return false;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= code->k;
			break;
		case BPF_RET | BPF_K:
			return code->k == SECCOMP_RET_ALLOW;
		default:
			if (!follow_jump(code, a, &pc))
				return false;
		}
	}
	return false;
}
