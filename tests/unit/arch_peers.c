/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about what other tables of syscalls say, libaudit's and libseccomp's, and where ours
 * differ. */
#include "arch/arch.h"

#include "tests/unit/unit.h"

#include "config.h"

#include <libaudit.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LIBSECCOMP
#include <seccomp.h>
#endif

enum { NONE = -1 };

static const struct machine {
	const char *arch;
	int machine;	/* libaudit's, or NONE */
	uint32_t token; /* libseccomp's; 0: its release has none */
} machines[] = {
#ifdef HAVE_LIBSECCOMP
#define TOKEN(token) SCMP_ARCH_##token
#else
#define TOKEN(token) 0
#endif
	{ "x86_64", MACH_86_64, TOKEN(X86_64) },
	{ "i386", MACH_X86, TOKEN(X86) },
	{ "x32", NONE, TOKEN(X32) },
	{ "arm", MACH_ARM, TOKEN(ARM) },
	{ "aarch64", MACH_AARCH64, TOKEN(AARCH64) },
	{ "mips", NONE, TOKEN(MIPS) },
	{ "mipsel", NONE, TOKEN(MIPSEL) },
	{ "mips64", NONE, TOKEN(MIPS64) },
	{ "mipsel64", NONE, TOKEN(MIPSEL64) },
	{ "mips64n32", NONE, TOKEN(MIPS64N32) },
	{ "mipsel64n32", NONE, TOKEN(MIPSEL64N32) },
	{ "parisc", NONE, TOKEN(PARISC) },
	{ "parisc64", NONE, TOKEN(PARISC64) },
	{ "ppc", MACH_PPC, TOKEN(PPC) },
	{ "ppc64", MACH_PPC64, TOKEN(PPC64) },
	{ "ppc64le", MACH_PPC64LE, TOKEN(PPC64LE) },
	{ "s390", MACH_S390, TOKEN(S390) },
	{ "s390x", MACH_S390X, TOKEN(S390X) },
	{ "riscv64", NONE, TOKEN(RISCV64) },
};

