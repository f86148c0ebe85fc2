/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about argument signatures. */
#include "arch/arch.h"

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

static const struct signature *signature_of(const char *arch_name, const char *call_name,
					    const uint64_t args[SYSCALL_ARGS])
{
	const struct arch *arch = arch_by_name(arch_name);
	const struct syscall *call = arch_syscall_named(arch, call_name);

	assert_non_null(call);
	return args ? syscall_signature(arch, call, args) : call->signature;
}

static enum arg_class class_of(const char *call, unsigned arg, const uint64_t args[SYSCALL_ARGS])
{
	return signature_of("x86_64", call, args)->args[arg].class;
}

static const char *group_of(const char *arch, const char *call, unsigned arg,
			    const uint64_t args[SYSCALL_ARGS])
{
	return arch_group(arch_by_name(arch), signature_of(arch, call, args)->args[arg].group).name;
}

static void check_argument(const struct arch *arch, const struct syscall *call, unsigned i)
{
	const struct arg *arg = &call->signature->args[i];

	if (i >= call->signature->count) {
		assert_int_equal(arg->class, ARG_NONE);
		return;
	}
	assert_true(arg->name && *arg->name && arg->type && *arg->type);
	assert_int_equal(signature_arg(call->signature, arg->name), i);
	/* arg0 to arg5 are the raw registers in profiles. */
	assert_false(strlen(arg->name) == 4 && strncmp(arg->name, "arg", 3) == 0 &&
		     arg->name[3] >= '0' && arg->name[3] <= '5');
	assert_true(arg->bits == 32 || arg->bits == 64);
	assert_true(arg->bits <= arch->bits);
	assert_true(arg->group < arch->group_count);
	assert_true(!arg->group || arg_class_is_exact(arg->class) || arg->class == ARG_FD);
	assert_true(arg->class != ARG_FD || (arg->bits == 32 && arg->is_signed));
}

static void every_argument_is_described(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++)
		for (size_t i = 0; i < (*a)->count; i++) {
			assert_true((*a)->syscalls[i].signature->count <= SYSCALL_ARGS);
			for (unsigned arg = 0; arg < SYSCALL_ARGS; arg++)
				check_argument(*a, &(*a)->syscalls[i], arg);
		}
}

/* Tries one argument's value: nothing but class and group may differ from the call's own. */
static void check_variant(const struct arch *arch, const struct syscall *call, unsigned arg,
			  uint64_t value, const struct signature *own)
{
	uint64_t args[SYSCALL_ARGS] = { 0 };
	const struct signature *s;

	args[arg] = value;
	s = syscall_signature(arch, call, args);
	assert_int_equal(s->count, own->count);
	for (unsigned i = 0; i < s->count; i++) {
		assert_string_equal(s->args[i].name, own->args[i].name);
		assert_string_equal(s->args[i].type, own->args[i].type);
		assert_int_equal(s->args[i].bits, own->args[i].bits);
		assert_int_equal(s->args[i].is_signed, own->args[i].is_signed);
		assert_true(s->args[i].group < arch->group_count);
	}
}

static void variants_keep_names_and_widths(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++)
		for (size_t i = 0; i < (*a)->count; i++) {
			const struct syscall *call = &(*a)->syscalls[i];

			for (unsigned arg = 0; arg < call->signature->count; arg++) {
				const struct constant_group g =
					arch_group(*a, call->signature->args[arg].group);

				for (size_t c = 0; c < g.count; c++)
					check_variant(*a, call, arg, g.constants[c].value,
						      call->signature);
			}
		}
}

