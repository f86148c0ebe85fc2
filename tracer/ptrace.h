/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_PTRACE_H
#define TRACER_PTRACE_H

/* The ptrace back end: SECCOMP_RET_TRACE, one stop a call. Needs no privileges. */

#include "tracer/tracer.h"

extern const struct backend backend_ptrace;

#endif
