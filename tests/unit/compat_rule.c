/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about rules as libseccomp takes them: each was first found out from libseccomp 2.5.4. */
#include "compat/context.h"

#include "base/cleanup.h"
#include "enforce/filter.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

/* The interface's own macros leave out the second value where there is none. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define ALLOW SCMP_ACT_ALLOW
#define DENY  SCMP_ACT_ERRNO(EPERM)

enum { READ = 0, WRITE = 1, SOCKET = 41, SHMAT = 30, I386_SOCKETCALL = 102, I386_IPC = 117 };

/* What the filter says to a call. */
static uint32_t verdict(scmp_filter_ctx ctx, struct call call)
{
	autofilter struct filter f = { 0 };
	size_t len = 0;
	autofree char *bytes = NULL;
	uint32_t ret;

	assert_int_equal(seccomp_export_bpf_mem(ctx, NULL, &len), 0);
	bytes = malloc(len);
	assert_int_equal(seccomp_export_bpf_mem(ctx, bytes, &len), 0);
	assert_int_equal(filter_from_bytes(bytes, len, &f, NULL), 0);
	assert_int_equal(filter_simulate(&f, &call, &ret, NULL, NULL), 0);
	return ret;
}

static uint32_t on_write(scmp_filter_ctx ctx, uint64_t a0, uint64_t a1)
{
	return verdict(ctx, (struct call){ WRITE, SCMP_ARCH_X86_64, 0, { a0, a1 } });
}

static uint32_t on_x86(scmp_filter_ctx ctx, uint32_t nr, uint64_t a0, uint64_t a1)
{
	return verdict(ctx, (struct call){ nr, SCMP_ARCH_X86, 0, { a0, a1 } });
}

static int setup(void **state)
{
	*state = seccomp_init(SCMP_ACT_KILL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	seccomp_release(*state);
	return 0;
}

static void refuses_what_is_no_rule(void **state)
{
	scmp_filter_ctx c = *state;
	struct scmp_arg_cmp twice[] = { SCMP_A0(SCMP_CMP_GE, 1), SCMP_A0(SCMP_CMP_LE, 4) };

	assert_int_equal(seccomp_rule_add(c, SCMP_ACT_KILL, WRITE, 0), -EACCES);
	assert_int_equal(seccomp_rule_add(c, 0x12345, WRITE, 0), -EINVAL);
	assert_int_equal(seccomp_rule_add(c, SCMP_ACT_ERRNO(4095), WRITE, 0), -EINVAL);
	assert_int_equal(seccomp_rule_add(c, ALLOW, -1, 0), -EINVAL);
	assert_int_equal(seccomp_rule_add(c, ALLOW, -99, 0), -EINVAL);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 7), -EINVAL);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_CMP(6, SCMP_CMP_EQ, 1)),
			 -EINVAL);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_CMP(0, 8, 1)), -EINVAL);
	assert_int_equal(seccomp_rule_add_array(c, ALLOW, WRITE, 2, twice), -EINVAL);
	assert_int_equal(seccomp_rule_add_array(c, ALLOW, WRITE, 1, NULL), -EINVAL);
	assert_int_equal(seccomp_rule_add(NULL, ALLOW, WRITE, 0), -EINVAL);
	assert_int_equal(on_write(c, 0, 0), SCMP_ACT_KILL);
}

static void lets_the_first_unconditional_rule_stand_alone(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 1)), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 0), 0);
	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 0), 0);
	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 2)), 0);
	assert_int_equal(on_write(c, 1, 0), ALLOW);
	assert_int_equal(on_write(c, 2, 0), ALLOW);
}

static void refuses_the_same_condition_with_another_action(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 1)), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 1)), 0);
	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 1)), -EEXIST);
	assert_int_equal(on_write(c, 1, 0), ALLOW);
}

