/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about names and numbers of calls as libseccomp has them. */
#include "compat/name.h"

#include "compat/abi.h"
#include "compat/seccomp.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static const struct arch *x86(void)
{
	return abi_arch(SCMP_ARCH_X86);
}

static void knows_every_architecture_by_libseccomps_name(void **state)
{
	(void)state;
	assert_int_equal(seccomp_arch_resolve_name("x86"), SCMP_ARCH_X86);
	assert_int_equal(seccomp_arch_resolve_name("x32"), 0x4000003e);
	assert_int_equal(seccomp_arch_resolve_name("loongarch64"), 0xc0000102);
	assert_int_equal(seccomp_arch_resolve_name("sh"), 0x4000002a);
	assert_int_equal(seccomp_arch_resolve_name("i386"), 0);
	assert_int_equal(seccomp_arch_resolve_name(NULL), 0);
	for (size_t i = 0; arches[i]; i++)
		assert_ptr_equal(abi_arch(abi_token(arches[i])), arches[i]);
	assert_ptr_equal(abi_arch(SCMP_ARCH_NATIVE), arch_native());
	assert_null(abi_arch(123));
}

/* Names of mips' header for numbers that no call has. */
static bool is_reserved(const char *name)
{
	return strncmp(name, "reserved", 8) == 0 || strncmp(name, "unused", 6) == 0;
}

static void resolves_every_call_of_every_architecture_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; arches[i]; i++) {
		uint32_t token = abi_token(arches[i]);

		for (size_t j = 0; j < arches[i]->count; j++) {
			const char *name = arches[i]->syscalls[j].name;
			int nr = seccomp_syscall_resolve_name_arch(token, name);
			char *back = seccomp_syscall_resolve_num_arch(token, nr);

			assert_int_equal(nr == __NR_SCMP_ERROR, is_reserved(name));
			if (is_reserved(name))
				continue;
			assert_string_equal(back, name);
			free(back);
			back = seccomp_syscall_resolve_num_arch(token,
								(int)arches[i]->syscalls[j].nr);
			assert_string_equal(back, name);
			free(back);
		}
	}
}

static void gives_every_native_call_a_number_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; arches[i]; i++)
		for (size_t j = 0; j < arch_native()->count; j++)
			assert_int_not_equal(
				name_number(arches[i], arch_native()->syscalls[j].name),
				__NR_SCMP_ERROR);
}

static void numbers_no_two_calls_alike(void **state)
{
	const struct pseudo *end = pseudo_calls + pseudo_count;

	(void)state;
	for (const struct pseudo *a = pseudo_calls; a < end; a++) {
		assert_true(a->nr < -99);
		for (const struct pseudo *b = a + 1; b < end; b++) {
			assert_true(strcmp(a->name, b->name) < 0);
			/* libseccomp's own slip. */
			if (strcmp(a->name, "switch_endian") != 0)
				assert_int_not_equal(a->nr, b->nr);
		}
	}
}

static void finds_the_way_through_multiplexers(void **state)
{
	struct gate gate;

	(void)state;
	assert_int_equal(name_number(x86(), "socket"), -101);
	assert_int_equal(name_entrance(x86(), "socket"), 102);
	assert_int_equal(name_entrance(x86(), "shmat"), 117);
	assert_int_equal(name_entrance(x86(), "read"), 3);
	assert_true(number_gate(x86(), -101, &gate));
	assert_int_equal(gate.direct, 359);
	assert_int_equal(gate.entrance, 102);
	assert_int_equal(gate.call, 1);
	assert_true(number_gate(x86(), 359, &gate));
	assert_int_equal(gate.call, 1);
	assert_true(number_gate(x86(), -201, &gate));
	assert_int_equal(gate.direct, -201);
	assert_int_equal(gate.call, 1);
	assert_true(number_gate(x86(), -224, &gate));
	assert_int_equal(gate.call, 24);
	assert_false(number_gate(x86(), 3, &gate));
	assert_false(number_gate(x86(), -10108, &gate));
	assert_false(number_gate(abi_arch(SCMP_ARCH_X86_64), 41, &gate));
}

static void takes_our_own_pseudo_numbers_for_names(void **state)
{
	int nr;

	(void)state;
	/* A program compiled where the kernel's headers have no mseal. */
	assert_int_equal(number_translate(-20462, arch_native(), &nr), 0);
	assert_int_equal(nr, arch_syscall_named(arch_native(), "mseal")->nr);
	/* libseccomp's are taken for what they are. */
	assert_int_equal(number_translate(-101, arch_native(), &nr), 0);
	assert_int_equal(nr, -101);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_every_architecture_by_libseccomps_name),
		cmocka_unit_test(resolves_every_call_of_every_architecture_both_ways),
		cmocka_unit_test(gives_every_native_call_a_number_everywhere),
		cmocka_unit_test(numbers_no_two_calls_alike),
		cmocka_unit_test(finds_the_way_through_multiplexers),
		cmocka_unit_test(takes_our_own_pseudo_numbers_for_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
