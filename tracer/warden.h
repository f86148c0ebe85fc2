/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_WARDEN_H
#define TRACER_WARDEN_H

/*
 * A process that outlives a recorder which is killed: it kills what was recorded, as ptrace's
 * EXITKILL would, and puts audit's settings back. Where it is killed as well, the next recording
 * puts them back.
 */

#include "base/compiler.h"
#include "base/err.h"

#include <stdint.h>

/* Starts it: *fd is the end that it watches. Before anything is changed or locked. */
int warden_start(int *fd, struct err *e) must_check;

/* The session that it has to kill. */
void warden_tell(int fd, uint32_t session);

/* Sends it home and closes fd. */
void warden_dismiss(int fd);

/* Kills every process of that login session, except this one: how many there were. 0 and -1 are no
 * sessions. */
unsigned warden_kill(uint32_t session);

#endif
