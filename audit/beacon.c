/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The smallest program that can be logged. */
#include "audit/beacon.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Far above every table, and below x32's bit. */
enum { NUMBERS = 0x30000000, NUMBER_BITS = 0x00ffffff };

static void shine(uint32_t nr)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = countof(code), .filter = code };

	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	    !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
		syscall(nr);
	_exit(0);
}

int beacon_fire(struct beacon *beacon, struct err *e)
{
	struct beacon b;

	if (getrandom(&b.nr, sizeof(b.nr), 0) != sizeof(b.nr))
		return err_sys(e, -errno, "no random numbers");
	b.nr = NUMBERS | (b.nr & NUMBER_BITS);
	b.pid = fork();
	if (b.pid < 0)
		return err_sys(e, -errno, "cannot fork");
	if (!b.pid)
		shine(b.nr);
	*beacon = b;
	return 0;
}

bool beacon_is(const struct beacon *beacon, const struct audit_call *call)
{
	return call->is_seccomp && call->pid == beacon->pid && call->nr == beacon->nr;
}