static void mode_counts_only_where_a_file_may_be_created(void **state)
{
	(void)state;
	assert_int_equal(class_of("openat", 3, NULL), ARG_MODE);
	assert_int_equal(class_of("openat", 3, (uint64_t[6]){ 0, 0, O_RDONLY | O_CLOEXEC }),
			 ARG_NONE);
	assert_int_equal(class_of("openat", 3, (uint64_t[6]){ 0, 0, O_RDWR | O_CREAT }), ARG_MODE);
	assert_int_equal(class_of("openat", 3, (uint64_t[6]){ 0, 0, O_RDWR | O_TMPFILE }),
			 ARG_MODE);
	assert_int_equal(class_of("openat", 3, (uint64_t[6]){ 0, 0, O_DIRECTORY }), ARG_NONE);
	assert_int_equal(class_of("open", 2, (uint64_t[6]){ 0, 0xdead00000000 | O_CREAT }),
			 ARG_MODE);
	assert_int_equal(class_of("open", 2, (uint64_t[6]){ 0, (uint64_t)O_CREAT << 32 }),
			 ARG_NONE);
}

static void selectors_choose_what_follows(void **state)
{
	const uint64_t getfd[6] = { 3, F_GETFD };
	const uint64_t setfl[6] = { 3, 0xffffffff00000000 | F_SETFL };
	const uint64_t inet[6] = { AF_INET };
	const uint64_t netlink[6] = { AF_NETLINK };
	const uint64_t dumpable[6] = { PR_GET_DUMPABLE };

	(void)state;
	assert_int_equal(class_of("fcntl", 2, getfd), ARG_NONE);
	assert_int_equal(class_of("fcntl", 2, setfl), ARG_FLAGS);
	assert_string_equal(group_of("x86_64", "fcntl", 2, setfl), "open_flags");
	assert_string_equal(group_of("i386", "fcntl64", 2, setfl), "open_flags");
	assert_string_equal(group_of("x86_64", "socket", 2, inet), "ip_protocol");
	assert_string_equal(group_of("x86_64", "socket", 2, netlink), "netlink_protocol");
	assert_string_equal(group_of("x86_64", "socket", 2, NULL), "none");
	for (unsigned i = 1; i < 5; i++)
		assert_int_equal(class_of("prctl", i, dumpable), ARG_NONE);
	assert_int_equal(class_of("mremap", 4, (uint64_t[6]){ 0, 0, 0, MREMAP_MAYMOVE }), ARG_NONE);
	assert_int_equal(class_of("mremap", 4, (uint64_t[6]){ 0, 0, 0, MREMAP_FIXED }),
			 ARG_ADDRESS);
}

static void futex_flags_do_not_hide_the_operation(void **state)
{
	const uint64_t wake[6] = { 0, FUTEX_WAKE_PRIVATE };
	const uint64_t wait[6] = { 0, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME };

	(void)state;
	for (unsigned i = 3; i < 6; i++)
		assert_int_equal(class_of("futex", i, wake), ARG_NONE);
	assert_int_equal(class_of("futex", 3, wait), ARG_POINTER);
	assert_int_equal(class_of("futex", 4, wait), ARG_NONE);
	assert_int_equal(class_of("futex", 5, wait), ARG_VALUE);
}

static void clone_order_is_that_of_the_architecture(void **state)
{
	const uint64_t thread[6] = { CLONE_VM | CLONE_SETTLS };
	const struct signature *s64 = signature_of("x86_64", "clone", thread);
	const struct signature *s32 = signature_of("i386", "clone", thread);

	(void)state;
	assert_string_equal(s64->args[3].name, "child_tid");
	assert_string_equal(s64->args[4].name, "tls");
	assert_string_equal(s32->args[3].name, "tls");
	assert_string_equal(s32->args[4].name, "child_tid");
	assert_int_equal(s64->args[4].class, ARG_ADDRESS);
	assert_int_equal(s32->args[3].class, ARG_ADDRESS);
	assert_int_equal(s64->args[2].class, ARG_NONE);
	assert_int_equal(s64->args[3].class, ARG_NONE);
}

