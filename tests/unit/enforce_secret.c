/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about memory at addresses that cannot be guessed. */
#include "enforce/secret.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DRAWS = 400 };

static void every_bit_of_an_address_is_random(void **state)
{
	int ones[47] = { 0 };

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct secret s = { 0 };

		assert_int_equal(secret_map(100, 1, &s, NULL), 0);
		for (int bit = 0; bit < 47; bit++)
			ones[bit] += (int)((uintptr_t)s.address >> bit & 1);
		secret_unmap(&s);
	}
	/* A fair bit leaves this band of 6.5 standard deviations once in 10^10 runs. */
	for (int bit = 0; bit < 47; bit++)
		assert_in_range(ones[bit], DRAWS / 2 - 65, DRAWS / 2 + 65);
}

static void all_bytes_are_there_and_zero(void **state)
{
	(void)state;
	for (size_t size = 1; size < 20000; size += 997) {
		struct secret s = { 0 };

		assert_int_equal(secret_map(size, 8, &s, NULL), 0);
		assert_int_equal((uintptr_t)s.address % 8, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(((char *)s.address)[i], 0);
		memset(s.address, 1, size);
		secret_unmap(&s);
	}
}

static void unmaps_what_it_mapped(void **state)
{
	struct secret s = { 0 };
	char line[256], start[32];
	bool found = false;

	(void)state;
	assert_int_equal(secret_map(5000, 1, &s, NULL), 0);
	snprintf(start, sizeof(start), "%lx-", (unsigned long)(uintptr_t)s.pages);
	secret_unmap(&s);
	assert_null(s.pages);
	FILE *maps = fopen("/proc/self/maps", "re");
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		found = found || strncmp(line, start, strlen(start)) == 0;
	fclose(maps);
	assert_false(found);
}

static void refuses_sizes_that_cannot_be(void **state)
{
	struct secret s = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(secret_map(0, 1, &s, &e), -ENOMEM);
	assert_int_equal(secret_map(SIZE_MAX, 1, &s, &e), -ENOMEM);
	assert_null(s.pages);
}

static void copies_an_array_with_its_strings(void **state)
{
	static char big[100000];
	char *const strings[] = { (char *)"ls", (char *)"", big, NULL };
	struct secret s = { 0 };

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	assert_int_equal(secret_strings(strings, &s, NULL), 0);
	char **copies = s.address;
	for (int i = 0; i < 3; i++) {
		assert_string_equal(copies[i], strings[i]);
		assert_ptr_not_equal(copies[i], strings[i]);
		assert_true(copies[i] >= (char *)s.address &&
			    copies[i] < (char *)s.address + s.size);
	}
	assert_null(copies[3]);
	secret_unmap(&s);
}

static void copies_an_empty_array(void **state)
{
	char *const none[] = { NULL };
	struct secret s = { 0 };

	(void)state;
	assert_int_equal(secret_strings(none, &s, NULL), 0);
	assert_null(*(char **)s.address);
	secret_unmap(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_of_an_address_is_random),
		cmocka_unit_test(all_bytes_are_there_and_zero),
		cmocka_unit_test(unmaps_what_it_mapped),
		cmocka_unit_test(refuses_sizes_that_cannot_be),
		cmocka_unit_test(copies_an_array_with_its_strings),
		cmocka_unit_test(copies_an_empty_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
