/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The status line: drawn in place, erased before anything else is written. */
#include "cli/status.h"

#include "base/file.h"
#include "cli/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ERASE_LINE "\r\033[K" /* ECMA-48: carriage return, erase to the end of the line */

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void status_init(struct status *status)
{
	status->is_on = say_can_redraw(STDERR_FILENO);
	status->start = now();
}

static bool is_terminal_ours(void)
{
	struct termios t;

	return tcgetpgrp(STDERR_FILENO) == getpgrp() && tcgetattr(STDERR_FILENO, &t) == 0 &&
	       t.c_lflag & ICANON;
}

/* Cuts the text to the terminal's width: a line that wraps could not be erased. */
static size_t cut_to_width(size_t len)
{
	struct winsize size = { 0 };
	size_t width = 80;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		width = size.ws_col;
	return len < width ? len : width - 1;
}

void status_draw(struct status *status, const struct recorder_figures *figures)
{
	char text[256];
	int64_t last = figures->last_new ? figures->last_new : status->start;
	int64_t idle = (now() - last) / 1000000000;

	if (!status->is_on || !is_terminal_ours())
		return;
	int len = snprintf(text, sizeof(text),
			   "%" PRIu64 " calls, %" PRIu64 " distinct, %" PRIu64
			   " argument patterns, last new %" PRId64 " s ago, %" PRIu32 " process%s",
			   figures->calls, figures->distinct_calls, figures->distinct_tuples,
			   idle > 0 ? idle : 0, figures->processes,
			   figures->processes == 1 ? "" : "es");
	status_erase(status);
	if (len > 0 && !file_write_fd(STDERR_FILENO, text, cut_to_width((size_t)len)))
		status->is_drawn = true;
}

void status_erase(struct status *status)
{
	if (!status->is_drawn)
		return;
	status->is_drawn = file_write_fd(STDERR_FILENO, ERASE_LINE, sizeof(ERASE_LINE) - 1) != 0;
}
