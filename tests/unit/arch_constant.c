/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about named values. */
#include "arch/arch.h"

#include "tests/unit/unit.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

static uint64_t value_of(const char *arch, const char *name)
{
	uint64_t value;

	if (!arch_constant(arch_by_name(arch), name, &value))
		fail_msg("%s has no %s", arch, name);
	return value;
}

static uint16_t group_index(const struct arch *arch, const char *name)
{
	for (uint16_t i = 0; i < arch->group_count; i++)
		if (strcmp(arch_group(arch, i).name, name) == 0)
			return i;
	fail_msg("no group %s", name);
	return 0;
}

static void check_group(const struct arch *arch, uint16_t index)
{
	const struct constant_group g = arch_group(arch, index);

	for (size_t i = 0; i < g.count; i++) {
		uint64_t value = ~g.constants[i].value;

		assert_true(!i || g.constants[i - 1].value <= g.constants[i].value);
		assert_true(arch_constant(arch, arch_text(g.constants[i].name), &value));
		assert_int_equal(value, g.constants[i].value);
		assert_non_null(arch_constant_name(arch, index, value));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(arch_text(g.constants[i].name),
						arch_text(g.constants[j].name));
	}
}

static void groups_are_sorted_and_say_what_names_say(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++) {
		assert_int_equal(arch_group(*a, 0).count, 0);
		for (uint16_t i = 0; i < (*a)->group_count; i++)
			check_group(*a, i);
		assert_int_equal(arch_group(*a, UINT16_MAX).count, 0);
		assert_null(arch_constant_name(*a, 0, 0));
	}
}

static void every_group_of_a_signature_has_members(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++)
		for (size_t i = 0; i < (*a)->count; i++)
			for (unsigned arg = 0; arg < SYSCALL_ARGS; arg++) {
				uint16_t g = (*a)->syscalls[i].signature->args[arg].group;

				assert_true(!g || arch_group(*a, g).count);
			}
}

static void tells_the_kernels_values(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(value_of("x86_64", "O_LARGEFILE"), 0100000);
	assert_int_equal(value_of("i386", "O_LARGEFILE"), 0100000);
	assert_int_equal(value_of("x86_64", "O_TMPFILE"), O_TMPFILE);
	assert_int_equal(value_of("x86_64", "AT_FDCWD"), (uint64_t)AT_FDCWD);
	assert_int_equal(value_of("x86_64", "TIOCSTI"), TIOCSTI);
	assert_int_equal(value_of("x86_64", "SOCK_CLOEXEC"), SOCK_CLOEXEC);
	assert_int_equal(value_of("x86_64", "MAP_ANONYMOUS"), MAP_ANONYMOUS);
	assert_int_equal(value_of("x86_64", "SIGSYS"), SIGSYS);
	assert_int_equal(value_of("x86_64", "CLONE_IO"), 0x80000000);
	assert_int_equal(value_of("i386", "F_SETLK64"), 13);
	assert_false(arch_constant(arch_by_name("x86_64"), "F_SETLK64", &value));
	assert_false(arch_constant(arch_by_name("x86_64"), "O_NONSENSE", &value));
	assert_false(arch_constant(arch_by_name("x86_64"), "", &value));
	assert_true(value_of("i386", "PERF_EVENT_IOC_ID") !=
		    value_of("x86_64", "PERF_EVENT_IOC_ID"));
}

static void prefers_the_name_of_the_group(void **state)
{
	const struct arch *a = arch_by_name("x86_64");

	(void)state;
	assert_string_equal(arch_constant_name(a, group_index(a, "open_flags"), 0), "O_RDONLY");
	assert_string_equal(arch_constant_name(a, group_index(a, "socket_domain"), 1), "AF_UNIX");
	assert_string_equal(arch_constant_name(a, group_index(a, "futex_op"), 128),
			    "FUTEX_WAIT_PRIVATE");
	assert_string_equal(arch_constant_name(a, group_index(a, "ioctl_request"), TCGETS),
			    "TCGETS");
	assert_string_equal(arch_constant_name(a, group_index(a, "ip_protocol"), 6), "IPPROTO_TCP");
	assert_string_equal(arch_constant_name(a, group_index(a, "netlink_protocol"), 6),
			    "NETLINK_XFRM");
	assert_null(arch_constant_name(a, group_index(a, "socket_domain"), 1000));
}

static void knows_errno_both_ways(void **state)
{
	const struct arch *a = arch_native();
	unsigned number;

	(void)state;
	assert_string_equal(arch_errno_name(a, EPERM), "EPERM");
	assert_string_equal(arch_errno_name(a, EAGAIN), "EAGAIN");
	assert_string_equal(arch_errno_name(a, ENOSYS), "ENOSYS");
	assert_null(arch_errno_name(a, 0));
	assert_null(arch_errno_name(a, 4095));
	assert_true(arch_errno(a, "EWOULDBLOCK", &number));
	assert_int_equal(number, EAGAIN);
	assert_true(arch_errno(a, "ENOTSUP", &number));
	assert_int_equal(number, ENOTSUP);
	assert_false(arch_errno(a, "ENONSENSE", &number));
	assert_false(arch_errno(a, "O_CLOEXEC", &number));
	for (unsigned i = 1; i < 134; i++)
		if (i != 41 && i != 58) /* the two holes of asm-generic/errno.h */
			assert_non_null(arch_errno_name(a, i));
}

