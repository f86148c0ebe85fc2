/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about merging databases. */
#include "tests/unit/events.h"

#include <sqlite3.h>
#include <sys/stat.h>

/* Everything that a database says, without the numbers of its rows. */
static const char *const content[] = {
	"SELECT uuid, app, release, backend, command, known, kernel, machine, state, reason, start,"
	" duration, calls, lost, tuples, processes, status FROM run ORDER BY uuid",
	"SELECT path, identity FROM exe ORDER BY 1, 2",
	"SELECT r.uuid, p.number, p.image, p.parent, p.pid, e.path, hex(p.argv), p.start, p.finish,"
	" p.status FROM process p JOIN run r ON r.id = p.run JOIN exe e ON e.id = p.exe"
	" ORDER BY 1, 2, 3",
	"SELECT r.uuid, o.number, e.path, e.identity, o.arch, o.nr, o.classes, o.a0, o.a1, o.a2,"
	" o.a3, o.a4, o.a5, o.count, o.first, o.last, o.capped, o.sampled, o.process, o.image"
	" FROM observation o JOIN run r ON r.id = o.run JOIN exe e ON e.id = o.exe ORDER BY 1, 2",
	"SELECT r.uuid, t.observation, t.number, t.arg, hex(t.bytes), t.count FROM text t"
	" JOIN run r ON r.id = t.run ORDER BY 1, 2, 3",
	"SELECT r.uuid, s.observation, s.frames FROM stack s JOIN run r ON r.id = s.run"
	" ORDER BY 1, 2",
	"SELECT app, release, sha256, time, text FROM profile ORDER BY 1, 2, 3",
	"SELECT * FROM denial ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
	"SELECT * FROM canary ORDER BY 1",
};

static int put_row(void *context, int count, char **values, char **names)
{
	struct str *out = context;

	(void)names;
	for (int i = 0; i < count; i++)
		str_putf(out, "%s|", values[i] ? values[i] : "NULL");
	str_putc(out, '\n');
	return 0;
}

static char *dump(const char *path)
{
	struct str out = { 0 };
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	for (size_t i = 0; i < countof(content); i++)
		if (sqlite3_exec(db, content[i], put_row, &out, NULL))
			fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	return str_take(&out);
}

static void merge(const char *into, const char *from)
{
	autostore struct store *s = opened(into, STORE_WRITE);
	struct err e = { 0 };

	if (store_merge(s, from, &e))
		fail_msg("%s", e.text);
}

static void record_some(struct recorder *r, uint64_t seed)
{
	struct event got = call("openat", (uint64_t)-100, ADDRESS("/etc/hosts"), seed % 3);

	got.probe = &stack_probe;
	tell(r, event_of(EVENT_START, &first));
	tell(r, got);
	for (uint64_t i = 0; i < 5; i++)
		tell(r, call("lseek", 3 + i, seed * i, i % 3));
	tell(r, event_of(EVENT_START, &second));
	tell(r, call_of(&second, "read", (uint64_t[SYSCALL_ARGS]){ seed % 4, 4096, seed }));
}

static void put_profile(struct store *s, const char *text, const char *sha256)
{
	struct err e = { 0 };

	if (store_profile_put(s, "app", "1", text, sha256, &e))
		fail_msg("%s", e.text);
}

static void put_denial(struct store *s, int64_t time, uint64_t count)
{
	struct denial d = { .time = time,
			    .count = count,
			    .last = time + (int64_t)count,
			    .app = "app",
			    .pid = 7,
			    .arch = arch_native(),
			    .nr = 39,
			    .has_args = true,
			    .args = { 1, 2, 3 },
			    .action = "kill_process" };
	struct err e = { 0 };

	if (store_denial_put(s, &d, &e))
		fail_msg("%s", e.text);
}

/* The same canary, as it was seen until some moment. */
static void put_canary(struct store *s, int64_t finish)
{
	struct canary c = { .uuid = "00000000-0000-4000-8000-000000000001",
			    .app = "app",
			    .profile = "aa",
			    .start = 1,
			    .finish = finish,
			    .watched = 10 - finish,
			    .lifeline = "" };
	struct err e = { 0 };

	if (store_canary_put(s, &c, &e))
		fail_msg("%s", e.text);
}

/*
 * a: a run, complete, and a profile. b: a's run as it was half-way, and one of its own. c: a run
 * that was lost, the same profile later, denials, a canary further on.
 */
static void make_three(const struct folder *f)
{
	struct store *a = opened(in(f, "a"), STORE_WRITE), *b = opened(in(f, "b"), STORE_WRITE),
		     *c = opened(in(f, "c"), STORE_WRITE);
	struct recorder *half = recording(a, "app", "1"), *own = recording(b, "app", "1"),
			*dead = recording(c, "app", "2");
	struct err e = { 0 };

	record_some(half, 11);
	put_profile(a, "wont 1\n", "aa");
	tell(half,
	     (struct event){ .kind = EVENT_START, .process = &second, .time = UINT64_MAX / 2 });
	assert_int_equal(store_merge(b, in(f, "a"), &e), 0);
	record_some(half, 12);
	finish(half, RUN_COMPLETE);
	record_some(own, 13);
	finish(own, RUN_LOSSY);
	record_some(dead, 14);
	tell(dead,
	     (struct event){ .kind = EVENT_START, .process = &second, .time = UINT64_MAX / 2 });
	recorder_abandon(dead);
	put_profile(c, "wont 1\n", "aa");
	put_profile(c, "wont 1\n# c\n", "cc");
	put_denial(c, 5, 3);
	put_denial(c, 6, 1);
	put_denial(b, 5, 4);
	put_canary(a, 3);
	put_canary(c, 7);
	store_close(a);
	store_close(b);
	store_close(c);
}