static void wide_values_take_two_registers_on_i386(void **state)
{
	const struct signature *s = signature_of("i386", "pread64", NULL);

	(void)state;
	assert_int_equal(s->count, 5);
	assert_string_equal(s->args[3].name, "offset_lo");
	assert_string_equal(s->args[4].name, "offset_hi");
	assert_false(s->args[3].is_signed);
	assert_true(s->args[4].is_signed);
	assert_int_equal(signature_of("i386", "sync_file_range", NULL)->count, 6);
	assert_int_equal(signature_of("i386", "fallocate", NULL)->count, 6);
	assert_int_equal(signature_of("x86_64", "pread64", NULL)->count, 4);
}

static void widths_are_the_kernels(void **state)
{
	const struct signature *mmap_args = signature_of("x86_64", "mmap", NULL);
	const struct signature *ioctl_args = signature_of("x86_64", "ioctl", NULL);

	(void)state;
	assert_int_equal(mmap_args->args[2].bits, 64);
	assert_int_equal(mmap_args->args[3].bits, 64);
	assert_int_equal(mmap_args->args[4].bits, 32);
	assert_int_equal(ioctl_args->args[1].bits, 32);
	assert_false(ioctl_args->args[1].is_signed);
	assert_int_equal(signature_of("x86_64", "clone", NULL)->args[0].bits, 64);
	assert_int_equal(signature_of("x86_64", "prctl", NULL)->args[1].bits, 64);
	assert_int_equal(signature_of("x86_64", "personality", NULL)->args[0].bits, 32);
	assert_int_equal(signature_of("x32", "ioctl", NULL)->args[2].bits, 32);
	assert_int_equal(signature_of("i386", "mmap2", NULL)->args[2].bits, 32);
}

static void every_class_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int a = ARG_NONE; a <= ARG_VALUE; a++) {
		assert_string_not_equal(arg_class_name(a), "unknown");
		for (int b = ARG_NONE; b < a; b++)
			assert_string_not_equal(arg_class_name(a), arg_class_name(b));
	}
	assert_true(arg_class_is_exact(ARG_SELECTOR) && arg_class_is_exact(ARG_FLAGS) &&
		    arg_class_is_exact(ARG_MODE));
	assert_false(arg_class_is_exact(ARG_FD) || arg_class_is_exact(ARG_NONE));
}

/* The arguments' names, joined by blanks. */
static const char *argument_names(const char *arch, const char *call)
{
	static char names[128];
	const struct signature *s = signature_of(arch, call, NULL);

	names[0] = '\0';
	for (unsigned i = 0; i < s->count; i++) {
		strcat(names, i ? " " : "");
		strcat(names, s->args[i].name);
	}
	return names;
}

