/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp_init(3), seccomp_merge(3), seccomp_arch_add(3), seccomp_transaction_start(3) and their
 * kin: filters as a whole. */
#include "compat/abi.h"
#include "compat/context.h"
#include "compat/kernel.h"

#include <errno.h>

const struct scmp_version *seccomp_version(void)
{
	static const struct scmp_version version = { SCMP_VER_MAJOR, SCMP_VER_MINOR,
						     SCMP_VER_MICRO };

	return &version;
}

unsigned int seccomp_api_get(void)
{
	return kernel_level();
}

int seccomp_api_set(unsigned int level)
{
	return kernel_set_level(level);
}

scmp_filter_ctx seccomp_init(uint32_t def_action)
{
	return kernel_has_action(def_action) ? context_new(def_action) : NULL;
}

int seccomp_reset(scmp_filter_ctx ctx, uint32_t def_action)
{
	struct context *c = context_of(ctx);

	if (!ctx) {
		kernel_forget();
		return 0;
	}
	if (!c || !kernel_has_action(def_action))
		return -EINVAL;
	return context_reset(c, def_action);
}

void seccomp_release(scmp_filter_ctx ctx)
{
	struct context *c = context_of(ctx);

	if (c)
		context_free(c);
}

int seccomp_merge(scmp_filter_ctx ctx_dst, scmp_filter_ctx ctx_src)
{
	struct context *dst = context_usable(ctx_dst);
	struct context *src = context_usable(ctx_src);

	if (!dst || !src)
		return -EINVAL;
	if (dst->draft.attributes.fallback != src->draft.attributes.fallback ||
	    dst->draft.attributes.no_new_privs != src->draft.attributes.no_new_privs ||
	    dst->draft.attributes.sync_threads != src->draft.attributes.sync_threads)
		return -EINVAL;
	return context_merge(dst, src);
}

uint32_t seccomp_arch_resolve_name(const char *arch_name)
{
	return arch_name ? abi_token_named(arch_name) : 0;
}

uint32_t seccomp_arch_native(void)
{
	return abi_token(arch_native());
}

int seccomp_arch_exist(const scmp_filter_ctx ctx, uint32_t arch_token)
{
	const struct context *c = context_of(ctx);
	const struct arch *arch = abi_arch(arch_token);

	if (!c || !arch)
		return -EINVAL;
	return context_ruleset(c, arch) ? 0 : -EEXIST;
}

int seccomp_arch_add(scmp_filter_ctx ctx, uint32_t arch_token)
{
	struct context *c = context_of(ctx);
	const struct arch *arch = abi_arch(arch_token);

	if (!c || !arch)
		return -EINVAL;
	return context_add_arch(c, arch);
}

int seccomp_arch_remove(scmp_filter_ctx ctx, uint32_t arch_token)
{
	struct context *c = context_of(ctx);
	const struct arch *arch = abi_arch(arch_token);

	if (!c || !arch)
		return -EINVAL;
	return context_remove_arch(c, arch);
}

int seccomp_transaction_start(const scmp_filter_ctx ctx)
{
	struct context *c = context_usable(ctx);

	return c ? context_begin(c) : -EINVAL;
}

int seccomp_transaction_commit(const scmp_filter_ctx ctx)
{
	struct context *c = context_of(ctx);

	if (!c)
		return -EINVAL;
	context_commit(c);
	return 0;
}

void seccomp_transaction_reject(const scmp_filter_ctx ctx)
{
	struct context *c = context_of(ctx);

	if (c)
		context_reject(c);
}
