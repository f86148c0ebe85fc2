/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes turned into programs. */
#include "fuzz/program.h"

/* Mostly instructions that seccomp takes, so that programs get past the validator. */
static struct sock_filter any_insn(struct source *s, uint32_t left)
{
	static const uint8_t codes[] = {
		0x20, 0x20, 0x20, 0x80, 0x81, 0x00, 0x01, 0x60, 0x61, 0x02, 0x02, 0x03,
		0x07, 0x87, 0x06, 0x16, 0x05, 0x84, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c,
		0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0xa4, 0xac,
		0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x15, 0x35, 0x45, 0x15,
	};
	struct sock_filter i = { .code = codes[source_below(s, countof(codes))] };
	uint32_t reach = left > 1 ? left - 1 : 1;

	i.k = (uint32_t)source_value(s);
	if (i.code == 0x20)
		i.k = 4 * source_below(s, 16);
	else if (BPF_CLASS(i.code) == BPF_ST || BPF_CLASS(i.code) == BPF_STX ||
		 (BPF_CLASS(i.code) <= BPF_LDX && BPF_MODE(i.code) == BPF_MEM))
		i.k = source_below(s, 3);
	else if (i.code == 0x64 || i.code == 0x74)
		i.k = source_below(s, 32);
	else if (i.code == 0x05)
		i.k = source_below(s, reach);
	i.jt = (uint8_t)source_below(s, reach < 256 ? reach : 256);
	i.jf = (uint8_t)source_below(s, reach < 256 ? reach : 256);
	/* Now and then something that must be refused or survived. */
	if (source_below(s, 64) == 0)
		i.code = (uint16_t)source_below(s, 0x10000);
	return i;
}

uint32_t source_program(struct source *s, struct sock_filter *codes, uint32_t max)
{
	uint32_t count = 1 + source_below(s, max);

	for (uint32_t i = 0; i < count; i++)
		codes[i] = any_insn(s, count - i);
	if (source_below(s, 8))
		codes[count - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	return count;
}
