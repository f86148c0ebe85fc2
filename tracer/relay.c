/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handlers that only take notes, and a timer. */
#include "tracer/relay.h"

#include <errno.h>
#include <sys/time.h>

/* 5 a second: what a status line wants, and often enough to flush. */
enum { TICK_MICROSECONDS = 200 * 1000 };

/* In the order of struct relay's saved ones: the first HANDLED are noted, the others ignored. */
enum { HANDLED = 6 };
static const int signals[RELAY_SIGNALS] = {
	SIGHUP, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGALRM, SIGINT, SIGQUIT, SIGPIPE,
};

static volatile sig_atomic_t has_ticked, wants_stop, passes_hangup, passes_terminate;

static void note(int signal)
{
	switch (signal) {
	case SIGHUP:
		passes_hangup = 1;
		break;
	case SIGTERM:
		passes_terminate = 1;
		break;
	case SIGALRM:
		has_ticked = 1;
		break;
	default:
		wants_stop = 1;
		break;
	}
}

void relay_hold(struct relay *relay)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < RELAY_SIGNALS; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, &relay->mask);
}

void relay_begin(struct relay *relay)
{
	struct sigaction handle = { .sa_handler = note }; /* no SA_RESTART: it ends a wait */
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	/* waitpid tells of stops: no signal for each. */
	struct sigaction no_stops = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP };
	struct itimerval timer = {
		.it_interval.tv_usec = TICK_MICROSECONDS,
		.it_value.tv_usec = TICK_MICROSECONDS,
	};
	sigset_t alarm;

	has_ticked = wants_stop = passes_hangup = passes_terminate = 0;
	for (int i = 0; i < RELAY_SIGNALS; i++)
		sigaction(signals[i], i < HANDLED ? &handle : &ignore, &relay->saved[i]);
	sigaction(SIGCHLD, &no_stops, &relay->saved_child);
	setitimer(ITIMER_REAL, &timer, NULL);
	sigprocmask(SIG_SETMASK, &relay->mask, NULL);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
}

void relay_end(struct relay *relay)
{
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
	for (int i = 0; i < RELAY_SIGNALS; i++)
		sigaction(signals[i], &relay->saved[i], NULL);
	sigaction(SIGCHLD, &relay->saved_child, NULL);
	sigprocmask(SIG_SETMASK, &relay->mask, NULL);
}

int relay_next(void)
{
	if (passes_hangup) {
		passes_hangup = 0;
		return SIGHUP;
	}
	if (passes_terminate) {
		passes_terminate = 0;
		return SIGTERM;
	}
	return 0;
}

bool relay_has_ticked(void)
{
	if (!has_ticked)
		return false;
	has_ticked = 0;
	return true;
}

void relay_stop(int signal)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, noted;

	if (!wants_stop)
		return;
	wants_stop = 0;
	if (signal == SIGSTOP || sigaction(signal, &stop, &noted)) {
		raise(SIGSTOP);
		return;
	}
	raise(signal);
	sigaction(signal, &noted, NULL);
}
