/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signals as a program sees them: who sent them and with what, interrupted calls, breakpoints of
 * its own, stops and continues of itself and of a child. Prints nothing that varies: what is
 * printed under a recorder has to be the same.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t taken, value, from_self, traps, continues;

static void take(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (signal == SIGTRAP) {
		traps++;
		return;
	}
	if (signal == SIGCONT) {
		continues++;
		return;
	}
	taken++;
	value = info->si_value.sival_int;
	from_self = info->si_pid == getpid() && info->si_code == SI_QUEUE;
}

static void handle(int signal, int flags)
{
	struct sigaction action = { .sa_sigaction = take, .sa_flags = SA_SIGINFO | flags };

	sigaction(signal, &action, NULL);
}

static void test_payload(void)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 1; i <= 3; i++)
		sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i });
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("queued: taken %d, last %d, from self %d\n", (int)taken, (int)value, (int)from_self);
}

static void test_interrupted(void)
{
	struct itimerval timer = { .it_value.tv_usec = 20000 };
	struct timespec second = { .tv_sec = 1 };
	int r;

	setitimer(ITIMER_REAL, &timer, NULL);
	r = nanosleep(&second, NULL);
	printf("nanosleep: %d %s\n", r, strerrorname_np(errno));
	setitimer(ITIMER_REAL, &timer, NULL);
	r = pause();
	printf("pause: %d %s\n", r, strerrorname_np(errno));
}

static void test_traps(void)
{
	__asm__ volatile("int3");
	raise(SIGTRAP);
	printf("traps: %d\n", (int)traps);
}

/* A child stops itself; we see it stop, continue it, see it continue and end. */
static void test_stops(int signal)
{
	int status, gate[2];
	char byte;

	if (pipe(gate))
		return;
	pid_t child = fork();
	if (child == 0) {
		/* The terminal's stops do nothing in an orphaned group, as a test in the background
		 * may be one; a group of the child's own has its parent outside. */
		setpgid(0, 0);
		raise(signal);
		/* Not before the parent has seen that it goes on. */
		_exit(read(gate[0], &byte, 1) == 1 ? 7 : 8);
	}
	waitpid(child, &status, WUNTRACED);
	printf("%s: stopped %d by it %d", strsignal(signal), WIFSTOPPED(status),
	       WIFSTOPPED(status) && WSTOPSIG(status) == signal);
	kill(child, SIGCONT);
	waitpid(child, &status, WCONTINUED);
	printf(", continued %d", WIFCONTINUED(status));
	if (write(gate[1], "", 1) == 1 && WIFCONTINUED(status))
		waitpid(child, &status, 0);
	close(gate[0]);
	close(gate[1]);
	printf(", exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* We stop ourselves; a child that runs on continues us. */
static void test_own_stop(void)
{
	pid_t child = fork();

	if (child == 0) {
		usleep(100000);
		kill(getppid(), SIGCONT);
		_exit(0);
	}
	raise(SIGSTOP);
	waitpid(child, NULL, 0);
	printf("own stop: continues %d\n", (int)continues);
}

static void test_death(int signal)
{
	volatile int *nowhere = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (signal == SIGSEGV)
			*nowhere = 0;
		raise(signal);
		_exit(0);
	}
	waitpid(child, &status, 0);
	printf("death by %s: %d\n", strsignal(signal), WIFSIGNALED(status) ? WTERMSIG(status) : -1);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	handle(SIGRTMIN, 0);
	handle(SIGALRM, 0);
	handle(SIGTRAP, 0);
	handle(SIGCONT, SA_RESTART);
	test_payload();
	test_interrupted();
	test_traps();
	test_stops(SIGSTOP);
	test_stops(SIGTSTP);
	test_stops(SIGTTIN);
	test_own_stop();
	test_death(SIGKILL);
	test_death(SIGSEGV);
	test_death(SIGTERM);
	test_death(SIGABRT);
	return 0;
}
