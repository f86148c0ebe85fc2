/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program into the kernel: the one place of this folder's compiler that makes a system call. */
#include "enforce/filter.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

int filter_load(const struct filter *f, unsigned flags, struct err *e)
{
	autofree struct sock_filter *codes = calloc(f->insns.len + 1, sizeof(*codes));
	struct sock_fprog program = { (unsigned short)f->insns.len, codes };
	long r;

	if (!codes)
		return err_set(e, -ENOMEM, "out of memory");
	if (f->insns.len > FILTER_MAX)
		return err_set(e, -E2BIG, "a filter has at most %d instructions, not %zu",
			       FILTER_MAX, f->insns.len);
	for (size_t i = 0; i < f->insns.len; i++)
		codes[i] = f->insns.data[i].code;
	r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	if (r < 0)
		return err_sys(e, -errno, "loading a filter of %zu instructions", f->insns.len);
	/* seccomp(2): with TSYNC the kernel names a thread that could not follow, as a success. */
	if (r > 0 && (flags & SECCOMP_FILTER_FLAG_TSYNC))
		return err_set(e, -ESRCH, "thread %ld could not take the filter", r);
	return 0;
}
