/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handlers that only take notes, and a timer. */
#include "tracer/relay.h"

#include <errno.h>
#include <sys/time.h>

/* 5 a second: what a status line wants, and often enough to flush. */
enum { TICK_MICROSECONDS = 200 * 1000 };

enum { RELAY_HANGUP, RELAY_TERMINATE, RELAY_STOP_A, RELAY_STOP_B, RELAY_STOP_C, RELAY_TICK };

/* In the order of struct relay's saved ones. */
static const int signals[RELAY_SIGNALS] = {
	[RELAY_HANGUP] = SIGHUP,   [RELAY_TERMINATE] = SIGTERM, [RELAY_STOP_A] = SIGTSTP,
	[RELAY_STOP_B] = SIGTTIN,  [RELAY_STOP_C] = SIGTTOU,	[RELAY_TICK] = SIGALRM,
	[RELAY_TICK + 1] = SIGINT, [RELAY_TICK + 2] = SIGQUIT,
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
	struct itimerval timer = {
		.it_interval.tv_usec = TICK_MICROSECONDS,
		.it_value.tv_usec = TICK_MICROSECONDS,
	};
	sigset_t alarm;

	has_ticked = wants_stop = passes_hangup = passes_terminate = 0;
	for (int i = 0; i < RELAY_SIGNALS; i++)
		sigaction(signals[i], i > RELAY_TICK ? &ignore : &handle, &relay->saved[i]);
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

void relay_stop(void)
{
	if (!wants_stop)
		return;
	wants_stop = 0;
	raise(SIGSTOP);
}
