/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp_load(3), seccomp_precompute(3), seccomp_export_bpf(3) and its kin: what rules become. */
#include "base/cleanup.h"
#include "compat/context.h"
#include "compat/dump.h"
#include "compat/kernel.h"
#include "compat/output.h"

#include <errno.h>
#include <string.h>

/* What the system said, as far as the program wants to know. */
static int system_error(const struct context *c, int r)
{
	return r && !c->draft.attributes.raw_errors ? -ECANCELED : r;
}

/* Compiles what is not compiled yet. */
static int prepare(struct context *c)
{
	if (c->product.codes)
		return 0;
	return product_make(&c->draft, dump_is_wanted() ? PRODUCT_PROFILE : 0, &c->product);
}

int seccomp_precompute(const scmp_filter_ctx ctx)
{
	struct context *c = context_usable(ctx);

	return c ? prepare(c) : -EINVAL;
}

int seccomp_load(const scmp_filter_ctx ctx)
{
	struct context *c = context_usable(ctx);
	bool is_ours;
	int r = c ? prepare(c) : -EINVAL;

	if (r)
		return r;
	dump_product(&c->product);
	r = kernel_load(&c->product, &c->draft.attributes, &is_ours);
	return is_ours ? r : system_error(c, r);
}

int seccomp_export_bpf(const scmp_filter_ctx ctx, int fd)
{
	struct context *c = context_usable(ctx);
	int r = c ? prepare(c) : -EINVAL;

	if (r)
		return r;
	dump_product(&c->product);
	return system_error(
		c, output_write(fd, c->product.codes, c->product.len * sizeof(*c->product.codes)));
}

int seccomp_export_bpf_mem(const scmp_filter_ctx ctx, void *buf, size_t *len)
{
	struct context *c = context_usable(ctx);
	int r = c && len ? prepare(c) : -EINVAL;
	size_t room;

	if (r)
		return r;
	room = *len;
	*len = c->product.len * sizeof(*c->product.codes);
	if (!buf)
		return 0;
	if (room < *len)
		return -ERANGE;
	memcpy(buf, c->product.codes, *len);
	return 0;
}

int seccomp_export_pfc(const scmp_filter_ctx ctx, int fd)
{
	struct context *c = context_usable(ctx);
	struct product product = { 0 };
	int r = c ? product_make(&c->draft, PRODUCT_PFC, &product) : -EINVAL;

	if (!r)
		r = system_error(c, output_write(fd, product.pfc, strlen(product.pfc)));
	product_fini(&product);
	return r;
}
