/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_CONTROL_H
#define AUDIT_CONTROL_H

/*
 * The audit subsystem's settings and rules, through libaudit. All of it needs CAP_AUDIT_CONTROL in
 * the first user and pid namespace (kernel/audit.c, audit_netlink_ok). What is changed here must be
 * put back: audit/state.h does so.
 */

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum control_enabled {
	CONTROL_OFF,
	CONTROL_ON,
	CONTROL_LOCKED, /* on, and nothing can be changed until the next boot */
};

struct control_status {
	enum control_enabled enabled;
	pid_t daemon;			      /* who has the daemon's place; 0: nobody */
	uint32_t rate_limit;		      /* records a second; 0: no limit */
	uint32_t backlog_limit, backlog_wait; /* records that may queue; jiffies that a program
						 waits when there are more */
	uint32_t lost; /* records that the kernel knows it dropped, since boot or a reset */
};

/* What a negative code of audit's netlink socket means and what to do about it; returns the code.
 */
int control_refuse(int code, struct err *e);

/* -EPERM with the remedy, -EPROTONOSUPPORT without audit in the kernel. */
int control_status(struct control_status *status, struct err *e) must_check;

int control_set_enabled(bool is_on, struct err *e) must_check;
int control_set_backlog_limit(uint32_t limit, struct err *e) must_check;

/*
 * A rule that has every call of the tasks with that login id written down, of one ABI
 * (AUDIT_ARCH_*). Numbers from 2048 on are past what a rule can name (AUDIT_BITMASK_SIZE): x32's
 * among them. The rule comes before all others. Adding
 * one that is there and deleting one that is not are fine.
 */
int control_add_rule(uint32_t token, uint32_t login, struct err *e) must_check;
int control_delete_rule(uint32_t token, uint32_t login, struct err *e) must_check;

/* Is there an exclude rule that hides records of that type from everybody? */
int control_is_excluded(uint16_t type, bool *is_excluded, struct err *e) must_check;

/* Is there a rule ("never,task") by which rules about the calls of new processes find nothing? */
int control_is_blind(bool *is_blind, struct err *e) must_check;

/* Makes the socket behind fd the daemon's. -EBUSY where somebody has the place. */
int control_take_daemon(int fd, struct err *e) must_check;
/* Frees the place, if it is ours. */
void control_leave_daemon(void);

#endif
