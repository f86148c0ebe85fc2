/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the list of back ends. */
#include "tracer/tracer.h"

#include "tests/unit/unit.h"

#include <string.h>

static void every_backend_is_complete_and_found_by_its_name(void **state)
{
	(void)state;
	assert_non_null(backends[0]);
	for (const struct backend *const *b = backends; *b; b++) {
		assert_true(*(*b)->name && *(*b)->summary);
		assert_non_null((*b)->check);
		assert_non_null((*b)->record);
		assert_ptr_equal(backend_by_name((*b)->name), *b);
	}
}

static void an_unknown_name_is_no_backend(void **state)
{
	(void)state;
	assert_null(backend_by_name(""));
	assert_null(backend_by_name("ptrac"));
	assert_null(backend_by_name("ptrace "));
}

static void ptrace_is_the_default(void **state)
{
	(void)state;
	assert_string_equal(backends[0]->name, "ptrace");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_backend_is_complete_and_found_by_its_name),
		cmocka_unit_test(an_unknown_name_is_no_backend),
		cmocka_unit_test(ptrace_is_the_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
