/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From rules to a proved program. */
#include "compat/product.h"

#include "base/cleanup.h"
#include "compat/meaning.h"
#include "enforce/filter.h"
#include "policy/text.h"

#include <errno.h>

void product_fini(struct product *p)
{
	free(p->codes);
	free(p->profile);
	free(p->pfc);
	*p = (struct product){ 0 };
}

/* A program that is not proved never leaves this function. */
static int compile(const struct policy *policy, struct filter *f)
{
	int r = filter_compile(policy, NULL, f, NULL);

	if (!r)
		r = filter_prove(f, policy, NULL, NULL, NULL);
	return r == 0 || r == -ENOMEM ? r : -EFAULT;
}

/* As machines of the other byte order read it. */
static struct sock_filter turned(struct sock_filter code)
{
	return (struct sock_filter){ __builtin_bswap16(code.code), code.jt, code.jf,
				     __builtin_bswap32(code.k) };
}

static int copy_codes(const struct filter *f, struct product *p)
{
	p->codes = calloc(f->insns.len, sizeof(*p->codes));
	if (!p->codes)
		return -ENOMEM;
	p->len = f->insns.len;
	for (size_t i = 0; i < f->insns.len; i++)
		p->codes[i] = f->is_big_endian == arch_native()->is_big_endian
				      ? f->insns.data[i].code
				      : turned(f->insns.data[i].code);
	return 0;
}

static bool uses_notify(const struct policy *p)
{
	if (p->fallback.kind == ACTION_NOTIFY || p->foreign_arch.kind == ACTION_NOTIFY)
		return true;
	vec_for(block, &p->blocks)
		vec_for(rule, &block->rules)
			if (rule->action.kind == ACTION_NOTIFY)
				return true;
	return false;
}

static int make_extras(const struct policy *policy, const struct filter *f, unsigned extras,
		       struct product *p)
{
	autostr struct str text = { 0 };

	if (extras & PRODUCT_PROFILE) {
		policy_print(policy, &text);
		p->profile = str_take(&text);
		if (!p->profile)
			return -ENOMEM;
	}
	if (extras & PRODUCT_PFC) {
		filter_format_by_name("pfc")->print(f, policy, &text);
		p->pfc = str_take(&text);
		if (!p->pfc)
			return -ENOMEM;
	}
	return 0;
}

int product_make(const struct draft *d, unsigned extras, struct product *p)
{
	autopolicy struct policy *policy = NULL;
	autofilter struct filter filter = { 0 };
	struct product made = { 0 };
	int r = draft_meaning(d, &policy);

	if (!r)
		r = compile(policy, &filter);
	if (!r)
		r = copy_codes(&filter, &made);
	if (!r)
		r = make_extras(policy, &filter, extras, &made);
	if (r) {
		product_fini(&made);
		return r;
	}
	made.uses_notify = uses_notify(policy);
	*p = made;
	return 0;
}
