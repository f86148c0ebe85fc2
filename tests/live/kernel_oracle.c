/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running kernel as judge: filters of random policies are loaded, calls that do not exist are
 * made with arguments around the policies' edges, and what comes back (ENOSYS where the filter let
 * the call through, else the errno it gave) must be what policy_eval says. By `syscall` with
 * x86_64's and x32's numbers and by int 0x80.
 *
 * usage: kernel_oracle [SEED [POLICIES]]
 */
#include "base/cleanup.h"
#include "enforce/filter.h"
#include "fuzz/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum {
	EXIT_SKIP = 77,
	CALLS = 2048, /* per policy */
	POLICIES = 500,
	BYTES_POLICY = 4096,
	BYTES_CALL = 96,
};

static const uint32_t X32_BIT = 0x40000000;

/* No arch has these, and none will soon. */
static const uint32_t absent[] = { 1000, 1001, 1003 };
static const char *const names[] = { "x86_64", "i386", "x32", NULL };

static const struct policy_shape shape = {
	.arches = 3,
	.calls = 3,
	.rules = 12,
	.tests = 6,
	.arch_names = names,
	.nrs = absent,
	.nr_count = countof(absent),
	.is_oracle = true,
};

/* Shared with the child. */
struct probe {
	struct call call;
	long result; /* what the kernel returned, negative errnos as such */
};

#ifdef __x86_64__
static long call_64(const struct call *call)
{
	register uint64_t r10 __asm__("r10") = call->args[3];
	register uint64_t r8 __asm__("r8") = call->args[4];
	register uint64_t r9 __asm__("r9") = call->args[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"((uint64_t)call->nr), "D"(call->args[0]), "S"(call->args[1]),
			   "d"(call->args[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static long call_32(const struct call *call)
{
	long result;

	/* The sixth argument is the frame pointer's register. */
	__asm__ volatile("push %%rbp\n\t"
			 "mov %[six], %%rbp\n\t"
			 "int $0x80\n\t"
			 "pop %%rbp"
			 : "=a"(result)
			 : "a"((uint64_t)call->nr), "b"(call->args[0]), "c"(call->args[1]),
			   "d"(call->args[2]), "S"(call->args[3]),
			   "D"(call->args[4]), [six] "r"(call->args[5])
			 : "r8", "r9", "r10", "r11", "memory");
	return (int)result;
}
#else
static long call_64(const struct call *call)
{
	(void)call;
	return 0;
}

static long call_32(const struct call *call)
{
	(void)call;
	return 0;
}
#endif

/* Brings a call into what the child may make: an absent number, by an arch that it can reach. */
static struct call reachable(struct call call, const struct arch *i386, uint32_t pick)
{
	bool is_32 = call.token == i386->token;
	bool is_x32 = !is_32 && (call.nr & X32_BIT);

	call.token = is_32 ? i386->token : arch_native()->token;
	call.nr = absent[pick % countof(absent)] | (is_x32 ? X32_BIT : 0);
	for (int i = 0; is_32 && i < SYSCALL_ARGS; i++)
		call.args[i] = (uint32_t)call.args[i]; /* what the kernel keeps of them */
	return call;
}

static void child(const struct filter *f, struct probe *probes, const struct arch *i386)
{
	struct err e = { 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || filter_load(f, 0, &e)) {
		fprintf(stderr, "%s\n", e.text);
		_exit(1);
	}
	for (int i = 0; i < CALLS; i++)
		probes[i].result = probes[i].call.token == i386->token ? call_32(&probes[i].call)
								       : call_64(&probes[i].call);
	_exit(0);
}

/* 0 when the kernel judged as the policy does. */
static int compare(const struct policy *p, const struct probe *probe)
{
	struct action action = policy_eval(p, &probe->call, NULL);
	long want = action.kind == ACTION_ALLOW ? -ENOSYS : -(long)action.data;
	const uint64_t *a = probe->call.args;

	if (probe->result == want)
		return 0;
	printf("the kernel says %ld, the policy %ld: token 0x%x nr 0x%x args 0x%" PRIx64
	       " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 "\n",
	       probe->result, want, probe->call.token, probe->call.nr, a[0], a[1], a[2], a[3], a[4],
	       a[5]);
	return 1;
}

/* Compiles one policy and has the kernel judge CALLS calls under it; the number of errors. */
static int try_policy(struct policy *p, uint64_t *seed, struct probe *probes)
{
	const struct arch *i386 = arch_by_name("i386");
	autofilter struct filter f = { 0 };
	struct err e = { 0 };
	uint8_t bytes[BYTES_CALL];
	int status, bad = 0, r;

	/* The child's own calls must pass. */
	p->fallback = (struct action){ ACTION_ALLOW, 0 };
	if (!policy_add_block(p, arch_native()))
		return printf("out of memory\n"), 1;
	r = filter_compile(p, NULL, &f, &e);
	if (r == -E2BIG)
		return 0;
	if (r)
		return printf("%s\n", e.text), 1;
	for (int i = 0; i < CALLS; i++) {
		*seed = random_bytes(*seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		struct call call = source_call(&s, p);

		probes[i].call = reachable(call, i386, source_below(&s, 256));
		probes[i].result = 1;
	}
	pid_t pid = fork();
	if (pid == 0)
		child(&f, probes, i386);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return printf("the child failed\n"), 1;
	for (int i = 0; i < CALLS; i++)
		bad += compare(p, &probes[i]);
	return bad;
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	int policies = argc > 2 ? atoi(argv[2]) : POLICIES;
	struct probe *probes = mmap(NULL, CALLS * sizeof(*probes), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	static uint8_t bytes[BYTES_POLICY];
	int bad = 0;

	if (probes == MAP_FAILED)
		return 1;
	if (strcmp(arch_native()->name, "x86_64") != 0) {
		printf("needs x86_64\n");
		return EXIT_SKIP;
	}
	for (int i = 0; i < policies && !bad; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };
		autopolicy struct policy *p = source_policy(&s, &shape);

		bad = p ? try_policy(p, &seed, probes) : 1;
	}
	printf("%d policies, %d calls each: %s\n", policies, CALLS,
	       bad ? "failed" : "the kernel agrees");
	return bad != 0;
}
