/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_TEXT_H
#define AUDIT_TEXT_H

/* What the arguments of an audited call point to, as far as its records say. */

#include "arch/arch.h"
#include "audit/call.h"

/*
 * Appends what argument arg, of that class, points to: as struct probe's text (tracer/event.h)
 * does, with the same codes. -EFAULT where no record says.
 */
int audit_call_text(const struct audit_call *call, const struct arch *arch, unsigned arg,
		    enum arg_class class, struct str *out);

#endif
