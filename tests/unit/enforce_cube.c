/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about sets of words that some of their bits tell. */
#include "enforce/cube.h"

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

/* A word with some bits at either end, where the edges are. */
static uint32_t random_word(struct random *r)
{
	uint32_t low = (uint32_t)random_below(r, 64), high = (uint32_t)random_below(r, 4) << 30;

	return random_below(r, 2) ? low | high : ~(low | high);
}

static void counts_what_it_has(void **state)
{
	struct random r = { 0 };

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct cube c = { random_word(&r), random_word(&r) };
		uint32_t low = random_word(&r), more = (uint32_t)random_below(&r, 200);
		uint32_t high = UINT32_MAX - low < more ? UINT32_MAX : low + more;
		uint64_t count = 0;

		for (uint64_t x = low; x <= high; x++)
			count += cube_has(&c, (uint32_t)x);
		assert_int_equal(cube_count(&c, low, high), count);
	}
}

static void counts_all_words(void **state)
{
	const struct cube all = { 0, 0 }, odd = { 1, 1 }, one = { UINT32_MAX, 7 }, none = { 1, 2 };

	(void)state;
	assert_int_equal(cube_count(&all, 0, UINT32_MAX), UINT64_C(1) << 32);
	assert_int_equal(cube_count(&odd, 0, UINT32_MAX), UINT64_C(1) << 31);
	assert_int_equal(cube_count(&one, 0, UINT32_MAX), 1);
	assert_int_equal(cube_count(&none, 0, UINT32_MAX), 0);
}

static void knows_what_values_have_in_common(void **state)
{
	struct random r = { 0 };

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct likeness l = { 0 }, expected = { 0 };

		for (int i = 0; i < 3; i++) {
			uint32_t low = random_word(&r) & 0xffffff;
			uint32_t high = low + (uint32_t)random_below(&r, 50);

			likeness_add(&l, low, high);
			for (uint32_t x = low; x <= high; x++) {
				expected.any |= x;
				expected.lacking |= ~x;
				expected.count++;
			}
		}
		assert_memory_equal(&l, &expected, sizeof(l));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_it_has),
		cmocka_unit_test(counts_all_words),
		cmocka_unit_test(knows_what_values_have_in_common),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