static void gives_the_same_in_every_order(void **state)
{
	static const char *const orders[] = { "abc", "acb", "bac", "bca", "cab", "cba" };
	autofree char *want = NULL;
	struct folder f;

	(void)state;
	folder_init(&f);
	make_three(&f);
	for (size_t i = 0; i < countof(orders); i++) {
		for (const char *name = orders[i]; *name; name++)
			merge(in(&f, orders[i]), in(&f, (char[]){ *name, 0 }));
		autofree char *got = dump(in(&f, orders[i]));
		if (!want)
			want = take(got);
		else
			assert_string_equal(got, want);
	}
	assert_non_null(strstr(want, "complete"));
	assert_non_null(strstr(want, "truncated"));
	assert_non_null(strstr(want, "lossy"));
	folder_fini(&f);
}

static void groups_as_it_likes(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	make_three(&f);
	/* (a + b) + c and a + (b + c), the latter on top of what is there. */
	merge(in(&f, "ab"), in(&f, "a"));
	merge(in(&f, "ab"), in(&f, "b"));
	merge(in(&f, "left"), in(&f, "ab"));
	merge(in(&f, "left"), in(&f, "c"));
	merge(in(&f, "b"), in(&f, "c"));
	merge(in(&f, "a"), in(&f, "b"));
	autofree char *left = dump(in(&f, "left")), *right = dump(in(&f, "a"));
	assert_string_equal(left, right);
	folder_fini(&f);
}

static void changes_nothing_the_second_time(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	make_three(&f);
	merge(in(&f, "a"), in(&f, "b"));
	autofree char *once = dump(in(&f, "a"));
	merge(in(&f, "a"), in(&f, "b"));
	merge(in(&f, "a"), in(&f, "a"));
	autofree char *twice = dump(in(&f, "a"));
	assert_string_equal(once, twice);
	folder_fini(&f);
}

static void does_not_touch_its_source(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	make_three(&f);
	autofree char *before = dump(in(&f, "b"));
	merge(in(&f, "out"), in(&f, "b"));
	autofree char *after = dump(in(&f, "b"));
	assert_string_equal(before, after);
	assert_int_not_equal(access(in(&f, "b-wal"), F_OK), 0);
	folder_fini(&f);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void leaves_a_run_alone_that_is_being_recorded_here(void **state)
{
	struct err e = { 0 };
	struct folder f;

	(void)state;
	folder_init(&f);
	autostore struct store *a = opened(in(&f, "a"), STORE_WRITE);
	struct recorder *r = recording(a, "app", "1");
	record_some(r, 1);
	tell(r, (struct event){ .kind = EVENT_START, .process = &second, .time = UINT64_MAX / 2 });
	merge(in(&f, "b"), in(&f, "a"));
	run_sql(in(&f, "b"),
		"UPDATE run SET state = 'complete', calls = 99; DELETE FROM observation");
	assert_int_equal(store_merge(a, in(&f, "b"), &e), 0);
	record_some(r, 2);
	finish(r, RUN_COMPLETE);
	autoruns struct runs runs = { 0 };
	assert_int_equal(store_runs(a, NULL, NULL, &runs, &e), 0);
	assert_int_equal(runs.all.len, 1);
	assert_int_equal(runs.all.data[0].state, RUN_COMPLETE);
	assert_int_equal(runs.all.data[0].calls, 14);
	folder_fini(&f);
}

static void refuses_a_source_that_is_not_as_we_make_them(void **state)
{
	static const char *const attacks[] = {
		"CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END",
		"CREATE VIEW v AS SELECT 1",
		"CREATE TABLE more (x)",
		"ALTER TABLE run ADD COLUMN more TEXT",
		"DROP TABLE text",
		"PRAGMA user_version = 0",
		"PRAGMA user_version = 77",
		"PRAGMA application_id = 1",
		"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, "
		"'STRICT', '')"
		" WHERE name = 'run'",
		"PRAGMA foreign_keys = OFF; UPDATE observation SET exe = 99",
		"PRAGMA foreign_keys = OFF; UPDATE text SET observation = 99",
		"PRAGMA ignore_check_constraints = ON; UPDATE run SET uuid = "
		"'../../../../../../../tmp/"
		"wont-was-here' WHERE id = 1",
	};

	(void)state;
	for (size_t i = 0; i < countof(attacks); i++) {
		struct err e = { 0 };
		struct folder f;

		folder_init(&f);
		make_three(&f);
		autofree char *before = dump(in(&f, "a"));
		run_sql(in(&f, "b"), attacks[i]);
		struct store *s = opened(in(&f, "a"), STORE_WRITE);
		if (store_merge(s, in(&f, "b"), &e) == 0)
			fail_msg("accepted: %s", attacks[i]);
		assert_true(strlen(e.text) > 0);
		store_close(s);
		autofree char *after = dump(in(&f, "a"));
		assert_string_equal(before, after);
		folder_fini(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_same_in_every_order),
		cmocka_unit_test(groups_as_it_likes),
		cmocka_unit_test(changes_nothing_the_second_time),
		cmocka_unit_test(does_not_touch_its_source),
		cmocka_unit_test(leaves_a_run_alone_that_is_being_recorded_here),
		cmocka_unit_test(refuses_a_source_that_is_not_as_we_make_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
