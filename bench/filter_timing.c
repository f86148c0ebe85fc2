/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times that only the kernel can tell. */
#include "bench/filter_timing.h"

#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Short rounds, of which some are not disturbed by whatever else the machine does. */
enum { LOADS = 61, PROCESSES = 3, ROUNDS = 300, CALLS = 128 };

/* In a child; it notes its result by itself, since the filter may kill on the way out. */
typedef void task(const struct filter *f, const struct sample *call, double *result);

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The lesser of two times, 0 being none. */
static double lesser(double a, double b)
{
	return a <= 0 || (b > 0 && b < a) ? b : a;
}

static double in_child(task *run, const struct filter *f, const struct sample *call)
{
	double *shared = mmap(NULL, sizeof(double), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double result = 0;
	pid_t pid;

	if (shared == MAP_FAILED)
		return 0;
	*shared = 0;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		close(STDIN_FILENO); /* descriptor 0 is what samples name: let it be none */
		run(f, call, shared);
		_exit(0);
	}
	if (pid > 0) {
		waitpid(pid, NULL, 0);
		result = *shared;
	}
	munmap(shared, sizeof(double));
	return result;
}

/* The one call, and nothing around it. False when the kernel refuses. */
static bool install(const struct sock_fprog *program, double *seconds)
{
	double start = now();
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program);

	*seconds = now() - start;
	return r == 0;
}

static void load(const struct filter *f, const struct sample *call, double *result)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_filter codes[FILTER_MAX];
	struct sock_fprog warm = { 1, &allow };
	struct sock_fprog program = { (unsigned short)f->insns.len, codes };
	double seconds;

	(void)call;
	for (size_t i = 0; i < f->insns.len; i++)
		codes[i] = f->insns.data[i].code;
	/* Not what the first filter of a process costs beside its own work: fresh pages, cold code.
	 */
	if (install(&warm, &seconds) && install(&program, &seconds))
		*result = seconds;
}

double timing_load(const struct filter *f)
{
	double best = 0;

	for (int i = 0; i < LOADS; i++)
		best = lesser(best, in_child(load, f, NULL));
	return best;
}

double timing_translate(const struct filter *f)
{
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct filter behind = { 0 };
	double best = 0;

	if (f->insns.len == FILTER_MAX || vec_reserve(&behind.insns, f->insns.len + 1))
		return 0;
	behind.insns.data[behind.insns.len++] = (struct insn){ .code = allow };
	vec_for(insn, &f->insns)
		behind.insns.data[behind.insns.len++] = *insn;
	best = timing_load(&behind);
	filter_fini(&behind);
	return best;
}

static void make_calls(const struct filter *f, const struct sample *call, double *result)
{
	const uint64_t *a = call->args;
	struct err e;
	double best = 0;

	if (f && filter_load(f, 0, &e))
		return;
	for (int round = 0; round < ROUNDS; round++) {
		double start = now();

		for (int i = 0; i < CALLS; i++)
			syscall((long)call->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
		best = lesser(best, (now() - start) / CALLS);
	}
	*result = best;
}

double timing_call(const struct filter *f, const struct sample *call)
{
	double bare = 0, filtered = 0;

	for (int i = 0; i < PROCESSES; i++) {
		bare = lesser(bare, in_child(make_calls, NULL, call));
		filtered = lesser(filtered, in_child(make_calls, f, call));
	}
	return filtered > 0 ? filtered - bare : 0;
}

/* With a sample's arguments, most of which are 0, these fail or tell: nothing else. */
static bool is_harmless(const struct sample *s)
{
	static const char *const names[] = { "access", "faccessat",  "fcntl",	   "fstat",
					     "futex",  "getrandom",  "ioctl",	   "lseek",
					     "lstat",  "newfstatat", "open",	   "openat",
					     "read",   "readlink",   "readlinkat", "rt_sigprocmask",
					     "stat",   "statx",	     "wait4",	   "write" };
	/* These do something to the length in their second argument. */
	static const char *const lengths[] = { "madvise", "mmap", "mprotect", "munmap" };

	for (size_t i = 0; i < countof(names); i++)
		if (s->nr == arch_syscall_named(s->arch, names[i])->nr)
			return true;
	for (size_t i = 0; i < countof(lengths); i++)
		if (s->nr == arch_syscall_named(s->arch, lengths[i])->nr)
			return s->args[1] == 0;
	return s->nr == arch_syscall_named(s->arch, "personality")->nr && s->args[0] == UINT32_MAX;
}

/* Only what names are told for: x86_64's own numbers. */
static bool is_hot(const struct input *in, const struct sample *s)
{
	const struct block *block = policy_block(in->policy, s->arch);
	struct call call = { .nr = s->nr, .token = s->arch->token };
	bool is_checked = false;

	memcpy(call.args, s->args, sizeof(call.args));
	if (s->arch != arch_native() || !block ||
	    policy_eval(in->policy, &call, NULL).kind != ACTION_ALLOW)
		return false;
	vec_for(rule, &block->rules)
		is_checked = is_checked || (rule->nr == s->nr && rule->cond);
	return is_checked && is_harmless(s);
}

const struct sample *timing_hot_call(const struct input *in)
{
	const struct sample *best = NULL;

	if (strcmp(arch_native()->name, "x86_64") != 0)
		return NULL;
	vec_for(s, &in->samples.all) {
		if ((!best || s->weight > best->weight) && is_hot(in, s))
			best = s;
	}
	return best;
}
