/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_TAIL_H
#define CLI_TAIL_H

/* Audit records as lines that others write: auditd's file, the journal, the kernel's log. */

#include "audit/record.h"
#include "base/err.h"

struct tail;

/* A file: from its end on and across rotations (is_followed), or from its beginning to its end. */
int tail_file(const char *path, bool is_followed, struct tail **tail, struct err *e) must_check;
/* journalctl's JSON, of what journald has from the kernel's audit and log. */
int tail_journal(struct tail **tail, struct err *e) must_check;
/* /dev/kmsg: what the kernel itself has written there. */
int tail_kernel(struct tail **tail, struct err *e) must_check;

void tail_close(struct tail *tail);
static inline void tail_autoclose(struct tail **t)
{
	tail_close(*t);
}
#define autotail __attribute__((cleanup(tail_autoclose)))

/* As the stream's functions of these names (cli/stream.h). */
int tail_fd(const struct tail *tail);
int tail_next(struct tail *tail, struct record *record) must_check;
uint64_t tail_losses(const struct tail *tail);

#endif
