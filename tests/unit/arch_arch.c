/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about architectures and their syscalls. */
#include "arch/arch.h"

#include "tests/unit/unit.h"

#include <linux/audit.h>
#include <string.h>

enum { FIRST_COMMON = 424 };	/* from here on, all architectures number alike */
enum { ARM_PRIVATE = 0xf0000 }; /* where arm's own calls begin (asm/unistd.h, __ARM_NR_BASE) */

/* One line an architecture. */
static const struct {
	const char *name;
	uint32_t token;
	uint32_t nr_base;
} known[] = {
	{ "x86_64", AUDIT_ARCH_X86_64, 0 },
	{ "i386", AUDIT_ARCH_I386, 0 },
	{ "x32", AUDIT_ARCH_X86_64, 0x40000000 },
	{ "arm", AUDIT_ARCH_ARM, 0 },
	{ "aarch64", AUDIT_ARCH_AARCH64, 0 },
	{ "mips", AUDIT_ARCH_MIPS, 4000 },
	{ "mipsel", AUDIT_ARCH_MIPSEL, 4000 },
	{ "mips64", AUDIT_ARCH_MIPS64, 5000 },
	{ "mipsel64", AUDIT_ARCH_MIPSEL64, 5000 },
	{ "mips64n32", AUDIT_ARCH_MIPS64N32, 6000 },
	{ "mipsel64n32", AUDIT_ARCH_MIPSEL64N32, 6000 },
	{ "parisc", AUDIT_ARCH_PARISC, 0 },
	{ "parisc64", AUDIT_ARCH_PARISC64, 0 },
	{ "ppc", AUDIT_ARCH_PPC, 0 },
	{ "ppc64", AUDIT_ARCH_PPC64, 0 },
	{ "ppc64le", AUDIT_ARCH_PPC64LE, 0 },
	{ "s390", AUDIT_ARCH_S390, 0 },
	{ "s390x", AUDIT_ARCH_S390X, 0 },
	{ "riscv64", AUDIT_ARCH_RISCV64, 0 },
	{ "loongarch64", AUDIT_ARCH_LOONGARCH64, 0 },
	{ "m68k", AUDIT_ARCH_M68K, 0 },
	{ "sh", AUDIT_ARCH_SHEL, 0 },
	{ "sheb", AUDIT_ARCH_SH, 0 },
};

static void every_architecture_has_its_token(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(known); i++) {
		const struct arch *a = arch_by_name(known[i].name);

		assert_non_null(a);
		assert_int_equal(a->token, known[i].token);
		assert_int_equal(a->nr_base, known[i].nr_base);
		assert_int_equal(a->is_big_endian, !(a->token & __AUDIT_ARCH_LE));
		/* n32's registers are 64 bits wide, its pointers are not; x32 has x86_64's token.
		 */
		assert_int_equal(a->bits, a->token & __AUDIT_ARCH_64BIT ? 64 : 32);
	}
}

static void every_architecture_is_sound(void **state)
{
	size_t count = 0;

	(void)state;
	assert_ptr_equal(arches[0], arch_native());
	for (const struct arch *const *a = arches; *a; a++, count++) {
		assert_ptr_equal(arch_by_name((*a)->name), *a);
		assert_ptr_equal(arch_by_token((*a)->token, (*a)->nr_base), *a);
		assert_true((*a)->bits == 32 || (*a)->bits == 64);
		assert_true((*a)->count > 250);
		for (size_t i = 0; i < (*a)->count; i++) {
			const struct syscall *call = &(*a)->syscalls[i];

			assert_true(call->nr >= (*a)->nr_base);
			assert_true(!i || call->nr > call[-1].nr);
			assert_true(call->since <= arch_newest_linux);
			assert_non_null(call->signature);
			assert_ptr_equal(arch_syscall(*a, call->nr), call);
			assert_ptr_equal(arch_syscall_named(*a, call->name), call);
		}
	}
	assert_int_equal(count, countof(known));
}

static void knows_no_number_that_the_kernel_has_not(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++) {
		size_t found = 0;

		assert_null(arch_syscall(*a, UINT32_MAX));
		assert_null(arch_syscall(*a, (*a)->nr_base + 1000));
		assert_null(arch_syscall(*a, (*a)->nr_base - 1));
		for (uint32_t nr = 0; nr < SYSCALL_TABLE; nr++)
			found += !!arch_syscall(*a, (*a)->nr_base + nr);
		for (uint32_t nr = ARM_PRIVATE; nr < ARM_PRIVATE + 16; nr++)
			found += !!arch_syscall(*a, nr);
		assert_int_equal(found, (*a)->count);
		assert_null(arch_syscall_named(*a, ""));
		assert_null(arch_syscall_named(*a, "openatt"));
	}
}

