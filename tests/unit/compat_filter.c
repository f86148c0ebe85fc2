/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about filters as a whole, libseccomp 2.6's additions above all. */
#include "compat/context.h"

#include "base/cleanup.h"
#include "compat/kernel.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The interface's own macros leave out the second value where there is none. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define ALLOW SCMP_ACT_ALLOW

/* The program as bytes, to be freed. */
static char *exported(scmp_filter_ctx ctx, size_t *len)
{
	char *bytes;

	*len = 0;
	assert_int_equal(seccomp_export_bpf_mem(ctx, NULL, len), 0);
	bytes = malloc(*len);
	assert_int_equal(seccomp_export_bpf_mem(ctx, bytes, len), 0);
	return bytes;
}

static void assert_same(scmp_filter_ctx a, scmp_filter_ctx b)
{
	size_t lens[2];
	autofree char *one = exported(a, &lens[0]);
	autofree char *two = exported(b, &lens[1]);

	assert_int_equal(lens[0], lens[1]);
	assert_memory_equal(one, two, lens[0]);
}

static scmp_filter_ctx with(int nr)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL);

	assert_int_equal(seccomp_rule_add(c, ALLOW, nr, 0), 0);
	return c;
}

static void exports_into_memory_what_it_writes(void **state)
{
	scmp_filter_ctx c = with(SCMP_SYS(read));
	autoclose int fd = memfd_create("filter", MFD_CLOEXEC);
	char written[4096];
	size_t len;
	autofree char *bytes = exported(c, &len);
	size_t room = len - 1;

	(void)state;
	assert_int_equal(seccomp_export_bpf(c, fd), 0);
	assert_int_equal(pread(fd, written, sizeof(written), 0), len);
	assert_memory_equal(written, bytes, len);
	assert_int_equal(seccomp_export_bpf_mem(c, written, &room), -ERANGE);
	assert_int_equal(room, len);
	assert_int_equal(seccomp_export_bpf_mem(c, written, NULL), -EINVAL);
	assert_int_equal(seccomp_export_bpf_mem(NULL, written, &room), -EINVAL);
	seccomp_release(c);
}

static void takes_back_rejected_transactions_only(void **state)
{
	scmp_filter_ctx c = with(SCMP_SYS(read));
	scmp_filter_ctx read_only = with(SCMP_SYS(read));
	uint32_t value;

	(void)state;
	assert_int_equal(seccomp_transaction_start(c), 0);
	assert_int_equal(seccomp_rule_add(c, ALLOW, SCMP_SYS(write), 0), 0);
	assert_int_equal(seccomp_transaction_start(c), 0);
	assert_int_equal(seccomp_arch_add(c, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_attr_set(c, SCMP_FLTATR_CTL_NNP, 0), 0);
	assert_int_equal(seccomp_transaction_commit(c), 0);
	assert_int_equal(seccomp_arch_exist(c, SCMP_ARCH_X86), 0);
	/* What was committed within is still subject to what is around it. */
	seccomp_transaction_reject(c);
	assert_int_equal(seccomp_arch_exist(c, SCMP_ARCH_X86), -EEXIST);
	assert_int_equal(seccomp_attr_get(c, SCMP_FLTATR_CTL_NNP, &value), 0);
	assert_int_equal(value, 1);
	assert_same(c, read_only);
	seccomp_transaction_reject(c);
	assert_same(c, read_only);
	assert_int_equal(seccomp_transaction_start(NULL), -EINVAL);
	seccomp_release(c);
	seccomp_release(read_only);
}

static void compiles_ahead_and_again_after_a_change(void **state)
{
	scmp_filter_ctx c = with(SCMP_SYS(read));
	scmp_filter_ctx both = with(SCMP_SYS(read));
	const struct sock_filter *codes;

	(void)state;
	assert_int_equal(seccomp_precompute(c), 0);
	codes = context_of(c)->product.codes;
	assert_non_null(codes);
	assert_int_equal(seccomp_precompute(c), 0);
	assert_ptr_equal(context_of(c)->product.codes, codes);
	assert_int_equal(seccomp_rule_add(c, ALLOW, SCMP_SYS(write), 0), 0);
	assert_null(context_of(c)->product.codes);
	assert_int_equal(seccomp_rule_add(both, ALLOW, SCMP_SYS(write), 0), 0);
	assert_same(c, both);
	assert_int_equal(seccomp_precompute(NULL), -EINVAL);
	seccomp_release(c);
	seccomp_release(both);
}

/* Far more than 4096 instructions: nothing is exported, and nothing would be loaded. */
static void refuses_rules_that_fit_into_no_filter(void **state)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL);
	size_t len = 0;

	(void)state;
	for (uint64_t i = 1; i < 3000; i++)
		assert_int_equal(seccomp_rule_add(c, ALLOW, SCMP_SYS(ioctl), 2,
						  SCMP_A0(SCMP_CMP_EQ, i * 0x9e3779b97f4a7c15),
						  SCMP_A1(SCMP_CMP_EQ, i * 0xbf58476d1ce4e5b9)),
				 0);
	assert_int_equal(seccomp_precompute(c), -EFAULT);
	assert_int_equal(seccomp_load(c), -EFAULT);
	assert_int_equal(seccomp_export_bpf_mem(c, NULL, &len), -EFAULT);
	seccomp_release(c);
}

