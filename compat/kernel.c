/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the running kernel can do, and filters into it. */
#include "compat/kernel.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Flags that are younger than the headers of some systems. */
#ifndef SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define SECCOMP_FILTER_FLAG_TSYNC_ESRCH (1UL << 4)
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* The kernel takes 4095, libseccomp one less. */
enum { ERRNO_MAX = 4094 };

static struct {
	enum level level; /* 0: not asked yet */
	bool has_listener;
	int listener;
} process;

static bool has_kernel_action(uint32_t action)
{
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* A filter at address NULL cannot be read, but flags are looked at first (kernel/seccomp.c). */
static bool has_flags(unsigned long flags)
{
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, NULL) == -1 && errno == EFAULT;
}

static bool has_notify(void)
{
	struct seccomp_notif_sizes sizes;

	return has_kernel_action(SECCOMP_RET_USER_NOTIF) &&
	       has_flags(SECCOMP_FILTER_FLAG_NEW_LISTENER) &&
	       syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0;
}

/* Each level has all that the ones below have. */
static enum level probe(void)
{
	const unsigned long listener = SECCOMP_FILTER_FLAG_NEW_LISTENER;

	if (!has_flags(SECCOMP_FILTER_FLAG_TSYNC))
		return LEVEL_BASE;
	if (!has_flags(SECCOMP_FILTER_FLAG_LOG) || !has_kernel_action(SECCOMP_RET_LOG) ||
	    !has_kernel_action(SECCOMP_RET_KILL_PROCESS))
		return LEVEL_SECCOMP;
	if (!has_flags(SECCOMP_FILTER_FLAG_SPEC_ALLOW))
		return LEVEL_LOG;
	if (!has_notify())
		return LEVEL_SSB;
	if (!has_flags(listener | SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH))
		return LEVEL_NOTIFY;
	if (!has_flags(listener | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV))
		return LEVEL_NOTIFY_TSYNC;
	return LEVEL_WAITKILL;
}

enum level kernel_level(void)
{
	int saved = errno;

	if (!process.level)
		process.level = probe();
	errno = saved;
	return process.level;
}

int kernel_set_level(unsigned level)
{
	if (level < LEVEL_BASE || level > LEVEL_WAITKILL)
		return -EINVAL;
	process.level = (enum level)level;
	return 0;
}

bool kernel_has_action(uint32_t action)
{
	uint32_t data = action & SECCOMP_RET_DATA;

	switch (action & SECCOMP_RET_ACTION_FULL) {
	case SCMP_ACT_KILL_THREAD:
	case SCMP_ACT_TRAP:
	case SCMP_ACT_ALLOW:
		return data == 0;
	case SCMP_ACT_ERRNO(0):
		return data <= ERRNO_MAX;
	case SCMP_ACT_TRACE(0):
		return true;
	case SCMP_ACT_KILL_PROCESS:
	case SCMP_ACT_LOG:
		return data == 0 && kernel_level() >= LEVEL_LOG;
	case SCMP_ACT_NOTIFY:
		return data == 0 && kernel_level() >= LEVEL_NOTIFY;
	}
	return false;
}

int kernel_listener(void)
{
	return process.has_listener ? process.listener : -1;
}

void kernel_forget(void)
{
	process.level = 0;
	process.has_listener = false;
}

static unsigned long flags_of(const struct attributes *a, bool wants_listener)
{
	unsigned long flags = 0;

	if (a->sync_threads)
		flags |= SECCOMP_FILTER_FLAG_TSYNC;
	if (a->log)
		flags |= SECCOMP_FILTER_FLAG_LOG;
	if (a->no_ssb)
		flags |= SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	if (!wants_listener)
		return flags;
	flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	if (a->sync_threads)
		flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
	if (a->wait_killable)
		flags |= SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	return flags;
}

static int load_flags(const struct sock_fprog *program, unsigned long flags, bool *is_ours)
{
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);

	if (r < 0)
		return -errno;
	if (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) {
		process.has_listener = true;
		process.listener = (int)r;
		return 0;
	}
	/* seccomp(2): with TSYNC the kernel names a thread that could not follow, as a success. */
	*is_ours = r > 0;
	return r > 0 ? -ESRCH : 0;
}

int kernel_load(const struct product *p, const struct attributes *a, bool *is_ours)
{
	struct sock_fprog program = { (unsigned short)p->len, p->codes };

	*is_ours = false;
	if (a->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (kernel_level() >= LEVEL_SECCOMP) {
		/* The kernel gives a process one listener; it is asked for once. */
		bool wants_listener = p->uses_notify && !process.has_listener;

		return load_flags(&program, flags_of(a, wants_listener), is_ours);
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}
