/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program on a terminal that looks after itself. jobs plain: sleeps on. jobs clean: on ^Z it
 * tidies up ("bye"), stops itself, and goes on ("back") when continued. jobs count: on ^C it says
 * so, and ends at the third.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stops, interrupts;

static void note(int signal)
{
	if (signal == SIGTSTP)
		stops++;
	else
		interrupts++;
}

static void stop_cleanly(void)
{
	puts("bye");
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	signal(SIGTSTP, note);
	puts("back");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	int told = 0;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (strcmp(how, "clean") == 0)
		signal(SIGTSTP, note);
	if (strcmp(how, "count") == 0)
		signal(SIGINT, note);
	puts("ready");
	for (int i = 0; i < 3000 && told < 3; i++) {
		usleep(10000);
		if (stops) {
			stops = 0;
			stop_cleanly();
			return 5;
		}
		for (; told < interrupts; told++)
			printf("interrupt %d\n", told + 1);
	}
	return 3;
}
