/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_SUPERVISE_H
#define CLI_SUPERVISE_H

/* `enforce --supervise`: the parent that hears of every call that the profile would kill. */

#include "cli/judge.h"

/*
 * Runs the command under a filter that sends us what the policy kills. Each such call is taken down
 * with its arguments and strings, then its process is killed (or the call gets the other sentence):
 * it never runs, nor does it when we die before. Returns as judge() does, after the last process
 * under the filter has gone.
 */
int supervise(const struct judgement *judgement);

#endif
