/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_KILLS_H
#define ENFORCE_KILLS_H

/* Another action in the place of a policy's kills: for canaries and for explaining. */

#include "policy/policy.h"

/*
 * Replaces every kill by `with`: that of `default`, of `foreign-arch`, and those of rules. `newer`
 * and all other actions stay. A call that a rule killed gets `with` whatever other rules say about
 * it, though with may rank below them: those rules are cut back. -ENOMEM leaves p half done: free
 * it.
 */
int kills_replace(struct policy *p, struct action with, struct err *e) must_check;

/*
 * What is left to the kernel when a tracer judges the kills: they, `newer` included, become
 * trace(message). So does every execve of the native arch, since the tracee's first one has to
 * pass; and what is allowed of seccomp(2) and of prctl(PR_SET_SECCOMP), since a filter of the
 * program's own may outrank trace (a listener that lets a call go on), which the tracer has to
 * forestall. Where p then says trace(message) the tracer asks the original; elsewhere p says the
 * same as that.
 */
int kills_trace(struct policy *p, uint16_t message, struct err *e) must_check;

/*
 * What is left to the kernel when a listener judges the kills: they, `newer` included, become
 * notify. Where p then says notify the listener asks the original.
 */
int kills_notify(struct policy *p, struct err *e) must_check;

/* Would this action end the caller? */
bool action_is_kill(struct action action);

#endif
