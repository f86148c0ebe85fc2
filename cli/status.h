/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

/* The one line that `record` shows on a terminal while it records. */

#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise; a zeroed one shows nothing. */
struct status {
	bool is_on;
	bool is_drawn; /* there is a line to be erased */
	int64_t start; /* nanoseconds since 1970 */
};

/* Shows from now on, where standard error is a terminal. */
void status_init(struct status *status);

/*
 * Draws the line anew. Not while the command owns the terminal otherwise: in the background, where
 * a write could stop the whole job, or with the terminal in raw mode (editors, pagers, shells).
 */
void status_draw(struct status *status, const struct recorder_figures *figures);

/* Takes the line away. */
void status_erase(struct status *status);

#endif
