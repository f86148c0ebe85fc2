/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the hash table. */
#include "base/map.h"

#include "tests/unit/unit.h"

#include <stdlib.h>

static void behaves_like_an_array_under_random_use(void **state)
{
	enum { KEYS = 500, STEPS = 200000 };
	struct map m = { 0 };
	int values[KEYS];
	void *model[KEYS] = { 0 };
	size_t count = 0;

	(void)state;
	srand(1);
	for (int step = 0; step < STEPS; step++) {
		int key = rand() % KEYS;

		if (rand() % 2) {
			count += !model[key];
			model[key] = &values[rand() % KEYS];
			assert_int_equal(map_put(&m, &key, sizeof(key), model[key]), 0);
		} else {
			count -= !!model[key];
			assert_ptr_equal(map_remove(&m, &key, sizeof(key)), model[key]);
			model[key] = NULL;
		}
		assert_int_equal(m.count, count);
	}
	for (int key = 0; key < KEYS; key++)
		assert_ptr_equal(map_get(&m, &key, sizeof(key)), model[key]);
	size_t at = 0, seen = 0;
	while (map_next(&m, &at))
		seen++;
	assert_int_equal(seen, count);
	map_fini(&m);
}

static void tells_keys_of_different_length_apart(void **state)
{
	struct map m = { 0 };
	int a, b;

	(void)state;
	assert_int_equal(map_put(&m, "x\0", 1, &a), 0);
	assert_int_equal(map_put(&m, "x\0", 2, &b), 0);
	assert_ptr_equal(map_get(&m, "x\0", 1), &a);
	assert_ptr_equal(map_get(&m, "x\0", 2), &b);
	map_fini(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behaves_like_an_array_under_random_use),
		cmocka_unit_test(tells_keys_of_different_length_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
