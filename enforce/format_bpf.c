/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Raw programs: the array of struct sock_filter that seccomp(2) takes, in host byte order. */
#include "enforce/formats.h"
#include "enforce/validate.h"

#include <errno.h>
#include <string.h>

static void print(const struct filter *f, const struct policy *p, struct str *out)
{
	(void)p;
	vec_for(insn, &f->insns)
		str_put_bytes(out, &insn->code, sizeof(insn->code));
}

const struct filter_format format_bpf = {
	.name = "bpf",
	.summary = "the raw program, as seccomp(2) takes it",
	.print = print,
};

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
	r = filter_validate(&read, e);
	if (r)
		filter_fini(&read);
	else
		*f = read;
	return r;
}
