/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about counting what did not come. */
#include "audit/serials.h"

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

#include <string.h>

enum { TRIALS = 1000, EVENTS_MAX = 20000, SHUFFLE = 50 };

static struct serials s;

static int begin(void **state)
{
	(void)state;
	memset(&s, 0, sizeof(s));
	return 0;
}

static void note_range(uint32_t from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		serials_note(&s, from + i);
}

static void nothing_is_missing_of_nothing(void **state)
{
	(void)state;
	assert_true(serials_missing(&s) == 0);
	serials_note(&s, 7);
	assert_true(serials_missing(&s) == 0);
}

static void a_gap_is_counted_to_the_one(void **state)
{
	(void)state;
	note_range(100, 50);
	note_range(153, 50);
	assert_true(serials_missing(&s) == 3);
	serials_note(&s, 151);
	assert_true(serials_missing(&s) == 2);
}

static void several_records_of_an_event_count_once(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		note_range(100, 50);
	assert_true(serials_missing(&s) == 0);
	assert_true(s.came == 50);
}

static void serials_may_wrap_around(void **state)
{
	(void)state;
	note_range(UINT32_MAX - 10, 30);
	assert_true(serials_missing(&s) == 0);
	serials_note(&s, 25);
	assert_true(serials_missing(&s) == 25 - 19);
}

static void a_gap_larger_than_the_window_is_counted(void **state)
{
	(void)state;
	serials_note(&s, 1);
	serials_note(&s, 3 * SERIALS_WINDOW);
	assert_true(serials_missing(&s) == 3 * SERIALS_WINDOW - 2);
	/* Too late to be told from one that was there. */
	serials_note(&s, 2);
	assert_true(serials_missing(&s) == 3 * SERIALS_WINDOW - 2);
	serials_note(&s, 3 * SERIALS_WINDOW - 5);
	assert_true(serials_missing(&s) == 3 * SERIALS_WINDOW - 3);
}

static void what_is_older_than_the_first_is_no_news(void **state)
{
	(void)state;
	note_range(100, 5);
	note_range(90, 10);
	assert_true(serials_missing(&s) == 0);
	assert_true(s.came == 5);
}

/* A part of the events lost, between 0.01 % and 99 %; the others a little out of order. */
static void try_once(struct random *r)
{
	static uint32_t kept[EVENTS_MAX];
	static const unsigned rates[] = { 1, 10, 100, 500, 1000, 5000, 9000, 9900 };
	uint32_t start = (uint32_t)random_next(r), count = 0, lost = 0;
	uint32_t events = 100 + (uint32_t)random_below(r, EVENTS_MAX - 100);
	unsigned rate = rates[random_below(r, countof(rates))];

	for (uint32_t i = 0; i < events; i++) {
		bool is_end = i == 0 || i == events - 1;

		if (!is_end && random_below(r, 10000) < rate)
			lost++;
		else
			kept[count++] = start + i;
	}
	for (uint32_t i = 1; i + SHUFFLE + 1 < count; i += SHUFFLE) {
		uint32_t a = i + (uint32_t)random_below(r, SHUFFLE);
		uint32_t b = i + (uint32_t)random_below(r, SHUFFLE), c = kept[a];

		kept[a] = kept[b];
		kept[b] = c;
	}
	for (uint32_t i = 0; i < count; i++)
		serials_note(&s, kept[i]);
	assert_true(serials_missing(&s) == lost);
}

static void a_thousand_losses_are_all_known_exactly(void **state)
{
	struct random r = { .state = 2026 };

	for (unsigned i = 0; i < TRIALS; i++) {
		begin(state);
		try_once(&r);
	}
}

#define claim(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		claim(nothing_is_missing_of_nothing),
		claim(a_gap_is_counted_to_the_one),
		claim(several_records_of_an_event_count_once),
		claim(serials_may_wrap_around),
		claim(a_gap_larger_than_the_window_is_counted),
		claim(what_is_older_than_the_first_is_no_news),
		claim(a_thousand_losses_are_all_known_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
