/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The receiving end. One datagram is one record; they are taken many at a time, since a record
 * costs less than the call that fetches it. NETLINK_NO_ENOBUFS is never set: it hides overruns.
 */
#include "audit/reader.h"

#include "audit/control.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/audit.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BUFFER = 32 << 20,
	BATCH = 64,
	/* A record is at most MAX_AUDIT_MESSAGE_LENGTH long (8970); what user space sends is cut
	   so, too. */
	DATAGRAM_MAX = 9216,
};

struct reader {
	struct mnl_socket *socket; /* NULL: fd is a test's */
	int fd;
	bool is_daemon;
	struct reader_figures figures;
	struct serials serials;
	unsigned at, count; /* datagrams of the batch: handed out, there */
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_nl senders[BATCH];
	_Alignas(struct nlmsghdr) char bytes[BATCH][DATAGRAM_MAX];
};

static struct reader *reader_new(void)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->fd = -1;
	for (unsigned i = 0; i < BATCH; i++) {
		r->vectors[i] = (struct iovec){ r->bytes[i], DATAGRAM_MAX };
		r->messages[i].msg_hdr.msg_iov = &r->vectors[i];
		r->messages[i].msg_hdr.msg_iovlen = 1;
		r->messages[i].msg_hdr.msg_name = &r->senders[i];
	}
	return r;
}

struct reader *reader_on(int fd)
{
	struct reader *r = reader_new();

	if (r)
		r->fd = fd;
	return r;
}

static void set_buffer(struct reader *r, unsigned bytes)
{
	int size = (int)(bytes ? bytes : BUFFER), got = 0;
	socklen_t len = sizeof(got);

	if (setsockopt(r->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!getsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &got, &len))
		r->figures.buffer = (unsigned)got;
}

static int open_socket(struct reader *r, bool wants_daemon, struct err *e)
{
	unsigned groups = wants_daemon ? 0 : 1u << (AUDIT_NLGRP_READLOG - 1);

	r->socket = mnl_socket_open2(NETLINK_AUDIT, SOCK_CLOEXEC);
	if (!r->socket)
		return control_refuse(-errno, e);
	r->fd = mnl_socket_get_fd(r->socket);
	if (!mnl_socket_bind(r->socket, groups, MNL_SOCKET_AUTOPID))
		return 0;
	if (errno == EPERM)
		return err_set(e, -EPERM,
			       "no CAP_AUDIT_READ: audit records are for root to read (or setcap "
			       "cap_audit_read+ep), outside of containers and namespaces");
	return err_sys(e, -errno, "cannot listen to audit");
}

int reader_open(const struct reader_options *options, struct reader **out, struct err *e)
{
	autoreader struct reader *r = reader_new();

	if (!r)
		return err_set(e, -ENOMEM, "out of memory");
	int code = open_socket(r, options->wants_daemon, e);
	if (code)
		return code;
	set_buffer(r, options->buffer);
	if (options->wants_daemon) {
		code = control_take_daemon(r->fd, e);
		if (code)
			return code;
		r->is_daemon = true;
	}
	*out = r;
	r = NULL;
	return 0;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	if (r->is_daemon)
		control_leave_daemon();
	if (r->socket)
		mnl_socket_close(r->socket);
	else if (r->fd >= 0)
		close(r->fd);
	free(r);
}

int reader_fd(const struct reader *r)
{
	return r->fd;
}

/* Fills the batch: 0, -EAGAIN, or what the socket says. */
static int fill(struct reader *r)
{
	int n;

	for (unsigned i = 0; i < BATCH; i++)
		r->messages[i].msg_hdr.msg_namelen = sizeof(r->senders[i]);
	do {
		n = recvmmsg(r->fd, r->messages, BATCH, MSG_DONTWAIT, NULL);
		/* What came before the overrun is in the buffer still. */
		if (n < 0 && errno == ENOBUFS)
			r->figures.overruns++;
	} while (n < 0 && errno == ENOBUFS);
	if (n < 0)
		return -errno;
	r->at = 0;
	r->count = (unsigned)n;
	return n ? 0 : -EPIPE;
}

static bool is_from_kernel(const struct reader *r, const struct msghdr *header, unsigned i)
{
	return !r->socket || (header->msg_namelen == sizeof(struct sockaddr_nl) &&
			      r->senders[i].nl_family == AF_NETLINK && !r->senders[i].nl_pid);
}

/* The record of a datagram of the batch. Answers to requests come to the daemon's socket, too. */
static bool take(struct reader *r, unsigned i, struct record *record)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)r->bytes[i];
	size_t len = r->messages[i].msg_len;

	if (!is_from_kernel(r, &r->messages[i].msg_hdr, i))
		return false;
	/* nlmsg_len is the kernel's business: to the daemon it is without the header, to the group
	 * with it. */
	if (len < NLMSG_HDRLEN || r->messages[i].msg_hdr.msg_flags & MSG_TRUNC) {
		r->figures.damaged++;
		return false;
	}
	if (header->nlmsg_type < AUDIT_FIRST_USER_MSG)
		return false;
	if (record_parse(header->nlmsg_type, r->bytes[i] + NLMSG_HDRLEN, len - NLMSG_HDRLEN,
			 record)) {
		r->figures.damaged++;
		return false;
	}
	r->figures.records++;
	serials_note(&r->serials, record->serial);
	return true;
}

static int wait_for(const struct reader *r, int timeout)
{
	struct pollfd poll_fd = { .fd = r->fd, .events = POLLIN };
	int n = poll(&poll_fd, 1, timeout);

	if (n < 0)
		return -errno;
	return n ? 0 : -EAGAIN;
}

int reader_next(struct reader *r, int timeout, struct record *record)
{
	for (;;) {
		while (r->at < r->count)
			if (take(r, r->at++, record))
				return 0;
		int code = fill(r);
		if (code == -EAGAIN && timeout)
			code = wait_for(r, timeout);
		if (code)
			return code;
	}
}

void reader_figures(const struct reader *r, struct reader_figures *figures)
{
	*figures = r->figures;
	figures->missing = serials_missing(&r->serials);
}