static void takes_a_shorter_rule_for_the_longer_ones_it_begins(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 2, SCMP_A1(SCMP_CMP_EQ, 6),
					  SCMP_A0(SCMP_CMP_EQ, 5)),
			 0);
	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 5)), -EEXIST);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 5)), 0);
	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 2, SCMP_A0(SCMP_CMP_EQ, 5),
					  SCMP_A1(SCMP_CMP_EQ, 7)),
			 0);
	assert_int_equal(on_write(c, 5, 7), ALLOW);
}

/* Where both hold, the first of each pair decides, whichever was added first. */
static void tells_which_of_two_rules_goes_first(void **state)
{
	static const struct {
		struct scmp_arg_cmp first, second;
	} pairs[] = {
		{ SCMP_A1(SCMP_CMP_LE, 9), SCMP_A0(SCMP_CMP_EQ, 5) },
		{ SCMP_A0(SCMP_CMP_EQ, 5), SCMP_A0(SCMP_CMP_MASKED_EQ, 7, 5) },
		{ SCMP_A0(SCMP_CMP_EQ, 5), SCMP_A0(SCMP_CMP_NE, 4) },
		{ SCMP_A0(SCMP_CMP_MASKED_EQ, 7, 5), SCMP_A0(SCMP_CMP_MASKED_EQ, 4, 4) },
		{ SCMP_A0(SCMP_CMP_NE, 4), SCMP_A0(SCMP_CMP_LE, 5) },
		{ SCMP_A0(SCMP_CMP_LE, 5), SCMP_A0(SCMP_CMP_LE, 6) },
		{ SCMP_A0(SCMP_CMP_LE, 5), SCMP_A0(SCMP_CMP_GE, 5) },
		{ SCMP_A0(SCMP_CMP_GE, 4), SCMP_A0(SCMP_CMP_GE, 3) },
	};

	(void)state;
	for (unsigned i = 0; i < 4 * sizeof(pairs) / sizeof(*pairs); i++) {
		const struct scmp_arg_cmp *one = &pairs[i / 4].first;
		const struct scmp_arg_cmp *two = &pairs[i / 4].second;
		uint32_t action = i & 1 ? ALLOW : DENY;
		uint32_t other = i & 1 ? DENY : ALLOW;
		scmp_filter_ctx c = seccomp_init(SCMP_ACT_TRAP);

		if (i & 2)
			assert_int_equal(seccomp_rule_add_array(c, other, WRITE, 1, two), 0);
		assert_int_equal(seccomp_rule_add_array(c, action, WRITE, 1, one), 0);
		if (!(i & 2))
			assert_int_equal(seccomp_rule_add_array(c, other, WRITE, 1, two), 0);
		assert_int_equal(on_write(c, 5, 0), action);
		seccomp_release(c);
	}
}

static void tells_errnos_of_overlapping_rules_apart(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_rule_add(c, SCMP_ACT_ERRNO(2), WRITE, 1, SCMP_A0(SCMP_CMP_GE, 3)),
			 0);
	assert_int_equal(seccomp_rule_add(c, SCMP_ACT_ERRNO(1), WRITE, 1, SCMP_A0(SCMP_CMP_GE, 5)),
			 0);
	assert_int_equal(on_write(c, 4, 0), SCMP_ACT_ERRNO(2));
	assert_int_equal(on_write(c, 6, 0), SCMP_ACT_ERRNO(1));
}

static void compares_64_bits_where_a_long_has_them(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_arch_add(c, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 0x100000005)),
			 0);
	assert_int_equal(on_write(c, 5, 0), SCMP_ACT_KILL);
	assert_int_equal(on_write(c, 0x100000005, 0), ALLOW);
	assert_int_equal(on_x86(c, 4, 5, 0), ALLOW);
}

static void takes_an_empty_mask_for_no_condition(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 5)), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_MASKED_EQ, 0, 7)),
			 0);
	assert_int_equal(on_write(c, 5, 0), ALLOW);
}

