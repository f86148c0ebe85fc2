/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who hears of the end of our children. */
#include "base/children.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static bool was_ignored;

void children_claim(void)
{
	struct sigaction old;

	if (sigaction(SIGCHLD, NULL, &old) || old.sa_handler != SIG_IGN)
		return;
	was_ignored = true;
	signal(SIGCHLD, SIG_DFL);
}

void children_disown(void)
{
	if (was_ignored)
		signal(SIGCHLD, SIG_IGN);
}
