/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp_attr_set(3), seccomp_attr_get(3). */
#include "compat/context.h"
#include "compat/kernel.h"

#include <errno.h>

int seccomp_attr_get(const scmp_filter_ctx ctx, enum scmp_filter_attr attr, uint32_t *value)
{
	const struct context *c = context_usable(ctx);
	const struct attributes *a = c ? &c->draft.attributes : NULL;

	if (!a || !value)
		return -EINVAL;
	switch (attr) {
	case SCMP_FLTATR_ACT_DEFAULT:
		*value = a->fallback;
		return 0;
	case SCMP_FLTATR_ACT_BADARCH:
		*value = a->bad_arch;
		return 0;
	case SCMP_FLTATR_CTL_NNP:
		*value = a->no_new_privs;
		return 0;
	case SCMP_FLTATR_CTL_TSYNC:
		*value = a->sync_threads;
		return 0;
	case SCMP_FLTATR_API_TSKIP:
		*value = a->allow_skip;
		return 0;
	case SCMP_FLTATR_CTL_LOG:
		*value = a->log;
		return 0;
	case SCMP_FLTATR_CTL_SSB:
		*value = a->no_ssb;
		return 0;
	case SCMP_FLTATR_CTL_OPTIMIZE:
		*value = a->optimize;
		return 0;
	case SCMP_FLTATR_API_SYSRAWRC:
		*value = a->raw_errors;
		return 0;
	case SCMP_FLTATR_CTL_WAITKILL:
		*value = a->wait_killable;
		return 0;
	case _SCMP_FLTATR_MIN:
	case _SCMP_FLTATR_MAX:
		break;
	}
	return -EINVAL;
}

static int set_flag(bool *flag, uint32_t value, enum level needed)
{
	if (needed > LEVEL_BASE && kernel_level() < needed)
		return -EOPNOTSUPP;
	*flag = value;
	return 0;
}

static int set_bad_arch(struct attributes *a, uint32_t action)
{
	if (!kernel_has_action(action))
		return -EINVAL;
	a->bad_arch = action;
	return 0;
}

static int set_optimize(struct attributes *a, uint32_t value)
{
	if (value != 1 && value != 2)
		return -EOPNOTSUPP;
	a->optimize = value;
	return 0;
}

int seccomp_attr_set(scmp_filter_ctx ctx, enum scmp_filter_attr attr, uint32_t value)
{
	struct context *c = context_usable(ctx);
	struct attributes *a = c ? &c->draft.attributes : NULL;

	if (!a)
		return -EINVAL;
	context_touch(c);
	switch (attr) {
	case SCMP_FLTATR_ACT_DEFAULT:
		return -EACCES;
	case SCMP_FLTATR_ACT_BADARCH:
		return set_bad_arch(a, value);
	case SCMP_FLTATR_CTL_NNP:
		return set_flag(&a->no_new_privs, value, LEVEL_BASE);
	case SCMP_FLTATR_CTL_TSYNC:
		return set_flag(&a->sync_threads, value, LEVEL_SECCOMP);
	case SCMP_FLTATR_API_TSKIP:
		return set_flag(&a->allow_skip, value, LEVEL_BASE);
	case SCMP_FLTATR_CTL_LOG:
		return set_flag(&a->log, value, LEVEL_LOG);
	case SCMP_FLTATR_CTL_SSB:
		return set_flag(&a->no_ssb, value, LEVEL_SSB);
	case SCMP_FLTATR_CTL_OPTIMIZE:
		return set_optimize(a, value);
	case SCMP_FLTATR_API_SYSRAWRC:
		return set_flag(&a->raw_errors, value, LEVEL_BASE);
	case SCMP_FLTATR_CTL_WAITKILL:
		return set_flag(&a->wait_killable, value, LEVEL_WAITKILL);
	case _SCMP_FLTATR_MIN:
	case _SCMP_FLTATR_MAX:
		break;
	}
	return -EINVAL;
}