static void tells_x32_by_bit_30(void **state)
{
	const struct arch *x32 = arch_by_name("x32");
	const struct arch *x86_64 = arch_by_name("x86_64");

	(void)state;
	assert_ptr_equal(arch_by_token(AUDIT_ARCH_X86_64, 0), x86_64);
	assert_ptr_equal(arch_by_token(AUDIT_ARCH_X86_64, 0x3fffffff), x86_64);
	assert_ptr_equal(arch_by_token(AUDIT_ARCH_X86_64, 0x40000000), x32);
	assert_ptr_equal(arch_by_token(AUDIT_ARCH_X86_64, 0xc0000000), x32);
	assert_ptr_equal(arch_by_token(AUDIT_ARCH_X86_64, UINT32_MAX), x86_64);
	assert_ptr_equal(arch_by_token(AUDIT_ARCH_I386, 0x40000000), arch_by_name("i386"));
	assert_null(arch_by_token(0, 0));
	assert_int_equal(arch_syscall_named(x32, "read")->nr, 0x40000000);
	assert_int_equal(arch_syscall_named(x32, "ioctl")->nr, 0x40000000 + 514);
}

static void takes_other_names_of_an_architecture(void **state)
{
	(void)state;
	assert_ptr_equal(arch_by_name("amd64"), arch_by_name("x86_64"));
	assert_ptr_equal(arch_by_name("x86"), arch_by_name("i386"));
	assert_ptr_equal(arch_by_name("i686"), arch_by_name("i386"));
	assert_ptr_equal(arch_by_name("arm64"), arch_by_name("aarch64"));
	assert_ptr_equal(arch_by_name("riscv"), arch_by_name("riscv64"));
	assert_ptr_equal(arch_by_name("mips64el"), arch_by_name("mipsel64"));
	assert_ptr_equal(arch_by_name("powerpc64le"), arch_by_name("ppc64le"));
	assert_null(arch_by_name("pdp11"));
	assert_null(arch_by_name(""));
}

static void suggests_what_was_probably_meant(void **state)
{
	const struct arch *a = arch_by_name("x86_64");
	const char *near[3];

	(void)state;
	assert_true(arch_syscalls_near(a, "opneat", near, 3) >= 1);
	assert_string_equal(near[0], "openat");
	assert_true(arch_syscalls_near(a, "SOCKET", near, 3) >= 1);
	assert_string_equal(near[0], "socket");
	assert_int_equal(arch_syscalls_near(a, "nothing_like_a_syscall", near, 3), 0);
	assert_int_equal(arch_syscalls_near(a, "read", near, 0), 0);
	assert_int_equal(arch_syscalls_near(a, "getpidd", near, 1), 1);
	assert_string_equal(near[0], "getpid");
}

static void knows_which_linux_brought_a_call(void **state)
{
	const struct arch *a = arch_by_name("x86_64");

	(void)state;
	assert_int_equal(arch_syscall_named(a, "read")->since, 0);
	assert_int_equal(arch_syscall_named(a, "seccomp")->since, LINUX(3, 17));
	assert_int_equal(arch_syscall_named(a, "file_setattr")->since, LINUX(6, 17));
	assert_int_equal(arch_highest_nr(a, LINUX(6, 18)), 469);
	assert_int_equal(arch_highest_nr(a, LINUX(6, 1)), 450);
	assert_int_equal(arch_highest_nr(a, LINUX(4, 18)), 334);
	assert_int_equal(arch_highest_nr(a, LINUX(2, 6)), 306);
	assert_int_equal(arch_highest_nr(arch_by_name("x32"), LINUX(6, 18)), 0x40000000 + 547);
	assert_int_equal(arch_highest_nr(arch_by_name("i386"), LINUX(5, 1)), 427);
	/* Not set_tls, which arm has far above its table. */
	assert_int_equal(arch_highest_nr(arch_by_name("arm"), LINUX(6, 18)), 469);
	assert_int_equal(arch_highest_nr(arch_by_name("mips"), LINUX(6, 18)), 4469);
	assert_int_equal(arch_highest_nr(arch_by_name("loongarch64"), LINUX(5, 18)), 0);
	assert_int_equal(arch_highest_nr(arch_by_name("loongarch64"), LINUX(5, 19)), 450);
}

static void numbers_new_calls_alike_everywhere(void **state)
{
	const struct arch *x86_64 = arch_by_name("x86_64");

	(void)state;
	for (const struct arch *const *a = arches; *a; a++)
		for (uint32_t nr = FIRST_COMMON; nr < SYSCALL_TABLE; nr++) {
			const struct syscall *ours = arch_syscall(*a, (*a)->nr_base + nr);
			const struct syscall *common = arch_syscall(x86_64, nr);

			/* x32 has calls of its own from 512 on. */
			if (!ours || nr >= 512)
				continue;
			assert_non_null(common);
			assert_string_equal(ours->name, common->name);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_architecture_has_its_token),
		cmocka_unit_test(every_architecture_is_sound),
		cmocka_unit_test(knows_no_number_that_the_kernel_has_not),
		cmocka_unit_test(tells_x32_by_bit_30),
		cmocka_unit_test(takes_other_names_of_an_architecture),
		cmocka_unit_test(suggests_what_was_probably_meant),
		cmocka_unit_test(knows_which_linux_brought_a_call),
		cmocka_unit_test(numbers_new_calls_alike_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
