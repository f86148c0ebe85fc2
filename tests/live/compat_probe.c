/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program as others write them, to be compiled against either seccomp.h and run on either
 * library: what it prints must always be the same. With an argument it loads a filter and ends.
 */
#include <errno.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(x) printf("%s = 0x%llx\n", #x, (unsigned long long)(x))

static void show_constants(void)
{
	SHOW(sizeof(struct scmp_arg_cmp));
	SHOW(sizeof(struct scmp_version));
	SHOW(SCMP_FLTATR_ACT_DEFAULT);
	SHOW(SCMP_FLTATR_ACT_BADARCH);
	SHOW(SCMP_FLTATR_CTL_NNP);
	SHOW(SCMP_FLTATR_CTL_TSYNC);
	SHOW(SCMP_FLTATR_API_TSKIP);
	SHOW(SCMP_FLTATR_CTL_LOG);
	SHOW(SCMP_FLTATR_CTL_SSB);
	SHOW(SCMP_FLTATR_CTL_OPTIMIZE);
	SHOW(SCMP_FLTATR_API_SYSRAWRC);
	SHOW(SCMP_CMP_NE);
	SHOW(SCMP_CMP_LT);
	SHOW(SCMP_CMP_LE);
	SHOW(SCMP_CMP_EQ);
	SHOW(SCMP_CMP_GE);
	SHOW(SCMP_CMP_GT);
	SHOW(SCMP_CMP_MASKED_EQ);
	SHOW(SCMP_ARCH_NATIVE);
	SHOW(SCMP_ARCH_X86);
	SHOW(SCMP_ARCH_X86_64);
	SHOW(SCMP_ARCH_X32);
	SHOW(SCMP_ARCH_ARM);
	SHOW(SCMP_ARCH_AARCH64);
	SHOW(SCMP_ARCH_MIPS);
	SHOW(SCMP_ARCH_MIPS64);
	SHOW(SCMP_ARCH_MIPS64N32);
	SHOW(SCMP_ARCH_MIPSEL);
	SHOW(SCMP_ARCH_MIPSEL64);
	SHOW(SCMP_ARCH_MIPSEL64N32);
	SHOW(SCMP_ARCH_PPC);
	SHOW(SCMP_ARCH_PPC64);
	SHOW(SCMP_ARCH_PPC64LE);
	SHOW(SCMP_ARCH_S390);
	SHOW(SCMP_ARCH_S390X);
	SHOW(SCMP_ARCH_PARISC);
	SHOW(SCMP_ARCH_PARISC64);
	SHOW(SCMP_ARCH_RISCV64);
	SHOW(SCMP_ACT_KILL);
	SHOW(SCMP_ACT_KILL_THREAD);
	SHOW(SCMP_ACT_KILL_PROCESS);
	SHOW(SCMP_ACT_TRAP);
	SHOW(SCMP_ACT_NOTIFY);
	SHOW(SCMP_ACT_ERRNO(0x12345));
	SHOW(SCMP_ACT_TRACE(0x12345));
	SHOW(SCMP_ACT_LOG);
	SHOW(SCMP_ACT_ALLOW);
	SHOW(__NR_SCMP_ERROR);
	SHOW(__NR_SCMP_UNDEF);
	SHOW(SCMP_SYS(read));
	SHOW(SCMP_SYS(clone3));
	SHOW(SCMP_SYS(mmap2));
	SHOW(SCMP_SYS(recv));
	SHOW(SCMP_SYS(waitpid));
	SHOW(SCMP_SYS(set_tls));
	SHOW(__PNR_socket);
	SHOW(__PNR_shmctl);
}

static void show_comparison(const char *what, struct scmp_arg_cmp c)
{
	printf("%s = { %u, %d, 0x%llx, 0x%llx }\n", what, c.arg, (int)c.op,
	       (unsigned long long)c.datum_a, (unsigned long long)c.datum_b);
}

static void show_comparisons(void)
{
	show_comparison("CMP", SCMP_CMP(3, SCMP_CMP_EQ, -1));
	show_comparison("CMP64", SCMP_CMP64(3, SCMP_CMP_MASKED_EQ, -1, 5));
	show_comparison("CMP32", SCMP_CMP32(3, SCMP_CMP_EQ, -1));
	show_comparison("CMP32", SCMP_CMP32(3, SCMP_CMP_MASKED_EQ, -1, -2));
	show_comparison("A0", SCMP_A0(SCMP_CMP_NE, 7));
	show_comparison("A1", SCMP_A1(SCMP_CMP_LT, 7));
	show_comparison("A2", SCMP_A2(SCMP_CMP_LE, 7));
	show_comparison("A3", SCMP_A3(SCMP_CMP_GE, 7));
	show_comparison("A4", SCMP_A4(SCMP_CMP_GT, 7));
	show_comparison("A5", SCMP_A5(SCMP_CMP_MASKED_EQ, 7, 3));
	show_comparison("A0_64", SCMP_A0_64(SCMP_CMP_EQ, -1));
	show_comparison("A5_64", SCMP_A5_64(SCMP_CMP_EQ, -1));
	show_comparison("A0_32", SCMP_A0_32(SCMP_CMP_EQ, -1));
	show_comparison("A5_32", SCMP_A5_32(SCMP_CMP_MASKED_EQ, -1, -3));
}

