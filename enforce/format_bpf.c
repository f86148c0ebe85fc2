/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Raw programs: the array of struct sock_filter that seccomp(2) takes, in the byte order of the
 * machine that it is for. */
#include "enforce/formats.h"
#include "enforce/validate.h"

#include <byteswap.h>
#include <errno.h>
#include <string.h>

static bool host_is_big_endian(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

static struct sock_filter swap(struct sock_filter code)
{
	code.code = bswap_16(code.code);
	code.k = bswap_32(code.k);
	return code;
}

static void print(const struct filter *f, const struct policy *p, struct str *out)
{
	(void)p;
	vec_for(insn, &f->insns) {
		struct sock_filter code = insn->code;

		if (f->is_big_endian != host_is_big_endian())
			code = swap(code);
		str_put_bytes(out, &code, sizeof(code));
	}
}

const struct filter_format format_bpf = {
	.name = "bpf",
	.summary = "the raw program, as seccomp(2) takes it",
	.print = print,
};

/* Is it a program of the other byte order? Operation codes are small: which of their bytes are 0
 * tells. */
static bool is_swapped(const struct filter *f)
{
	bool is_here = true, is_there = true;

	vec_for(insn, &f->insns) {
		is_here = is_here && insn->code.code <= UINT8_MAX;
		is_there = is_there && bswap_16(insn->code.code) <= UINT8_MAX;
	}
	return is_there && !is_here;
}

static void set_order(struct filter *f)
{
	bool other = is_swapped(f);

	f->is_big_endian = other != host_is_big_endian();
	for (size_t i = 0; other && i < f->insns.len; i++)
		f->insns.data[i].code = swap(f->insns.data[i].code);
}

int filter_from_bytes(const void *bytes, size_t len, struct filter *f, struct err *e)
{
	struct filter read = { 0 };
	size_t count = len / sizeof(struct sock_filter);
	int r;

	if (len % sizeof(struct sock_filter))
		return err_set(e, -EINVAL, "%zu bytes are no program: an instruction has %zu bytes",
			       len, sizeof(struct sock_filter));
	if (count > FILTER_MAX)
		return err_set(e, -EINVAL,
			       "%zu instructions are more than the %d a filter may have", count,
			       FILTER_MAX);
	if (vec_reserve(&read.insns, count))
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct insn insn = { 0 };

		memcpy(&insn.code, (const char *)bytes + i * sizeof(insn.code), sizeof(insn.code));
		read.insns.data[read.insns.len++] = insn;
	}
	set_order(&read);
	r = filter_validate(&read, e);
	if (r)
		filter_fini(&read);
	else
		*f = read;
	return r;
}
