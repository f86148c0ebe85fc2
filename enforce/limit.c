/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What to say of a program that is too long. */
#include "enforce/limit.h"

#include "policy/text.h"

#include <errno.h>

enum { NAMED = 5 }; /* costliest calls in the message */

static int by_call(const void *a, const void *b)
{
	const struct filter_share *x = a, *y = b;
	uint64_t i = (uint64_t)x->arch->token << 32 | x->nr;
	uint64_t j = (uint64_t)y->arch->token << 32 | y->nr;

	return (i > j) - (i < j);
}

static int by_count(const void *a, const void *b)
{
	const struct filter_share *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : by_call(a, b);
}

void filter_shares_fini(struct filter_shares *shares)
{
	vec_fini(&shares->all);
}

int filter_share_out(const struct filter *f, struct filter_shares *shares)
{
	size_t kept = 0;

	vec_for(insn, &f->insns) {
		struct filter_share one = { insn->arch, insn->nr, 1 };

		if (insn->arch && insn->has_nr && vec_push(&shares->all, one))
			return -ENOMEM;
	}
	if (!shares->all.len)
		return 0;
	qsort(shares->all.data, shares->all.len, sizeof(struct filter_share), by_call);
	vec_for(share, &shares->all) {
		if (kept && by_call(&shares->all.data[kept - 1], share) == 0)
			shares->all.data[kept - 1].count++;
		else
			shares->all.data[kept++] = *share;
	}
	shares->all.len = kept;
	qsort(shares->all.data, kept, sizeof(struct filter_share), by_count);
	return 0;
}

int filter_limit(const struct filter *f, struct err *e)
{
	autostr struct str names = { 0 };
	autoshares struct filter_shares shares = { 0 };

	if (f->insns.len <= FILTER_MAX)
		return 0;
	if (filter_share_out(f, &shares))
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < shares.all.len && i < NAMED; i++) {
		const struct filter_share *share = &shares.all.data[i];

		str_put(&names, i ? ", " : "");
		syscall_print(&names, share->arch, share->nr);
		str_putf(&names, " on %s (%u)", share->arch->name, share->count);
	}
	return err_set(e, -E2BIG,
		       "the filter needs %zu instructions and the kernel takes %d; the costliest "
		       "calls: %s",
		       f->insns.len, FILTER_MAX, str_text(&names));
}
