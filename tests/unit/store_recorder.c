/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about recording a run and reading it back. */
#include "tests/unit/events.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The observations of what spec means. */
static struct observations observations(struct store *s, const char *spec)
{
	autoruns struct runs runs = { 0 };
	struct observations o = { 0 };
	struct err e = { 0 };

	if (store_resolve(s, spec, &runs, &e) || store_observations(s, &runs, true, &o, &e))
		fail_msg("%s", e.text);
	return o;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void gives_back_what_it_was_told(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", "1.0");

	tell(r, event_of(EVENT_START, &first));
	tell(r, call("read", 7, 4096, 10));
	tell(r, call("read", 9, 4096, 4));
	tell(r, call("openat", (uint64_t)-100, ADDRESS("/etc/passwd"), 0));
	finish(r, RUN_COMPLETE);
	autoobservations struct observations o = observations(s, "app@1.0");
	assert_int_equal(o.all.len, 2);
	const struct observation *read = &o.all.data[0], *openat = &o.all.data[1];
	assert_string_equal(read->exe, "/bin/sh");
	assert_string_equal(read->exe_id, "build-id:01");
	assert_int_equal(read->count, 2);
	assert_int_equal(read->args[0].kind, FOLD_ANY);
	assert_int_equal(read->args[0].class, ARG_FD);
	assert_int_equal(read->args[2].kind, FOLD_RANGE);
	assert_int_equal(read->args[2].low, 4);
	assert_int_equal(read->args[2].high, 10);
	assert_int_equal(openat->args[0].kind, FOLD_VALUE);
	assert_true((int64_t)openat->args[0].low == -100);
	assert_int_equal(openat->args[3].kind, FOLD_NONE);
	assert_int_equal(openat->texts.len, 1);
	assert_string_equal(openat->texts.data[0].bytes, "/etc/passwd");
	assert_int_equal(openat->command_len, sizeof("cat\0-n"));
	folder_fini(&f);
}

static void grows_with_behaviour_and_not_with_calls(void **state)
{
	struct folder f;
	struct stat few, many;

	(void)state;
	folder_init(&f);
	for (unsigned calls = 1000; calls <= 500000; calls *= 500) {
		const char *path = in(&f, calls == 1000 ? "few" : "many");
		struct store *s = opened(path, STORE_WRITE);
		struct recorder *r = recording(s, "app", NULL);

		for (unsigned i = 0; i < calls; i++) {
			struct event event =
				call("openat", (uint64_t)-100, ADDRESS("/etc/hosts"), i % 7, 0);

			event.time = now() + i * 1000000; /* a flush every 250 */
			tell(r, event);
		}
		finish(r, RUN_COMPLETE);
		store_close(s);
	}
	assert_int_equal(stat(in(&f, "few"), &few), 0);
	assert_int_equal(stat(in(&f, "many"), &many), 0);
	assert_int_equal(few.st_size, many.st_size);
	folder_fini(&f);
}

static void writes_what_changes_after_the_first_time(void **state)
{
	struct event text = call("openat", 3, ADDRESS("/etc/hosts"), 0);
	struct event length = call("read", 3, 4096, 100);
	struct folder f;

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	for (uint64_t i = 1; i <= 5; i++) {
		text.time = length.time = now() + i * 1000000000;
		length.args[2] = i * 100;
		tell(r, length);
		tell(r, text);
		if (i == 3)
			text.args[1] = ADDRESS("/etc/fstab");
	}
	finish(r, RUN_COMPLETE);
	autoobservations struct observations o = observations(s, "app");
	assert_int_equal(o.all.len, 2);
	assert_int_equal(o.all.data[0].count, 5);
	assert_int_equal(o.all.data[0].args[2].low, 100);
	assert_int_equal(o.all.data[0].args[2].high, 500);
	assert_true(o.all.data[0].last - o.all.data[0].first > 3900000000);
	assert_int_equal(o.all.data[1].texts.len, 2);
	assert_int_equal(o.all.data[1].texts.data[0].count, 2);
	assert_string_equal(o.all.data[1].texts.data[1].bytes, "/etc/hosts");
	assert_int_equal(o.all.data[1].texts.data[1].count, 3);
	folder_fini(&f);
}

static void waits_in_memory_for_another_writer(void **state)
{
	struct event event = call("openat", 3, ADDRESS("/etc/hosts"), 0);
	sqlite3 *other = NULL;
	struct folder f;

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	assert_int_equal(sqlite3_open(in(&f, "db"), &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (uint64_t i = 1; i <= 3; i++) {
		event.time = now() + i * 1000000000;
		tell(r, event);
	}
	assert_int_equal(recorder_tick(r), 0);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	finish(r, RUN_COMPLETE);
	autoobservations struct observations o = observations(s, "app");
	assert_int_equal(o.all.data[0].count, 3);
	folder_fini(&f);
}

static void joins_equal_tuples_of_several_runs(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	for (uint64_t i = 0; i < 3; i++) {
		struct recorder *r = recording(s, "app", NULL);

		tell(r, call("read", 3, 4096, 10 + i));
		if (i == 1)
			tell(r, call("read", 0, 4096, 10));
		finish(r, RUN_COMPLETE);
	}
	autoobservations struct observations o = observations(s, "app");
	assert_int_equal(o.runs, 3);
	assert_int_equal(o.all.len, 2);
	assert_int_equal(o.all.data[0].runs, 1);
	assert_int_equal(o.all.data[0].run_indices.data[0], 1);
	assert_int_equal(o.all.data[1].runs, 3);
	assert_int_equal(o.all.data[1].args[2].low, 10);
	assert_int_equal(o.all.data[1].args[2].high, 12);
	folder_fini(&f);
}

static void marks_a_run_lossy_that_was_past_its_bounds(void **state)
{
	struct event event = call("getpid");
	struct err e = { 0 };
	struct folder f;

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	for (uint32_t i = 0; i < 2000; i++) {
		event.nr = 100000 + i;
		tell(r, event);
	}
	finish(r, RUN_COMPLETE);
	autoruns struct runs runs = { 0 };
	assert_int_equal(store_runs(s, "app", NULL, &runs, &e), 0);
	assert_int_equal(runs.all.data[0].state, RUN_LOSSY);
	assert_int_equal(runs.all.data[0].lost, 2000 - 1024);
	assert_non_null(strstr(runs.all.data[0].reason, "bounds"));
	folder_fini(&f);
}

static int close_of_a_run_while(void (*happens)(const struct folder *))
{
	struct folder f;
	struct err e = { 0 };

	folder_init(&f);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	tell(r, event_of(EVENT_START, &first));
	happens(&f);
	int code = recorder_close(r, RUN_COMPLETE, NULL, 0, 0, &e);
	assert_true(!code || strstr(e.text, "removed or moved"));
	store_close(s);
	folder_fini(&f);
	return code;
}

static void nothing(const struct folder *f)
{
	(void)f;
}

static void it_is_removed(const struct folder *f)
{
	assert_int_equal(unlink(in(f, "db")), 0);
}

static void another_takes_its_place(const struct folder *f)
{
	assert_int_equal(rename(in(f, "db"), in(f, "moved")), 0);
	close(open(in(f, "db"), O_CREAT | O_RDWR, 0600));
}

static void a_database_that_has_lost_its_name_is_no_store(void **state)
{
	(void)state;
	assert_int_equal(close_of_a_run_while(nothing), 0);
	assert_int_equal(close_of_a_run_while(it_is_removed), -ESTALE);
	assert_int_equal(close_of_a_run_while(another_takes_its_place), -ESTALE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_it_was_told),
		cmocka_unit_test(grows_with_behaviour_and_not_with_calls),
		cmocka_unit_test(writes_what_changes_after_the_first_time),
		cmocka_unit_test(waits_in_memory_for_another_writer),
		cmocka_unit_test(joins_equal_tuples_of_several_runs),
		cmocka_unit_test(marks_a_run_lossy_that_was_past_its_bounds),
		cmocka_unit_test(a_database_that_has_lost_its_name_is_no_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
