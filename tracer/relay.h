/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_RELAY_H
#define TRACER_RELAY_H

/*
 * The recorder's own signals while it stands between a shell and the command. SIGINT and SIGQUIT
 * are the command's, which gets them from the terminal itself; SIGTERM and SIGHUP are passed on; a
 * stop from the terminal is followed once the command has stopped; a status line that nobody reads
 * is no reason to die. And a timer, so that waiting ends now and then. One relay at a time.
 */

#include "base/compiler.h"

#include <signal.h>
#include <stdbool.h>

enum { RELAY_SIGNALS = 9 };

struct relay {
	sigset_t mask; /* the mask as it was: the command's */
	struct sigaction saved[RELAY_SIGNALS], saved_child;
};

/* Blocks the relayed signals, so that none is lost while the command is started. */
void relay_hold(struct relay *relay);
/* Installs the handlers and the timer and unblocks. After the fork. */
void relay_begin(struct relay *relay);
/* Everything as it was before. */
void relay_end(struct relay *relay);

/* The next signal to pass on, or 0. */
int relay_next(void);
/* Has the timer struck since it was asked last? */
bool relay_has_ticked(void);
/*
 * The command has stopped by a signal: stops the recorder by the same one, which a shell tells its
 * user, where the terminal (or someone) asked it to.
 */
void relay_stop(int signal);

#endif