static void puts_64_bit_values_where_the_architecture_does(void **state)
{
	static const struct {
		const char *arch, *call, *names;
	} known[] = {
		{ "i386", "pread64", "fd buf count offset_lo offset_hi" },
		{ "arm", "pread64", "fd buf count pad offset_lo offset_hi" },
		{ "mips", "pread64", "fd buf count pad offset_hi offset_lo" },
		{ "mipsel", "pread64", "fd buf count pad offset_lo offset_hi" },
		{ "ppc", "pread64", "fd buf count pad offset_hi offset_lo" },
		{ "s390", "pread64", "fd buf count offset_hi offset_lo" },
		{ "parisc", "pread64", "fd buf count offset_hi offset_lo" },
		{ "m68k", "pread64", "fd buf count offset_hi offset_lo" },
		{ "sh", "pread64", "fd buf count pad offset_lo offset_hi" },
		{ "sheb", "pread64", "fd buf count pad offset_hi offset_lo" },
		{ "mips64", "pread64", "fd buf count offset" },
		{ "mips64n32", "pread64", "fd buf count offset" },
		{ "x32", "preadv", "fd iov iovcnt pos" },
		{ "mips64n32", "preadv", "fd iov iovcnt pos_l pos_h" },
		{ "arm", "truncate64", "path pad length_lo length_hi" },
		{ "sh", "truncate64", "path length_lo length_hi" },
		{ "arm", "fallocate", "fd mode offset_lo offset_hi len_lo len_hi" },
		{ "arm", "sync_file_range2", "fd flags offset_lo offset_hi nbytes_lo nbytes_hi" },
		{ "ppc", "sync_file_range2", "fd flags offset_hi offset_lo nbytes_hi nbytes_lo" },
		{ "mips", "sync_file_range", "fd pad offset_hi offset_lo nbytes_hi nbytes_lo" },
		{ "parisc", "sync_file_range", "fd offset_hi offset_lo nbytes_hi nbytes_lo flags" },
		{ "arm", "arm_fadvise64_64", "fd advice offset_lo offset_hi len_lo len_hi" },
		{ "ppc", "fadvise64_64", "fd advice offset_hi offset_lo len_hi len_lo" },
		{ "s390", "fadvise64_64", "args" },
		{ "s390", "mmap2", "args" },
		{ "s390x", "mmap", "args" },
		{ "mips", "mmap", "addr length prot flags fd offset" },
	};

	(void)state;
	for (size_t i = 0; i < countof(known); i++)
		assert_string_equal(argument_names(known[i].arch, known[i].call), known[i].names);
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* Halves stand side by side in the order of memory, from an even register on where pads are. */
static void check_halves(const struct arch *arch, const struct signature *s)
{
	static const char *const endings[] = { "_lo", "_hi" };

	for (unsigned i = 0; i + 1 < s->count; i++) {
		const char *first = endings[arch->is_big_endian],
			   *second = endings[!arch->is_big_endian];

		if (s->args[i].class == ARG_NONE && strcmp(s->args[i].name, "pad") == 0)
			assert_true(ends_with(s->args[i + 1].name, first));
		if (!ends_with(s->args[i].name, first))
			continue;
		assert_true(ends_with(s->args[i + 1].name, second));
		assert_int_equal(s->args[i].bits, 32);
		i++;
	}
}

static void halves_stand_in_the_order_of_memory(void **state)
{
	(void)state;
	for (const struct arch *const *a = arches; *a; a++)
		for (size_t i = 0; i < (*a)->count; i++)
			check_halves(*a, (*a)->syscalls[i].signature);
}

static void clone_takes_its_arguments_in_the_architectures_order(void **state)
{
	static const char common[] = "flags stack parent_tid child_tid tls";
	static const char backwards[] = "flags stack parent_tid tls child_tid";
	static const char stack_first[] = "stack flags parent_tid child_tid tls";

	(void)state;
	for (const struct arch *const *a = arches; *a; a++) {
		const char *name = (*a)->name;
		const char *want = backwards;

		if (strcmp(name, "x86_64") == 0 || strcmp(name, "x32") == 0 ||
		    strcmp(name, "m68k") == 0 || strncmp(name, "sh", 2) == 0 ||
		    strcmp(name, "loongarch64") == 0)
			want = common;
		else if (strncmp(name, "s390", 4) == 0)
			want = stack_first;
		assert_string_equal(argument_names(name, "clone"), want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_argument_is_described),
		cmocka_unit_test(variants_keep_names_and_widths),
		cmocka_unit_test(mode_counts_only_where_a_file_may_be_created),
		cmocka_unit_test(selectors_choose_what_follows),
		cmocka_unit_test(futex_flags_do_not_hide_the_operation),
		cmocka_unit_test(clone_order_is_that_of_the_architecture),
		cmocka_unit_test(wide_values_take_two_registers_on_i386),
		cmocka_unit_test(widths_are_the_kernels),
		cmocka_unit_test(every_class_has_a_word_of_its_own),
		cmocka_unit_test(puts_64_bit_values_where_the_architecture_does),
		cmocka_unit_test(halves_stand_in_the_order_of_memory),
		cmocka_unit_test(clone_takes_its_arguments_in_the_architectures_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