static bool is_among(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* Where libaudit tells another name of the same call, on every architecture. */
static bool is_other_name(const char *ours, const char *theirs)
{
	static const char *const pairs[][2] = {
		{ "pread64", "pread" },
		{ "pwrite64", "pwrite" },
		{ "kexec_load", "sys_kexec_load" },
		{ "sched_rr_get_interval_time64", "sched_rr_get_interval64" },
		{ "_llseek", "llseek" },
		{ "_newselect", "newselect" },
		{ "_sysctl", "sysctl" },
		{ "arm_fadvise64_64", "fadvise64_64" },
		{ "sync_file_range2", "sync_file_range" },
		{ "perf_event_open", "perf_counter_open" }, /* its name until 2.6.32 */
		{ "timerfd_create", "timerfd" },
		{ "newfstatat", "fstatat64" },
		{ "fstat", "newfstat" },
		{ "getdents64", "getdents" }, /* aarch64 61 is the 64-bit one alone */
	};

	for (size_t i = 0; i < countof(pairs); i++)
		if (strcmp(ours, pairs[i][0]) == 0 && strcmp(theirs, pairs[i][1]) == 0)
			return true;
	return false;
}

/* What libaudit has, but the architecture's kernel has not. */
static bool is_libaudits_alone(const struct arch *arch, const char *theirs)
{
	/* Calls of the old ABI, which seccomp refuses to know (arch/arm/tools/syscall.tbl, oabi).
	 */
	static const char *const of_oabi[] = {
		"time",	  "umount",  "stime", "alarm",	    "utime",   "getrlimit",
		"select", "readdir", "mmap",  "socketcall", "syscall", "ipc",
	};
	/* ppc64 takes 32-bit ppc's names there (arch/powerpc/kernel/syscalls/syscall.tbl, 32). */
	static const char *const of_ppc[] = {
		"mmap2",   "truncate64", "ftruncate64", "stat64",	"lstat64",
		"fstat64", "fcntl64",	 "sendfile64",	"fadvise64_64",
	};

	if (strcmp(arch->name, "arm") == 0)
		return is_among(theirs, of_oabi, countof(of_oabi));
	if (strncmp(arch->name, "ppc64", 5) == 0)
		return is_among(theirs, of_ppc, countof(of_ppc)) || strstr(theirs, "time64") ||
		       strstr(theirs, "clock_") == theirs || strstr(theirs, "timer") == theirs ||
		       strcmp(theirs, "sched_rr_get_interval64") == 0;
	return strcmp(arch->name, "ppc") == 0 && strcmp(theirs, "semtimedop") == 0;
}

static void agrees_with_libaudit(void **state)
{
	unsigned compared = 0;

	(void)state;
	for (const struct machine *m = machines; m < machines + countof(machines); m++) {
		const struct arch *a = arch_by_name(m->arch);

		for (uint32_t nr = 0; m->machine != NONE && nr < SYSCALL_TABLE; nr++) {
			const char *theirs = audit_syscall_to_name((int)nr, m->machine);
			const struct syscall *ours = arch_syscall(a, nr);

			if (!theirs || (!ours && is_libaudits_alone(a, theirs)))
				continue;
			if (!ours)
				fail_msg("%s %u is %s to libaudit", a->name, nr, theirs);
			compared++;
			if (strcmp(ours->name, theirs) != 0 && !is_other_name(ours->name, theirs))
				fail_msg("%s %u: %s, to libaudit %s", a->name, nr, ours->name,
					 theirs);
		}
	}
	assert_true(compared > 3000);
}

#ifdef HAVE_LIBSECCOMP
/* libseccomp's name of a number on arm until 2.6; the kernel has both. */
static bool is_alias(const char *ours, const char *theirs)
{
	return strcmp(ours, "sync_file_range2") == 0 && strcmp(theirs, "arm_sync_file_range") == 0;
}

static void check_number(const struct arch *a, uint32_t token, uint32_t nr, unsigned *compared)
{
	char *theirs = seccomp_syscall_resolve_num_arch(token, (int)nr);
	const struct syscall *ours = arch_syscall(a, nr);

	if (theirs && !ours)
		fail_msg("%s %u is %s to libseccomp", a->name, nr, theirs);
	/* A number that it does not know is newer than it, or stands for nothing. */
	if (theirs && strcmp(ours->name, theirs) != 0 && !is_alias(ours->name, theirs))
		fail_msg("%s %u: %s, to libseccomp %s", a->name, nr, ours->name, theirs);
	*compared += theirs != NULL;
	free(theirs);
}

/* Negative numbers say that the name means something, but not here or not directly. */
static bool is_absent(const struct arch *a, const struct syscall *call, int theirs)
{
	bool is_multiplexed = theirs <= -101 && theirs >= -299 &&
			      arch_syscall_named(a, theirs > -200 ? "socketcall" : "ipc");

	return theirs == __NR_SCMP_ERROR || is_multiplexed ||
	       strcmp(call->name, "sync_file_range2") == 0 ||
	       strcmp(call->name, "map_shadow_stack") == 0; /* x32 had none until 6.7 */
}

static void agrees_with_libseccomp(void **state)
{
	unsigned compared = 0;

	(void)state;
	for (const struct machine *m = machines; m < machines + countof(machines); m++) {
		const struct arch *a = arch_by_name(m->arch);

		for (uint32_t nr = 0; nr < SYSCALL_TABLE; nr++)
			check_number(a, m->token, a->nr_base + nr, &compared);
		for (size_t i = 0; i < a->count; i++) {
			const struct syscall *call = &a->syscalls[i];
			int nr = seccomp_syscall_resolve_name_arch(m->token, call->name);

			if (nr != (int)call->nr && !(nr < 0 && is_absent(a, call, nr)))
				fail_msg("%s %s is %u, to libseccomp %d", a->name, call->name,
					 call->nr, nr);
		}
	}
	assert_true(compared > 6000);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_libaudit),
#ifdef HAVE_LIBSECCOMP
		cmocka_unit_test(agrees_with_libseccomp),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