static void suggests_constants_of_the_architecture(void **state)
{
	const char *near[3];

	(void)state;
	assert_true(arch_constants_near(arch_by_name("x86_64"), "O_CLOEXC", near, 3) >= 1);
	assert_string_equal(near[0], "O_CLOEXEC");
	assert_true(arch_constants_near(arch_by_name("i386"), "F_SETLK46", near, 3) >= 1);
	assert_string_equal(near[0], "F_SETLK64");
	for (size_t i = arch_constants_near(arch_by_name("x86_64"), "F_SETLK46", near, 3); i-- > 0;)
		assert_string_not_equal(near[i], "F_SETLK64");
}

static void architectures_have_values_of_their_own(void **state)
{
	static const struct {
		const char *arch, *name;
		uint64_t value;
	} known[] = {
		{ "aarch64", "O_DIRECTORY", 040000 },
		{ "arm", "O_DIRECTORY", 040000 },
		{ "ppc64le", "O_DIRECTORY", 040000 },
		{ "riscv64", "O_DIRECTORY", 0200000 },
		{ "mips", "O_NONBLOCK", 0200 },
		{ "parisc", "O_CREAT", 0400 },
		{ "mips64", "SOCK_STREAM", 2 },
		{ "mipsel", "SOCK_DGRAM", 1 },
		{ "mips", "SOCK_NONBLOCK", 0200 },
		{ "s390x", "SOCK_STREAM", 1 },
		{ "parisc", "SOCK_NONBLOCK", 0x40000000 },
		{ "parisc", "SO_PASSPIDFD", 0x404a },
		{ "mips", "MAP_ANONYMOUS", 0x800 },
		{ "ppc", "MAP_NORESERVE", 0x40 },
		{ "mips", "ENOSYS", 89 },
		{ "parisc", "ENOSYS", 251 },
		{ "ppc", "TCGETS", 0x402c7413 },
		{ "mips", "TCGETS", 0x540d },
		{ "mips", "SOL_SOCKET", 0xffff },
		{ "parisc", "SIGBUS", 10 },
		{ "mips", "SIGSYS", 12 },
		{ "mips", "FIONREAD", 0x467f },
		{ "ppc64", "KVM_CREATE_VM", 0x2000ae01 },
		{ "s390x", "KVM_CREATE_VM", 0xae01 },
		{ "mips", "F_SETLK64", 34 },
		{ "arm", "F_SETLK64", 13 },
		{ "m68k", "FS_IOC_GETFLAGS", 0x80046601 },
		{ "loongarch64", "O_DIRECT", 040000 },
		{ "sheb", "AT_FDCWD", (uint64_t)AT_FDCWD },
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < countof(known); i++)
		if (value_of(known[i].arch, known[i].name) != known[i].value)
			fail_msg("%s has another %s than %#llx: %#llx", known[i].arch,
				 known[i].name, (unsigned long long)known[i].value,
				 (unsigned long long)value_of(known[i].arch, known[i].name));
	assert_false(arch_constant(arch_by_name("aarch64"), "MAP_32BIT", &value));
	assert_false(arch_constant(arch_by_name("riscv64"), "ARCH_SET_FS", &value));
	assert_false(arch_constant(arch_by_name("mips64"), "F_SETLK64", &value));
}

static void translates_errors_by_name(void **state)
{
	const struct arch *x86_64 = arch_by_name("x86_64");
	const struct arch *mips = arch_by_name("mips");

	(void)state;
	assert_int_equal(arch_errno_translate(x86_64, 38, mips), 89);
	assert_int_equal(arch_errno_translate(mips, 89, x86_64), 38);
	assert_int_equal(arch_errno_translate(x86_64, 1, mips), 1);
	assert_int_equal(arch_errno_translate(x86_64, 4095, mips), 4095);
	assert_int_equal(arch_errno_translate(x86_64, 38, arch_by_name("s390x")), 38);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_sorted_and_say_what_names_say),
		cmocka_unit_test(every_group_of_a_signature_has_members),
		cmocka_unit_test(tells_the_kernels_values),
		cmocka_unit_test(prefers_the_name_of_the_group),
		cmocka_unit_test(knows_errno_both_ways),
		cmocka_unit_test(suggests_constants_of_the_architecture),
		cmocka_unit_test(architectures_have_values_of_their_own),
		cmocka_unit_test(translates_errors_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
