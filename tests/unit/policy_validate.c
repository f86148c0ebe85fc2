/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about contradictions. */
#include "policy/text.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What policy_validate says of these rules on x86_64. */
static int validate(const char *rules, struct err *e)
{
	autopolicy struct policy *p = NULL;
	char text[2000];

	snprintf(text, sizeof(text), "wont 1\narch x86_64 {\n%s\n}\n", rules);
	assert_int_equal(policy_parse(text, strlen(text), "t", &p, e), 0);
	return policy_validate(p, e);
}

static void accepts_rules_that_exclude_each_other(void **state)
{
	static const char *const good[] = {
		"read -> errno(EPERM)\nread -> errno(EPERM)",
		"read: fd == 0 -> errno(EPERM)\nread: fd != 0 -> errno(EACCES)",
		"read -> errno(EPERM)\nwrite -> errno(EACCES)",
		"read -> errno(EPERM)\nread -> trap(3)\nread -> kill\nread -> log",
		"read: fd < 5 -> errno(1)\nread: fd in 5..9 -> errno(2)\nread: fd > 9 -> errno(3)",
		"open: flags & O_CREAT -> errno(1)\nopen: !(flags & O_CREAT) -> errno(2)",
		"read: false -> errno(1)\nread -> errno(2)",
	};
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(good); i++)
		assert_int_equal(validate(good[i], &e), 0);
}

static void names_both_rules_and_a_call(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
		validate("read: fd < 5 -> errno(EPERM)\nread: fd > 3 -> errno(EACCES)", &e),
		-EINVAL);
	assert_non_null(strstr(e.text, "line 3"));
	assert_non_null(strstr(e.text, "line 4"));
	assert_non_null(strstr(e.text, "errno(EPERM)"));
	assert_non_null(strstr(e.text, "errno(EACCES)"));
	assert_non_null(strstr(e.text, "read(0x4, "));
}

static void finds_a_contradiction_among_three(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(validate("read: fd == 1 -> trap(1)\nread: fd == 2 -> trap(2)\n"
				  "read: fd in 2..3 -> trap(9)",
				  &e),
			 -EINVAL);
	assert_non_null(strstr(e.text, "trap(2) (line 4) and trap(9) (line 5)"));
}

static void sees_through_different_words_for_one_bit(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(validate("open: flags & O_CREAT -> errno(1)\n"
				  "open: (flags & ~(O_CREAT|O_TRUNC)) == O_RDWR -> errno(2)",
				  &e),
			 -EINVAL);
	assert_int_equal(validate("open: flags & O_CREAT -> errno(1)\n"
				  "open: (flags & ~O_TRUNC) == O_RDWR -> errno(2)",
				  &e),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_rules_that_exclude_each_other),
		cmocka_unit_test(names_both_rules_and_a_call),
		cmocka_unit_test(finds_a_contradiction_among_three),
		cmocka_unit_test(sees_through_different_words_for_one_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
