/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * confined: am I under a filter that denies the call 1000? Exit status 0 when it answers EPERM; 99
 * when it answers what the kernel does without a filter. (A filter that kills speaks for itself.)
 *
 * confined yield [filter|listener]: says what sched_yield(2) answers, perhaps under a filter of its
 * own: one that admits everything, or one whose listener lets the call go on.
 *
 * confined scan: tries execve with every pointer that a program can know or guess, under a filter
 * that answers EPERM. Exit status 0 when no other answer came.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { UNFILTERED = 99, PAGE = 4096, GUESSES = 100000 };

static unsigned long tried, admitted;

static void try(uintptr_t path, uintptr_t argv, uintptr_t envp)
{
	tried++;
	if (syscall(SYS_execve, path, argv, envp) == -1 && errno == EPERM)
		return;
	admitted++;
	printf("execve(%#lx, %#lx, %#lx): %s\n", path, argv, envp, strerror(errno));
}

/* Every word-aligned address of the pages around one that we know. */
static void try_around(uintptr_t address)
{
	for (uintptr_t at = address & -(uintptr_t)PAGE; at < (address | (PAGE - 1)); at += 8)
		try(at, at, at);
}

static void try_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	unsigned long first, last;

	if (!maps)
		exit(2);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx", &first, &last) != 2)
			continue;
		for (unsigned long page = first; page < last; page += PAGE)
			try(page, page, page);
		try_around(first);
	}
	fclose(maps);
}

static void try_guesses(void)
{
	uint64_t x = 88172645463325252u;

	for (int i = 0; i < GUESSES; i++) {
		uintptr_t guess[3];

		for (int k = 0; k < 3; k++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			guess[k] = x >> 17;
		}
		try(guess[0], guess[1], guess[2]);
	}
}

static int scan(char **argv)
{
	const char *const other[] = { "/no/such/program", NULL };
	const uintptr_t known[] = {
		0,
		(uintptr_t)argv,
		(uintptr_t)argv[0],
		(uintptr_t)environ,
		(uintptr_t)*environ,
		(uintptr_t)getauxval(AT_EXECFN),
		(uintptr_t)getauxval(AT_RANDOM),
		(uintptr_t)getauxval(AT_SYSINFO_EHDR),
		(uintptr_t)other,
		(uintptr_t)other[0],
	};
	const size_t count = sizeof(known) / sizeof(*known);

	/* Where execve is admitted at all, more of it would end this program. */
	try((uintptr_t)other[0], (uintptr_t)other, 0);
	if (admitted)
		return 1;
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			for (size_t c = 0; c < count; c++)
				try(known[a], known[b], known[c]);
	try_mappings();
	try_guesses();
	printf("%lu tried, %lu admitted\n", tried, admitted);
	return admitted != 0;
}

/* A filter of one's own, which admits everything but sched_yield: negative where there is none. */
static long add_filter(unsigned flags, uint32_t yield)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_yield, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, yield),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* The call that is heard of goes on, without a look at the filters that are older. */
static void let_go_on(int listener, pid_t caller)
{
	struct seccomp_notif heard = { 0 };
	struct seccomp_notif_resp resp = { .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() == caller && !ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &heard)) {
		resp.id = heard.id;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	}
	_exit(0);
}

static int filter_oneself(const char *how)
{
	long listener;

	if (strcmp(how, "listener") != 0)
		return add_filter(0, SECCOMP_RET_ALLOW) ? -1 : 0;
	listener = add_filter(SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_RET_USER_NOTIF);
	if (listener < 0)
		return -1;
	pid_t caller = getpid(), pid = fork();
	if (!pid)
		let_go_on((int)listener, caller);
	return pid < 0 ? -1 : 0;
}

/* A call that shows whether it was executed. */
static int yield(const char *how)
{
	if (how && filter_oneself(how))
		return 2;
	printf("%s\n", syscall(SYS_sched_yield) ? strerrorname_np(errno) : "done");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "yield") == 0)
		return yield(argv[2]);
	if (argc > 1 && strcmp(argv[1], "scan") == 0)
		return scan(argv);
	if (syscall(1000) == -1 && errno == EPERM)
		return 0;
	printf("UNFILTERED\n");
	return UNFILTERED;
}
