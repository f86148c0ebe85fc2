/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two calls, in the order that takes the least from the program. */
#include "tracer/filter.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * SPEC_ALLOW: a filter must not switch on mitigations that the program would not run under
 * (kernels before 5.16 do otherwise; before 4.17 the flag is unknown).
 */
static int install(const struct sock_fprog *filter, unsigned flags)
{
	unsigned all = flags | SECCOMP_FILTER_FLAG_SPEC_ALLOW;

	if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, all, filter))
		return 0;
	if (errno != EINVAL)
		return -errno;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, filter) ? -errno : 0;
}

int filter_install(const struct sock_fprog *filter, unsigned flags, bool wants_no_new_privs,
		   bool *no_new_privs)
{
	int r = wants_no_new_privs ? -EACCES : install(filter, flags);

	if (r != -EACCES)
		return r;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	*no_new_privs = true;
	return install(filter, flags);
}
