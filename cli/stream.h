/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

/* Where watch has audit records from: the kernel itself, or whoever keeps them on this host. */

#include "audit/record.h"
#include "base/err.h"

struct stream;

/*
 * from: "audit" (netlink, beside any daemon), "log" (auditd's file), "journal" (journalctl),
 * "kernel" (the kernel's own log, /dev/kmsg), or the path of a file in one of their forms, which is
 * read from its beginning to its end; NULL: the first of the four that can be had. All but a file
 * give what comes from now on. -EPERM and others with the remedy in e.
 */
int stream_open(const char *from, struct stream **stream, struct err *e) must_check;
void stream_close(struct stream *s);
static inline void stream_autoclose(struct stream **s)
{
	stream_close(*s);
}
#define autostream __attribute__((cleanup(stream_autoclose)))

/* What it is, for people. */
const char *stream_name(const struct stream *s);

/* For poll(2); -1: nothing to wait for, look now and then. */
int stream_fd(const struct stream *s);

/*
 * The next record, which borrows its text until the next call: 0, -EAGAIN when there is none for
 * now, -EINTR when much was read and none found yet (signals and clocks first, then again),
 * -ENODATA when none will ever come, another negative code for a stream that fails.
 */
int stream_next(struct stream *s, struct record *record) must_check;

/* How many times records were lost, as far as it can be told: it only grows. */
uint64_t stream_losses(const struct stream *s);

#endif
