/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_READER_H
#define AUDIT_READER_H

/*
 * Records as the kernel sends them, through netlink: to everybody who listens to the multicast
 * group AUDIT_NLGRP_READLOG, beside a running auditd, or in the daemon's place. Whoever reads
 * counts what was lost.
 */

#include "audit/record.h"
#include "audit/serials.h"
#include "base/err.h"

struct reader;

struct reader_options {
	/*
	 * Bytes of the receive buffer; 0: 32 MiB. Past net.core.rmem_max it takes CAP_NET_ADMIN;
	 * what was really had is in the figures.
	 */
	unsigned buffer;
	/*
	 * Take the daemon's place: works without CAP_AUDIT_READ, but needs CAP_AUDIT_CONTROL, and
	 * the kernel then waits for us. -EBUSY where somebody has it. Given back by reader_close;
	 * the kernel frees it by itself when the socket is gone.
	 */
	bool wants_daemon;
};

/* What is known of losses. Each of these makes a reading lossy. */
struct reader_figures {
	uint64_t records;
	uint64_t missing;  /* serials between the first and the last that never came: the number */
	uint64_t overruns; /* ENOBUFS: the receive buffer was full. An alarm, not a number */
	uint64_t damaged;  /* datagrams that hold no record */
	unsigned buffer;   /* bytes of the receive buffer */
};

/*
 * Opens it: records from now on are kept in the buffer. -EPERM with the remedy in e where the
 * capability or the first user and network namespace is missing, -EPROTONOSUPPORT where the kernel
 * has no audit, -EBUSY.
 */
int reader_open(const struct reader_options *options, struct reader **reader,
		struct err *e) must_check;
void reader_close(struct reader *reader);
static inline void reader_autoclose(struct reader **reader)
{
	reader_close(*reader);
}
#define autoreader __attribute__((cleanup(reader_autoclose)))

/* Becomes readable when records wait: for poll(2). */
int reader_fd(const struct reader *reader);

/*
 * The next record, which borrows its text until the next call. Waits at most timeout ms (-1: for
 * ever). 0; -EAGAIN when none came; -EINTR after a signal; another negative code for a socket that
 * fails. Overruns and damage are counted and no failure. Records come only from the kernel: what
 * other programs send to the socket is dropped.
 */
int reader_next(struct reader *reader, int timeout, struct record *record) must_check;

void reader_figures(const struct reader *reader, struct reader_figures *figures);

/* A reader of datagrams that someone else sends, for tests: fd is taken over. NULL: out of memory.
 */
struct reader *reader_on(int fd);

#endif
