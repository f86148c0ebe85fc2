/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about recording a run and reading it back. */
#include "tests/unit/events.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

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
	for (unsigned calls = 1000; calls <= 2000000; calls *= 2000) {
		const char *path = in(&f, calls == 1000 ? "few" : "many");
		struct store *s = opened(path, STORE_WRITE);
		struct recorder *r = recording(s, "app", NULL);

		for (unsigned i = 0; i < calls; i++) {
			struct event event =
				call("openat", (uint64_t)-100, ADDRESS("/etc/hosts"), i % 7, 0);

			event.time = i * 1000;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_it_was_told),
		cmocka_unit_test(grows_with_behaviour_and_not_with_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
