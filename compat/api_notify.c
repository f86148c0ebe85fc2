/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp_notify_alloc(3) and its kin: calls that wait for another process's word. */
#include "compat/context.h"
#include "compat/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Until Linux 5.17 the direction bits of this request were the wrong ones. */
#define NOTIF_ID_VALID_OLD SECCOMP_IOR(2, __u64)

/* The kernel's structures may be longer than the headers', never used shorter. */
static int ask_sizes(struct seccomp_notif_sizes *sizes)
{
	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, sizes) < 0)
		return -ECANCELED;
	if (sizes->seccomp_notif < sizeof(struct seccomp_notif))
		sizes->seccomp_notif = sizeof(struct seccomp_notif);
	if (sizes->seccomp_notif_resp < sizeof(struct seccomp_notif_resp))
		sizes->seccomp_notif_resp = sizeof(struct seccomp_notif_resp);
	return 0;
}

int seccomp_notify_alloc(struct seccomp_notif **req, struct seccomp_notif_resp **resp)
{
	struct seccomp_notif_sizes sizes;
	struct seccomp_notif *request = NULL;
	struct seccomp_notif_resp *response = NULL;
	int r;

	if (kernel_level() < LEVEL_SECCOMP)
		return -EOPNOTSUPP;
	r = ask_sizes(&sizes);
	if (r)
		return r;
	if (req)
		request = calloc(1, sizes.seccomp_notif);
	if (resp)
		response = calloc(1, sizes.seccomp_notif_resp);
	if ((req && !request) || (resp && !response)) {
		seccomp_notify_free(request, response);
		return -ENOMEM;
	}
	if (req)
		*req = request;
	if (resp)
		*resp = response;
	return 0;
}

void seccomp_notify_free(struct seccomp_notif *req, struct seccomp_notif_resp *resp)
{
	free(req);
	free(resp);
}

int seccomp_notify_receive(int fd, struct seccomp_notif *req)
{
	struct seccomp_notif_sizes sizes;

	if (kernel_level() < LEVEL_NOTIFY)
		return -EOPNOTSUPP;
	if (ask_sizes(&sizes))
		return -ECANCELED;
	/* The kernel takes zeroed memory only; it says itself what is wrong with none. */
	if (req)
		memset(req, 0, sizes.seccomp_notif);
	return ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, req) < 0 ? -ECANCELED : 0;
}

int seccomp_notify_respond(int fd, struct seccomp_notif_resp *resp)
{
	if (kernel_level() < LEVEL_NOTIFY)
		return -EOPNOTSUPP;
	return ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, resp) < 0 ? -ECANCELED : 0;
}

int seccomp_notify_id_valid(int fd, uint64_t id)
{
	if (kernel_level() < LEVEL_NOTIFY)
		return -EOPNOTSUPP;
	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0)
		return 0;
	if (errno == EINVAL && ioctl(fd, NOTIF_ID_VALID_OLD, &id) == 0)
		return 0;
	return -ENOENT;
}

int seccomp_notify_fd(const scmp_filter_ctx ctx)
{
	if (!context_usable(ctx))
		return -EINVAL;
	return kernel_listener() >= 0 ? kernel_listener() : -EFAULT;
}
