/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe NAME: writes "before NAME", makes one call that a tight profile forbids, writes "survived
 * NAME". Each is harmless where it succeeds. `probe list` names them all. Static, so that its own
 * start needs few calls.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-function-size): a call has a number and six arguments */
static long raw(long nr, long a, long b, long c, long d, long e, long f)
{
	long result = nr;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static long int80(long nr)
{
	long result = nr;

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"(0), "c"(0), "d"(0)
			 : "r8", "r9", "r10", "r11", "memory");
	return result;
}

static char page[4096] __attribute__((aligned(4096)));

static void netlink(void)
{
	socket(AF_NETLINK, SOCK_RAW, 0);
}

static void packet(void)
{
	socket(AF_PACKET, SOCK_RAW, 0);
}

/* domain is an int: the kernel takes the low word, whatever stands above it. */
static void netlink_high(void)
{
	raw(SYS_socket, 0x100000000 + AF_NETLINK, SOCK_RAW, 0, 0, 0, 0);
}

static void do_ptrace(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void vm_writev(void)
{
	char byte = 0;
	struct iovec from = { &byte, 1 }, to = { page, 1 };

	process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

static void other_program(void)
{
	char *const argv[] = { (char *)"true", NULL };

	execve("/no/such/program", argv, argv);
}

static void other_program_at(void)
{
	char *const argv[] = { (char *)"true", NULL };

	raw(SYS_execveat, AT_FDCWD, (long)"/no/such/program", (long)argv, (long)argv, 0, 0);
}

static void int80_getpid(void)
{
	int80(20);
}

static void int80_execve(void)
{
	int80(11);
}

static void int80_minus_one(void)
{
	int80(-1);
}

static void x32_getpid(void)
{
	raw(0x40000000 + SYS_getpid, 0, 0, 0, 0, 0, 0);
}

/* write, which the profile admits by its native number. */
static void x32_write(void)
{
	raw(0x40000000 + SYS_write, 1, (long)"", 0, 0, 0, 0);
}

static void minus_one(void)
{
	raw(-1, 0, 0, 0, 0, 0, 0);
}

static void number_1000(void)
{
	raw(1000, 0, 0, 0, 0, 0, 0);
}

static void tiocsti(void)
{
	ioctl(-1, TIOCSTI, page);
}

static void tiocsti_high(void)
{
	raw(SYS_ioctl, -1, 0x7ead000000000000 + TIOCSTI, (long)page, 0, 0, 0);
}

static void mprotect_exec(void)
{
	mprotect(page, sizeof(page), PROT_READ | PROT_EXEC);
}

static void mprotect_write_exec(void)
{
	raw(SYS_mprotect, (long)page, sizeof(page), PROT_READ | PROT_WRITE | PROT_EXEC, 0, 0, 0);
}

static void mmap_exec(void)
{
	raw(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	    0);
}

/* CLONE_SIGHAND without CLONE_VM is refused after the filter: no child comes of it. */
static void clone_newuser(void)
{
	raw(SYS_clone, CLONE_NEWUSER | CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0, 0);
}

static void do_unshare(void)
{
	unshare(0);
}

static void io_uring(void)
{
	raw(SYS_io_uring_setup, 0, 0, 0, 0, 0, 0);
}

static void do_bpf(void)
{
	raw(SYS_bpf, BPF_PROG_LOAD, 0, 0, 0, 0, 0);
}

static void userfaultfd(void)
{
	raw(SYS_userfaultfd, -1, 0, 0, 0, 0, 0);
}

static void perf_event(void)
{
	raw(SYS_perf_event_open, 0, 0, -1, -1, 0, 0);
}

static void do_keyctl(void)
{
	raw(SYS_keyctl, 9999, 0, 0, 0, 0, 0);
}

static void do_mount(void)
{
	raw(SYS_mount, 0, 0, 0, 0, 0, 0);
}

static void load_module(void)
{
	raw(SYS_finit_module, -1, 0, 0, 0, 0, 0);
}

static void *forbidden_in_thread(void *unused)
{
	raw(1000, 0, 0, 0, 0, 0, 0);
	return unused;
}

/* The first thread must not live on to tell. */
static void second_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, forbidden_in_thread, NULL) == 0)
		pthread_join(thread, NULL);
}

/* write with a descriptor's upper half full of rubbish: the profile admits the call as such. */
static void nothing(void)
{
	raw(SYS_write, 0x7ead00000001, (long)"", 0, 0, 0, 0);
}

static const struct probe {
	const char *name;
	void (*run)(void);
} probes[] = {
	{ "netlink", netlink },
	{ "netlink-high", netlink_high },
	{ "packet", packet },
	{ "ptrace", do_ptrace },
	{ "process_vm_writev", vm_writev },
	{ "execve", other_program },
	{ "execveat", other_program_at },
	{ "int80-getpid", int80_getpid },
	{ "int80-execve", int80_execve },
	{ "int80-minus-one", int80_minus_one },
	{ "x32-getpid", x32_getpid },
	{ "x32-write", x32_write },
	{ "minus-one", minus_one },
	{ "number-1000", number_1000 },
	{ "tiocsti", tiocsti },
	{ "tiocsti-high", tiocsti_high },
	{ "mprotect-exec", mprotect_exec },
	{ "mprotect-write-exec", mprotect_write_exec },
	{ "mmap-exec", mmap_exec },
	{ "clone-newuser", clone_newuser },
	{ "unshare", do_unshare },
	{ "io_uring_setup", io_uring },
	{ "bpf", do_bpf },
	{ "userfaultfd", userfaultfd },
	{ "perf_event_open", perf_event },
	{ "keyctl", do_keyctl },
	{ "mount", do_mount },
	{ "finit_module", load_module },
	{ "second-thread", second_thread },
};

static void say(const char *what, const char *name)
{
	char line[128];
	int len = snprintf(line, sizeof(line), "%s %s\n", what, name);

	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		_exit(3);
}

int main(int argc, char **argv)
{
	const char *name = argc == 2 ? argv[1] : "list";

	if (strcmp(name, "nothing") == 0) {
		nothing();
		say("survived", name);
		return 0;
	}
	for (size_t i = 0; i < sizeof(probes) / sizeof(*probes); i++) {
		if (strcmp(name, "list") == 0) {
			puts(probes[i].name);
		} else if (strcmp(name, probes[i].name) == 0) {
			say("before", name);
			probes[i].run();
			say("survived", name);
			return 0;
		}
	}
	return strcmp(name, "list") == 0 ? 0 : 2;
}
