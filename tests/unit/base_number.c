/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about numbers in text. */
#include "base/number.h"

#include "tests/unit/unit.h"

static void reads_digits_and_stops_behind_them(void **state)
{
	const char *at = "18446744073709551615 x";
	uint64_t n = 0;

	(void)state;
	assert_true(number_read(&at, &n));
	assert_true(n == UINT64_MAX);
	assert_string_equal(at, " x");
}

static void refuses_what_is_no_number(void **state)
{
	static const char *const texts[] = { "", " 1", "-1", "x", "18446744073709551616" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const char *at = texts[i];
		uint64_t n = 7;

		assert_false(number_read(&at, &n));
		assert_ptr_equal(at, texts[i]);
		assert_int_equal(n, 7);
	}
}

static void finds_the_number_behind_a_word(void **state)
{
	uint64_t n = 0;

	(void)state;
	assert_true(number_after("Tgid:\t 42\n", "Tgid:", &n));
	assert_int_equal(n, 42);
	assert_false(number_after("Pid:\t42", "Tgid:", &n));
	assert_false(number_after("Tgid:\tx", "Tgid:", &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_digits_and_stops_behind_them),
		cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(finds_the_number_behind_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
