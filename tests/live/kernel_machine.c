/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running kernel against the validator and the simulated machine: random programs, most of
 * them sound, are loaded in a child of their own. The kernel must take exactly those that the
 * validator takes, and answer a call that does not exist as the simulator says.
 *
 * usage: kernel_machine [SEED [PROGRAMS]]
 */
#include "enforce/filter.h"
#include "fuzz/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_SKIP = 77, PROGRAMS = 1500, ABSENT = 1000, PROGRAM_MAX = 64, BYTES = 1024 };

struct probe {
	struct call call;
	bool is_refused;
	long result;
};

/*
 * Makes a program harmless for the child: other numbers pass, and what it returns for the absent
 * one is cut to an errno, whose number then shows fourteen of its bits.
 */
static void guard(const struct sock_filter *codes, uint32_t count, unsigned shift, struct filter *f)
{
	struct sock_filter head[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ABSENT, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0x7fff0000),
		BPF_STMT(BPF_LD | BPF_IMM, 0),
	};
	struct sock_filter tail[] = {
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, shift),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7ff),
		BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 0x50000),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};

	for (size_t i = 0; i < countof(head); i++)
		if (vec_push(&f->insns, (struct insn){ .code = head[i] }))
			abort();
	for (uint32_t i = 0; i < count; i++) {
		struct insn insn = { .code = codes[i] };

		/* Where the child is mapped is chance, and a return of A goes on at the tail. */
		if (insn.code.code == (BPF_LD | BPF_W | BPF_ABS) &&
		    (insn.code.k == 8 || insn.code.k == 12))
			insn.code.k = 0;
		if (insn.code.code == (BPF_RET | BPF_A))
			insn.code = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, count - i - 1);
		else if (insn.code.code == (BPF_RET | BPF_K))
			insn.code.k = 0x50000 | (insn.code.k & 0x7ff);
		if (vec_push(&f->insns, insn))
			abort();
	}
	for (size_t i = 0; i < countof(tail); i++)
		if (vec_push(&f->insns, (struct insn){ .code = tail[i] }))
			abort();
}

static void child(const struct filter *f, struct probe *probe)
{
	const uint64_t *a = probe->call.args;
	struct err e = { 0 };
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(1);
	r = filter_load(f, 0, &e);
	probe->is_refused = r != 0;
	if (r)
		_exit(r == -EINVAL ? 0 : 1);
	probe->result = syscall(ABSENT, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 ? errno : 0;
	_exit(0);
}

static int judge(const struct filter *f, const struct probe *probe, int status)
{
	struct err e = { 0 };
	uint32_t ret = 0;
	bool is_refused = filter_simulate(f, &probe->call, &ret, NULL, &e) != 0;

	if (status && !is_refused && ret == 0)
		return WTERMSIG(status) != SIGSYS; /* a division by zero kills */
	if (status)
		return printf("the child ended with 0x%x\n", status), 1;
	if (is_refused != probe->is_refused)
		return printf("the kernel %s, the validator says: %s\n",
			      probe->is_refused ? "refuses" : "accepts",
			      is_refused ? e.text : "fine"),
		       1;
	if (!is_refused && (ret & 0xffff) != (uint32_t)probe->result)
		return printf("the kernel says %ld, the simulator 0x%x\n", probe->result, ret), 1;
	return 0;
}

static int try_program(struct source *s, struct probe *probe)
{
	struct sock_filter codes[PROGRAM_MAX];
	uint32_t count = source_program(s, codes, countof(codes));
	autofilter struct filter f = { 0 };
	int status, bad;

	guard(codes, count, source_below(s, 22), &f);
	*probe = (struct probe){ .call = { .nr = ABSENT, .token = arch_native()->token } };
	for (int i = 0; i < SYSCALL_ARGS; i++)
		probe->call.args[i] = source_value(s);
	pid_t pid = fork();
	if (pid == 0)
		child(&f, probe);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return printf("no child: %s\n", strerror(errno)), 1;
	bad = judge(&f, probe, status);
	for (size_t i = 0; bad && i < f.insns.len; i++)
		printf("%3zu: 0x%02x %3u %3u 0x%08x\n", i, f.insns.data[i].code.code,
		       f.insns.data[i].code.jt, f.insns.data[i].code.jf, f.insns.data[i].code.k);
	return bad;
}

/* Does the kernel take a program of so many instructions, with everything allowed? */
static bool is_taken(unsigned count, struct probe *probe)
{
	autofilter struct filter f = { 0 };
	struct insn load = { .code = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0) };
	struct insn allow = { .code = BPF_STMT(BPF_RET | BPF_K, 0x7fff0000) };
	int status;

	for (unsigned i = 0; i + 1 < count; i++)
		if (vec_push(&f.insns, load))
			abort();
	if (vec_push(&f.insns, allow))
		abort();
	*probe = (struct probe){ .is_refused = true };
	pid_t pid = fork();
	if (pid == 0)
		child(&f, probe);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status && !probe->is_refused;
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	int programs = argc > 2 ? atoi(argv[2]) : PROGRAMS;
	struct probe *probe = mmap(NULL, sizeof(*probe), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	static uint8_t bytes[BYTES];
	int bad = 0, accepted = 0;

	if (probe == MAP_FAILED)
		return 1;
	if (arch_native()->bits != 64) {
		printf("needs a 64-bit machine\n");
		return EXIT_SKIP;
	}
	if (!is_taken(FILTER_MAX, probe) || is_taken(FILTER_MAX + 1, probe)) {
		printf("the kernel's limit is not %d instructions\n", FILTER_MAX);
		return 1;
	}
	for (int i = 0; i < programs && !bad; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };

		bad = try_program(&s, probe);
		accepted += !probe->is_refused;
	}
	printf("%d programs, %d of them accepted: %s\n", programs, accepted,
	       bad ? "failed" : "the kernel agrees");
	return bad != 0 || !accepted;
}
