/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The running kernel as judge. */
#include "fuzz/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint32_t X32_BIT = 0x40000000;

const uint32_t kernel_absent[] = { 1000, 1001, 1003 };
const size_t kernel_absent_count = countof(kernel_absent);
const char *const kernel_arches[] = { "x86_64", "i386", "x32", NULL };

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

bool kernel_can_judge(void)
{
	return strcmp(arch_native()->name, "x86_64") == 0;
}

static bool is_32(const struct call *call)
{
	return call->token == arch_by_name("i386")->token;
}

struct call kernel_call(struct call call, uint32_t pick)
{
	bool is_x32 = !is_32(&call) && (call.nr & X32_BIT);

	if (!is_32(&call))
		call.token = arch_native()->token;
	call.nr = kernel_absent[pick % kernel_absent_count] | (is_x32 ? X32_BIT : 0);
	for (int i = 0; is_32(&call) && i < SYSCALL_ARGS; i++)
		call.args[i] = (uint32_t)call.args[i]; /* what the kernel keeps of them */
	return call;
}

static void child(const struct filter *f, struct verdict *verdicts, size_t count)
{
	const uint32_t token_32 = arch_by_name("i386")->token;
	struct err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || filter_load(f, 0, &e))
		_exit(1);
	for (size_t i = 0; i < count; i++) {
		struct verdict *v = &verdicts[i];

		v->result = v->call.token == token_32 ? call_32(&v->call) : call_64(&v->call);
	}
	_exit(0);
}

int kernel_judge(const struct filter *f, struct verdict *verdicts, size_t count, struct err *e)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return err_sys(e, -errno, "no child");
	if (pid == 0)
		child(f, verdicts, count);
	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return err_sys(e, -errno, "the child is lost");
	return status ? err_set(e, -ECHILD, "the child ended with 0x%x", (unsigned)status) : 0;
}
