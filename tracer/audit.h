/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_AUDIT_H
#define TRACER_AUDIT_H

/*
 * The audit back end: SECCOMP_RET_LOG for every call and the kernel's audit records of them,
 * numbers and ABIs; or (recording->want_args) rules that have every call written down with its
 * first four arguments. Needs CAP_AUDIT_READ, for rules and for the daemon's place
 * CAP_AUDIT_CONTROL.
 */

#include "tracer/tracer.h"

extern const struct backend backend_audit;

#endif
