/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about denials and canaries in the store. */
#include "tests/unit/events.h"

#include "store/sql.h"

#include <sqlite3.h>
#include <sys/stat.h>

static struct denial denial_at(int64_t time, uint64_t count)
{
	return (struct denial){
		.time = time,
		.last = time + (int64_t)count - 1,
		.count = count,
		.app = "app",
		.exe = "/bin/app",
		.pid = 7,
		.arch = arch_native(),
		.nr = 41,
		.has_args = true,
		.args = { 16, 3, 0, UINT64_MAX, 0, 1 },
		.text = "x\\x1b",
		.action = "log",
		.source = "audit",
		.canary = "",
	};
}

static void put(struct store *s, struct denial d)
{
	struct err e = { 0 };

	if (store_denial_put(s, &d, &e))
		fail_msg("%s", e.text);
}

static void list(struct store *s, const char *app, int64_t since, struct denials *out)
{
	struct err e = { 0 };

	if (store_denials(s, app, NULL, since, out, &e))
		fail_msg("%s", e.text);
}

static void gives_back_what_was_put(void **state)
{
	autodenials struct denials all = { 0 };
	struct folder f;

	(void)state;
	folder_init(&f);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	put(s, denial_at(100, 3));
	list(s, "app", 0, &all);
	assert_int_equal(all.all.len, 1);
	const struct denial *d = &all.all.data[0];
	assert_int_equal(d->time, 100);
	assert_int_equal(d->last, 102);
	assert_int_equal(d->count, 3);
	assert_string_equal(d->exe, "/bin/app");
	assert_ptr_equal(d->arch, arch_native());
	assert_int_equal(d->nr, 41);
	assert_true(d->has_args);
	assert_int_equal(d->args[0], 16);
	assert_true(d->args[3] == UINT64_MAX);
	assert_string_equal(d->text, "x\\x1b");
	assert_string_equal(d->source, "audit");
	store_close(s);
	folder_fini(&f);
}

static void counts_only_grow(void **state)
{
	autodenials struct denials all = { 0 };
	struct folder f;

	(void)state;
	folder_init(&f);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	put(s, denial_at(100, 5));
	put(s, denial_at(100, 9));
	put(s, denial_at(100, 2));
	list(s, NULL, 0, &all);
	assert_int_equal(all.all.len, 1);
	assert_int_equal(all.all.data[0].count, 9);
	assert_int_equal(all.all.data[0].last, 108);
	store_close(s);
	folder_fini(&f);
}

static void selects_by_app_and_time(void **state)
{
	autodenials struct denials none = { 0 }, late = { 0 };
	struct denial other = denial_at(300, 1);
	struct folder f;

	(void)state;
	folder_init(&f);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	put(s, denial_at(100, 1));
	other.app = "other";
	other.has_args = false;
	put(s, other);
	list(s, "nobody", 0, &none);
	assert_int_equal(none.all.len, 0);
	list(s, NULL, 101, &late);
	assert_int_equal(late.all.len, 1);
	assert_string_equal(late.all.data[0].app, "other");
	assert_false(late.all.data[0].has_args);
	store_close(s);
	folder_fini(&f);
}

static void takes_an_older_schema_along(void **state)
{
	autodenials struct denials all = { 0 };
	struct folder f;
	sqlite3 *db = NULL;

	(void)state;
	folder_init(&f);
	assert_int_equal(sqlite3_open(in(&f, "db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql_migrations[0], NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "INSERT INTO denial VALUES (5, 'app', '1', '/bin/app', 9, "
				      "'x86_64', 39, '', '', 'kill_process')",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	chmod(in(&f, "db"), 0600);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	list(s, "app", 5, &all);
	assert_int_equal(all.all.len, 1);
	assert_int_equal(all.all.data[0].count, 1);
	assert_int_equal(all.all.data[0].last, 5);
	assert_string_equal(all.all.data[0].source, "explain");
	store_close(s);
	folder_fini(&f);
}

static void keeps_canaries(void **state)
{
	autocanaries struct canaries all = { 0 };
	struct canary c = { .app = "app",
			    .profile = "aa",
			    .start = 10,
			    .finish = 20,
			    .watched = 5,
			    .lifeline = "boot 1 2" };
	struct err e = { 0 };
	struct folder f;

	(void)state;
	folder_init(&f);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	assert_int_equal(store_canary_put(s, &c, &e), 0);
	assert_int_equal(strlen(c.uuid), 36);
	c.finish = 30;
	c.watched = 3;
	c.is_whole = true;
	assert_int_equal(store_canary_update(s, &c, &e), 0);
	c.finish = 25;
	c.is_whole = false;
	assert_int_equal(store_canary_update(s, &c, &e), 0);
	assert_int_equal(store_canaries(s, "app", &all, &e), 0);
	assert_int_equal(all.all.len, 1);
	assert_string_equal(all.all.data[0].uuid, c.uuid);
	assert_int_equal(all.all.data[0].finish, 30);
	assert_int_equal(all.all.data[0].watched, 5);
	assert_true(all.all.data[0].is_whole);
	assert_string_equal(all.all.data[0].lifeline, "boot 1 2");
	store_close(s);
	folder_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_put),
		cmocka_unit_test(counts_only_grow),
		cmocka_unit_test(selects_by_app_and_time),
		cmocka_unit_test(takes_an_older_schema_along),
		cmocka_unit_test(keeps_canaries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
