/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What calls of libseccomp's interface are made of, drawn at random. */
#include "fuzz/draw.h"

#include <string.h>

uint32_t draw_action(struct random *r)
{
	static const uint32_t actions[] = {
		SCMP_ACT_ALLOW,	   SCMP_ACT_ALLOW,	  SCMP_ACT_ALLOW,	SCMP_ACT_KILL,
		SCMP_ACT_TRAP,	   SCMP_ACT_KILL_PROCESS, SCMP_ACT_LOG,		SCMP_ACT_NOTIFY,
		SCMP_ACT_ERRNO(1), SCMP_ACT_ERRNO(1),	  SCMP_ACT_ERRNO(2),	SCMP_ACT_TRACE(7),
		SCMP_ACT_ERRNO(0), SCMP_ACT_ERRNO(4094),  SCMP_ACT_ERRNO(4095), 0x7fff0001,
		0x12340000,
	};

	return actions[random_below(r, random_below(r, 8) ? 13 : countof(actions))];
}

const struct arch *draw_arch(struct random *r)
{
	/* What libseccomp 2.5 knows, the machine's own more often. */
	static const char *const names[] = {
		"x86_64",    "x86_64",	    "i386",   "i386",	  "x32",    "x32",
		"arm",	     "aarch64",	    "mips",   "mipsel",	  "mips64", "mipsel64",
		"mips64n32", "mipsel64n32", "parisc", "parisc64", "ppc",    "ppc64",
		"ppc64le",   "s390",	    "s390x",  "riscv64",
	};

	return arch_by_name(names[random_below(r, countof(names))]);
}

uint32_t arch_token(const struct arch *arch)
{
	return strcmp(arch->name, "x32") == 0 ? (uint32_t)SCMP_ARCH_X32 : arch->token;
}

int draw_number(struct random *r)
{
	/* read write ioctl socket accept4 shmat semop clone personality; none; pseudo ones */
	static const int numbers[] = { 0, 1,	16,   41,   288,    30, 65,  56,   135,
				       9, 1000, -109, -110, -10029, -1, -50, -101, -10073 };

	if (!random_below(r, 8))
		return (int)random_below(r, 334);
	return numbers[random_below(r, random_below(r, 3) ? 4 : countof(numbers))];
}

static struct scmp_arg_cmp draw_comparison(struct random *r)
{
	struct scmp_arg_cmp cmp = {
		.arg = (unsigned)random_below(r, random_below(r, 40) ? 3 : 7),
		.op = (enum scmp_compare)(1 + random_below(r, random_below(r, 60) ? 7 : 8)),
		.datum_a = random_value(r),
	};

	if (random_below(r, 3))
		cmp.op = random_below(r, 2) ? SCMP_CMP_EQ : SCMP_CMP_MASKED_EQ;
	if (cmp.op == SCMP_CMP_MASKED_EQ) {
		cmp.datum_b = cmp.datum_a;
		cmp.datum_a = random_mask(r);
	}
	return cmp;
}

struct added_rule draw_rule(struct random *r)
{
	struct added_rule rule = { draw_action(r), draw_number(r), 0, { { 0 } } };

	rule.count = (unsigned)random_below(r, 4);
	for (unsigned i = 0; i < rule.count; i++)
		rule.args[i] = draw_comparison(r);
	return rule;
}