static void merges_what_is_apart(void **state)
{
	scmp_filter_ctx a = with(SCMP_SYS(read));
	scmp_filter_ctx b = with(SCMP_SYS(read));

	(void)state;
	assert_int_equal(seccomp_merge(a, b), -EEXIST);
	assert_int_equal(seccomp_merge(a, NULL), -EINVAL);
	assert_int_equal(seccomp_arch_add(b, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_arch_remove(b, SCMP_ARCH_NATIVE), 0);
	assert_int_equal(seccomp_attr_set(b, SCMP_FLTATR_CTL_NNP, 0), 0);
	assert_int_equal(seccomp_merge(a, b), -EINVAL);
	assert_int_equal(seccomp_attr_set(b, SCMP_FLTATR_CTL_NNP, 1), 0);
	assert_int_equal(seccomp_merge(a, b), 0);
	assert_int_equal(seccomp_arch_exist(a, SCMP_ARCH_X86), 0);
	seccomp_release(a);
}

static void works_on_no_filter_without_arches(void **state)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL);
	uint32_t value;

	(void)state;
	assert_int_equal(seccomp_arch_remove(c, SCMP_ARCH_NATIVE), 0);
	assert_int_equal(seccomp_arch_remove(c, SCMP_ARCH_NATIVE), -EEXIST);
	assert_int_equal(seccomp_rule_add(c, ALLOW, SCMP_SYS(read), 0), -EINVAL);
	assert_int_equal(seccomp_attr_get(c, SCMP_FLTATR_CTL_NNP, &value), -EINVAL);
	assert_int_equal(seccomp_load(c), -EINVAL);
	assert_int_equal(seccomp_reset(c, SCMP_ACT_KILL), 0);
	assert_int_equal(seccomp_arch_exist(c, SCMP_ARCH_NATIVE), 0);
	seccomp_release(c);
}

static void offers_what_the_level_has(void **state)
{
	scmp_filter_ctx c = with(SCMP_SYS(read));
	unsigned level = seccomp_api_get();

	(void)state;
	assert_int_equal(seccomp_api_set(0), -EINVAL);
	assert_int_equal(seccomp_api_set(8), -EINVAL);
	assert_int_equal(seccomp_api_set(1), 0);
	assert_null(seccomp_init(SCMP_ACT_LOG));
	assert_int_equal(seccomp_rule_add(c, SCMP_ACT_NOTIFY, 1, 0), -EINVAL);
	assert_int_equal(seccomp_attr_set(c, SCMP_FLTATR_CTL_TSYNC, 1), -EOPNOTSUPP);
	assert_int_equal(seccomp_notify_id_valid(-1, 0), -EOPNOTSUPP);
	assert_int_equal(seccomp_api_set(6), 0);
	assert_int_equal(seccomp_attr_set(c, SCMP_FLTATR_CTL_WAITKILL, 1), -EOPNOTSUPP);
	assert_int_equal(seccomp_api_set(7), 0);
	assert_int_equal(seccomp_attr_set(c, SCMP_FLTATR_CTL_WAITKILL, 1), 0);
	assert_int_equal(seccomp_rule_add(c, SCMP_ACT_NOTIFY, 1, 0), 0);
	assert_int_equal(seccomp_reset(NULL, 0), 0);
	assert_int_equal(seccomp_api_get(), level);
	seccomp_release(c);
}

static void fails_where_there_is_no_listener(void **state)
{
	scmp_filter_ctx c = with(SCMP_SYS(read));

	(void)state;
	assert_int_equal(seccomp_notify_receive(-1, NULL), -ECANCELED);
	assert_int_equal(seccomp_notify_respond(-1, NULL), -ECANCELED);
	assert_int_equal(seccomp_notify_id_valid(-1, 0), -ENOENT);
	assert_int_equal(seccomp_notify_fd(NULL), -EINVAL);
	assert_int_equal(seccomp_notify_fd(c), -EFAULT);
	seccomp_release(c);
}

static void is_version_2_6(void **state)
{
	(void)state;
	assert_int_equal(seccomp_version()->major, 2);
	assert_int_equal(seccomp_version()->minor, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exports_into_memory_what_it_writes),
		cmocka_unit_test(takes_back_rejected_transactions_only),
		cmocka_unit_test(compiles_ahead_and_again_after_a_change),
		cmocka_unit_test(refuses_rules_that_fit_into_no_filter),
		cmocka_unit_test(merges_what_is_apart),
		cmocka_unit_test(works_on_no_filter_without_arches),
		cmocka_unit_test(offers_what_the_level_has),
		cmocka_unit_test(fails_where_there_is_no_listener),
		cmocka_unit_test(is_version_2_6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