static void masks_the_value_too(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(
		seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_MASKED_EQ, 0xf, 0x1f)), 0);
	assert_int_equal(on_write(c, 0x2f, 0), ALLOW);
	assert_int_equal(on_write(c, 0x2e, 0), SCMP_ACT_KILL);
}

static void allows_calls_behind_multiplexers(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_arch_add(c, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, SOCKET, 1, SCMP_A0(SCMP_CMP_EQ, 7)), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, SHMAT, 0), 0);
	assert_int_equal(on_x86(c, 359, 7, 0), ALLOW);
	assert_int_equal(on_x86(c, 359, 1, 0), SCMP_ACT_KILL);
	assert_int_equal(on_x86(c, I386_SOCKETCALL, 1, 0), ALLOW);
	assert_int_equal(on_x86(c, I386_SOCKETCALL, 2, 0), SCMP_ACT_KILL);
	assert_int_equal(on_x86(c, I386_IPC, 21, 0), ALLOW);
	assert_int_equal(on_x86(c, 397, 0, 0), ALLOW);
}

static void adds_exactly_or_not_at_all(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_rule_add_exact(c, ALLOW, SCMP_SYS(mmap2), 0), -EDOM);
	assert_int_equal(seccomp_rule_add(c, ALLOW, SCMP_SYS(mmap2), 0), 0);
	assert_int_equal(seccomp_rule_add_exact(c, ALLOW, READ, 0), 0);
	assert_int_equal(seccomp_arch_add(c, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_rule_add_exact(c, ALLOW, WRITE, 0), -EOPNOTSUPP);
	assert_int_equal(seccomp_arch_remove(c, SCMP_ARCH_NATIVE), 0);
	assert_int_equal(seccomp_rule_add_exact(c, ALLOW, SOCKET, 1, SCMP_A0(SCMP_CMP_EQ, 7)),
			 -EINVAL);
	assert_int_equal(seccomp_rule_add_exact(c, ALLOW, SOCKET, 0), 0);
	assert_int_equal(on_x86(c, I386_SOCKETCALL, 1, 0), ALLOW);
}

static void gives_all_arches_a_rule_or_none(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_arch_add(c, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 5)), 0);
	/* New on x86_64; on x86, where values are cut, a clash. */
	assert_int_equal(seccomp_rule_add(c, DENY, WRITE, 1, SCMP_A0(SCMP_CMP_EQ, 0x100000005)),
			 -EEXIST);
	assert_int_equal(on_write(c, 0x100000005, 0), SCMP_ACT_KILL);
	assert_int_equal(seccomp_rule_add(c, ALLOW, 1000, 0), -EFAULT);
}

static void skips_calls_only_where_that_is_asked_for(void **state)
{
	scmp_filter_ctx c = *state;

	assert_int_equal(seccomp_attr_set(c, SCMP_FLTATR_API_TSKIP, 1), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, -1, 0), 0);
	assert_int_equal(verdict(c, (struct call){ UINT32_MAX, SCMP_ARCH_X86_64, 0, { 0 } }),
			 ALLOW);
	assert_int_equal(seccomp_rule_add(c, ALLOW, -2, 0), -EINVAL);
}

#define CLAIM(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(refuses_what_is_no_rule),
		CLAIM(lets_the_first_unconditional_rule_stand_alone),
		CLAIM(refuses_the_same_condition_with_another_action),
		CLAIM(takes_a_shorter_rule_for_the_longer_ones_it_begins),
		CLAIM(tells_which_of_two_rules_goes_first),
		CLAIM(tells_errnos_of_overlapping_rules_apart),
		CLAIM(compares_64_bits_where_a_long_has_them),
		CLAIM(takes_an_empty_mask_for_no_condition),
		CLAIM(masks_the_value_too),
		CLAIM(allows_calls_behind_multiplexers),
		CLAIM(adds_exactly_or_not_at_all),
		CLAIM(gives_all_arches_a_rule_or_none),
		CLAIM(skips_calls_only_where_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