static void show_answers(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL);
	struct scmp_arg_cmp array[] = { SCMP_A0(SCMP_CMP_EQ, 2), SCMP_A0(SCMP_CMP_EQ, 3) };

	SHOW(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(read), 0));
	SHOW(seccomp_rule_add(ctx, SCMP_ACT_KILL, SCMP_SYS(read), 0));
	SHOW(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 6, SCMP_A0(SCMP_CMP_EQ, 1),
			      SCMP_A1(SCMP_CMP_NE, 2), SCMP_A2(SCMP_CMP_LT, 3),
			      SCMP_A3(SCMP_CMP_LE, 4), SCMP_A4(SCMP_CMP_GT, 5),
			      SCMP_A5(SCMP_CMP_GE, 6)));
	SHOW(seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, array));
	SHOW(seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 2, array));
	SHOW(seccomp_rule_add_exact(ctx, SCMP_ACT_ERRNO(1), SCMP_SYS(write), 1, array[0]));
	SHOW(seccomp_rule_add_exact(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap2), 0));
	SHOW(seccomp_rule_add_exact_array(ctx, SCMP_ACT_ALLOW, -1, 0, NULL));
	SHOW(seccomp_arch_add(ctx, SCMP_ARCH_NATIVE));
	SHOW(seccomp_arch_exist(ctx, SCMP_ARCH_X86));
	SHOW(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_DEFAULT, SCMP_ACT_ALLOW));
	SHOW(seccomp_syscall_priority(ctx, SCMP_SYS(read), 200));
	SHOW(seccomp_syscall_resolve_name("openat"));
	SHOW(seccomp_notify_fd(ctx));
	SHOW(seccomp_export_bpf(ctx, -1));
	SHOW(seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1));
	SHOW(seccomp_export_pfc(ctx, -1));
	SHOW(seccomp_reset(ctx, SCMP_ACT_ALLOW));
	seccomp_release(ctx);
}

/* What a call says: its errno, 0 for none. */
static int said(long r)
{
	return r < 0 ? errno : 0;
}

static void try_filter(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	SHOW(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOKEY), SCMP_SYS(getpriority), 1,
			      SCMP_A0(SCMP_CMP_EQ, 0x100000001)));
	SHOW(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EDOM), SCMP_SYS(getpriority), 1,
			      SCMP_A1_32(SCMP_CMP_MASKED_EQ, 0xf0, 0x50)));
	SHOW(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EXDEV), SCMP_SYS(getppid), 0));
	SHOW(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_LOG, 1));
	SHOW(seccomp_load(ctx));
	SHOW(seccomp_load(ctx));
	seccomp_release(ctx);
	SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	SHOW(said(syscall(SYS_getpriority, 0x100000001, 0)));
	SHOW(said(syscall(SYS_getpriority, 1, 0)));
	SHOW(said(syscall(SYS_getpriority, 0, 0x57)));
	SHOW(said(syscall(SYS_getpriority, 0, 0xffffffff00000057)));
	SHOW(said(syscall(SYS_getppid)));
	SHOW(said(syscall(SYS_getpid)));
}

static void *linger(void *pipe_end)
{
	char c;

	if (read(*(int *)pipe_end, &c, 1) != 1)
		abort();
	return (void *)(long)said(syscall(SYS_getppid));
}

static void try_threads(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	pthread_t thread;
	void *errno_there;
	int ends[2];

	if (pipe(ends) || pthread_create(&thread, NULL, linger, &ends[0]))
		abort();
	SHOW(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1));
	SHOW(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EXDEV), SCMP_SYS(getppid), 0));
	SHOW(seccomp_load(ctx));
	if (write(ends[1], "", 1) != 1)
		abort();
	pthread_join(thread, &errno_there);
	SHOW((long)errno_there);
	seccomp_release(ctx);
}

static void try_notify(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	struct seccomp_notif *request;
	struct seccomp_notif_resp *response;
	int fd, status;
	pid_t child;

	SHOW(seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(getppid), 0));
	SHOW(seccomp_load(ctx));
	fd = seccomp_notify_fd(ctx);
	SHOW(fd >= 0);
	SHOW(seccomp_notify_alloc(&request, &response));
	child = fork();
	if (child == 0)
		_exit(syscall(SYS_getppid) == 77 ? 7 : 1);
	SHOW(seccomp_notify_receive(fd, request));
	SHOW(request->data.nr);
	SHOW(request->pid == (unsigned)child);
	SHOW(seccomp_notify_id_valid(fd, request->id));
	response->id = request->id;
	response->val = 77;
	SHOW(seccomp_notify_respond(fd, response));
	SHOW(seccomp_notify_respond(fd, response));
	waitpid(child, &status, 0);
	SHOW(WEXITSTATUS(status));
	SHOW(seccomp_notify_id_valid(fd, request->id));
	seccomp_notify_free(request, response);
	seccomp_release(ctx);
	SHOW(seccomp_reset(NULL, 0));
}

static void without_privileges(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	SHOW(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0));
	if (geteuid() == 0 && setresuid(65534, 65534, 65534))
		abort();
	SHOW(seccomp_load(ctx));
	SHOW(seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1));
	SHOW(seccomp_load(ctx));
	seccomp_release(ctx);
}

/* In a process of its own: a filter is for ever. */
static void apart(void (*what)(void))
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		what();
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, &status, 0);
	SHOW(status);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		try_filter();
		return 0;
	}
	show_constants();
	show_comparisons();
	show_answers();
	apart(try_filter);
	apart(try_threads);
	apart(try_notify);
	apart(without_privileges);
	return 0;
}
