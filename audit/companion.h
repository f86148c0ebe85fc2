/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_COMPANION_H
#define AUDIT_COMPANION_H

/* The records that accompany a SYSCALL record: what they add to the call. */

#include "audit/call.h"

/* As audit_call_add; -ENOMSG for every other type. */
int companion_add(struct audit_call *call, const struct record *record) must_check;

#endif
