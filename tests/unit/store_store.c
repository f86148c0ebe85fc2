/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about opening the store: what it makes, what it refuses, what a dead recorder leaves. */
#include "tests/unit/events.h"

#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { STRANGER = 54321 }; /* a user that nobody is */

/* Opening must fail with this code, and say something with this word in it. */
static void refuses(const char *path, enum store_mode mode, int code, const char *word)
{
	struct store *s = NULL;
	struct err e = { 0 };
	int got = store_open(path, mode, &s, &e);

	if (got != code || !strstr(e.text, word))
		fail_msg("%s: %d (%s), not %d with \"%s\"", path, got, e.text, code, word);
	assert_null(s);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	struct err e = { 0 };

	if (file_write(path, 0600, bytes, len, &e))
		fail_msg("%s", e.text);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static int put_value(void *context, int count, char **values, char **names)
{
	(void)count;
	(void)names;
	snprintf(context, 64, "%s", values[0] ? values[0] : "");
	return 0;
}

/* The first value that a statement yields. */
static const char *ask(const char *path, const char *sql)
{
	static char answer[64];
	sqlite3 *db = NULL;

	strcpy(answer, "");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, put_value, answer, NULL))
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	return answer;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void makes_a_private_file(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	mode_t before = umask(0);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	assert_int_equal(mode_of(in(&f, "db")), 0600);
	assert_int_equal(mode_of(in(&f, "db-wal")), 0600);
	finish(r, RUN_COMPLETE);
	store_close(s);
	umask(before);
	assert_string_equal(ask(in(&f, "db"), "PRAGMA journal_mode"), "wal");
	assert_string_equal(ask(in(&f, "db"), "PRAGMA user_version"), "2");
	assert_string_equal(ask(in(&f, "db"), "PRAGMA application_id"), "2003791476");
	folder_fini(&f);
}

static void makes_it_so_whatever_the_umask(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	mode_t before = umask(0777);
	store_close(opened(in(&f, "db"), STORE_WRITE));
	umask(before);
	assert_int_equal(mode_of(in(&f, "db")), 0600);
	folder_fini(&f);
}

/* As a user of no rights, in a child: default paths and modes are not root's. */
static int as_stranger(int (*act)(const struct folder *), const struct folder *f)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && (setgid(STRANGER) || setuid(STRANGER)))
			_exit(77);
		_exit(act(f));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int make_at_the_usual_place(const struct folder *f)
{
	struct store *s = NULL;
	char *path = NULL;

	unsetenv("WONT_DB");
	setenv("HOME", f->path, 1);
	unsetenv("XDG_DATA_HOME");
	umask(0777);
	if (store_path(NULL, &path, NULL) || store_open(path, STORE_WRITE, &s, NULL))
		return 1;
	if (mode_of(in(f, ".local")) != 0700 || mode_of(in(f, ".local/share/wont")) != 0700)
		return 2;
	return access(in(f, ".local/share/wont/wont.db"), F_OK) ? 3 : 0;
}

static void makes_the_folders_of_the_usual_place_only(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	assert_int_equal(chmod(f.path, 0777), 0);
	assert_int_equal(as_stranger(make_at_the_usual_place, &f), 0);
	refuses(in(&f, "missing/db"), STORE_WRITE, -ENOENT, "folder");
	folder_fini(&f);
}

static void finds_its_place_in_order(void **state)
{
	struct err e = { 0 };
	char *path = NULL;

	(void)state;
	setenv("WONT_DB", "/from/variable", 1);
	assert_int_equal(store_path("/from/option", &path, &e), 0);
	assert_string_equal(path, "/from/option");
	free(path);
	assert_int_equal(store_path(NULL, &path, &e), 0);
	assert_string_equal(path, "/from/variable");
	free(path);
	setenv("WONT_DB", "", 1);
	assert_int_equal(store_path(NULL, &path, &e), 0);
	assert_non_null(strstr(path, "wont/wont.db"));
	free(path);
	unsetenv("WONT_DB");
	assert_int_equal(store_path("", &path, &e), -EINVAL);
}

static void refuses_files_that_others_could_have_made(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	store_close(opened(in(&f, "db"), STORE_WRITE));
	assert_int_equal(symlink("db", in(&f, "link")), 0);
	refuses(in(&f, "link"), STORE_READ, -EPERM, "symbolic link");
	refuses(in(&f, "link"), STORE_WRITE, -EPERM, "symbolic link");
	assert_int_equal(symlink("nowhere", in(&f, "dangling")), 0);
	refuses(in(&f, "dangling"), STORE_WRITE, -EPERM, "symbolic link");
	assert_int_equal(chmod(in(&f, "db"), 0620), 0);
	refuses(in(&f, "db"), STORE_READ, -EPERM, "written by others");
	assert_int_equal(chmod(in(&f, "db"), 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(in(&f, "db"), STRANGER, STRANGER), 0);
		refuses(in(&f, "db"), STORE_READ, -EPERM, "belongs to user 54321");
		refuses(in(&f, "db"), STORE_WRITE, -EPERM, "belongs to user 54321");
	}
	folder_fini(&f);
}

static void refuses_a_log_that_others_could_have_put_beside_it(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	store_close(opened(in(&f, "db"), STORE_WRITE));
	assert_int_equal(symlink("db", in(&f, "db-wal")), 0);
	refuses(in(&f, "db"), STORE_READ, -EPERM, "db-wal is not a regular file");
	refuses(in(&f, "db"), STORE_WRITE, -EPERM, "db-wal is not a regular file");
	assert_int_equal(unlink(in(&f, "db-wal")), 0);
	assert_int_equal(file_write(in(&f, "db-journal"), 0600, "", 0, NULL), 0);
	store_close(opened(in(&f, "db"), STORE_READ));
	assert_int_equal(file_write(in(&f, "db-journal"), 0600, "", 0, NULL), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(in(&f, "db-journal"), STRANGER, STRANGER), 0);
		refuses(in(&f, "db"), STORE_READ, -EPERM, "belongs to user 54321");
	}
	folder_fini(&f);
}

static void follows_a_link_to_the_folder(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	assert_int_equal(mkdir(in(&f, "real"), 0700), 0);
	assert_int_equal(symlink("real", in(&f, "link")), 0);
	store_close(opened(in(&f, "link/db"), STORE_WRITE));
	store_close(opened(in(&f, "real/db"), STORE_READ));
	folder_fini(&f);
}

static void refuses_what_is_no_store_and_leaves_it(void **state)
{
	char noise[8192];
	struct folder f;

	(void)state;
	folder_init(&f);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 7919 >> 3);
	write_file(in(&f, "noise"), noise, sizeof(noise));
	for (enum store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++)
		refuses(in(&f, "noise"), mode, -EINVAL, "not a database");
	autofree char *after = NULL;
	size_t len = 0;
	assert_int_equal(file_read(in(&f, "noise"), 1 << 20, &after, &len, NULL), 0);
	assert_int_equal(len, sizeof(noise));
	assert_memory_equal(after, noise, len);
	refuses(f.path, STORE_WRITE, -EISDIR, "folder");
	refuses("/dev/null", STORE_READ, -EINVAL, "regular");
	refuses(in(&f, "missing"), STORE_READ, -ENOENT, "no database");
	run_sql(in(&f, "other"), "CREATE TABLE recipes (name TEXT)");
	chmod(in(&f, "other"), 0600);
	refuses(in(&f, "other"), STORE_WRITE, -EINVAL, "another program");
	assert_string_equal(ask(in(&f, "other"), "SELECT count(*) FROM sqlite_schema"), "1");
	assert_string_equal(ask(in(&f, "other"), "PRAGMA journal_mode"), "delete");
	folder_fini(&f);
}

static void refuses_a_newer_schema_and_leaves_it(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	store_close(opened(in(&f, "db"), STORE_WRITE));
	run_sql(in(&f, "db"), "PRAGMA user_version = 99");
	refuses(in(&f, "db"), STORE_READ, -EPROTO, "newer");
	refuses(in(&f, "db"), STORE_WRITE, -EPROTO, "newer");
	assert_string_equal(ask(in(&f, "db"), "PRAGMA user_version"), "99");
	folder_fini(&f);
}

static void refuses_code_in_the_schema(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	store_close(opened(in(&f, "db"), STORE_WRITE));
	run_sql(in(&f, "db"), "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM exe; END");
	refuses(in(&f, "db"), STORE_WRITE, -EINVAL, "triggers");
	refuses(in(&f, "db"), STORE_READ, -EINVAL, "triggers");
	folder_fini(&f);
}

/* A short recording, so that there is something to break. */
static void fill(const char *path)
{
	struct store *s = opened(path, STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);

	tell(r, event_of(EVENT_START, &first));
	for (uint64_t i = 0; i < 2000; i++)
		tell(r, call("lseek", i, i * 3, i));
	finish(r, RUN_COMPLETE);
	store_close(s);
}

/* Reads all there is; 0 or the error. */
static int read_everything(const char *path)
{
	autostore struct store *s = NULL;
	autoruns struct runs runs = { 0 };
	autoobservations struct observations o = { 0 };
	struct err e = { 0 };
	int r = store_open(path, STORE_READ, &s, &e);

	if (!r)
		r = store_runs(s, NULL, NULL, &runs, &e);
	if (!r)
		r = store_observations(s, &runs, true, &o, &e);
	if (r)
		assert_true(strlen(e.text) > 0);
	return r;
}

static void survives_every_cut_and_every_flipped_byte(void **state)
{
	autofree char *bytes = NULL;
	struct folder f;
	size_t len = 0;

	(void)state;
	folder_init(&f);
	fill(in(&f, "db"));
	assert_int_equal(read_everything(in(&f, "db")), 0);
	assert_int_equal(file_read(in(&f, "db"), 16 << 20, &bytes, &len, NULL), 0);
	for (size_t cut = 0; cut < len; cut += 4096 + 511) {
		write_file(in(&f, "cut"), bytes, cut);
		/* Some cuts leave a database that reads; none may crash or hang. */
		if (read_everything(in(&f, "cut")) == 0)
			assert_true(cut > 0);
	}
	for (size_t at = 16; at < len; at += len / 100) {
		bytes[at] ^= 0x55;
		write_file(in(&f, "bent"), bytes, len);
		(void)!read_everything(in(&f, "bent"));
		bytes[at] ^= 0x55;
	}
	folder_fini(&f);
}

static void tells_running_from_truncated(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	for (unsigned dead = 0; dead < 2; dead++) {
		for (enum store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++) {
			autostore struct store *other = opened(in(&f, "db"), mode);
			autoruns struct runs runs = { 0 };

			assert_int_equal(store_runs(other, NULL, NULL, &runs, NULL), 0);
			assert_int_equal(runs.all.len, 1);
			assert_int_equal(runs.all.data[0].state,
					 dead ? RUN_TRUNCATED : RUN_RUNNING);
		}
		assert_string_equal(ask(in(&f, "db"), "SELECT state FROM run"),
				    dead ? "truncated" : "running");
		if (!dead)
			recorder_abandon(r);
	}
	store_close(s);
	folder_fini(&f);
}

static void leaves_nothing_beside_a_finished_run(void **state)
{
	struct folder f;
	char command[160];

	(void)state;
	folder_init(&f);
	fill(in(&f, "db"));
	snprintf(command, sizeof(command), "test \"$(ls %s)\" = db", f.path);
	assert_int_equal(system(command), 0);
	folder_fini(&f);
}

/* Records until it is killed. */
static void record_forever(const char *path)
{
	struct store *s = opened(path, STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	struct timespec t;

	for (uint64_t i = 0;; i++) {
		struct event event = call("openat", 3, ADDRESS("/etc/hosts"), i % 5000);

		clock_gettime(CLOCK_REALTIME, &t);
		event.time = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
		tell(r, event);
	}
}

static void is_sound_after_any_kill(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	store_close(opened(in(&f, "db"), STORE_WRITE));
	for (unsigned i = 0; i < 20; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			record_forever(in(&f, "db"));
		usleep(3000 + i * 4321 % 50000);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	autoruns struct runs runs = { 0 };
	assert_int_equal(store_runs(s, NULL, NULL, &runs, NULL), 0);
	vec_for(run, &runs.all)
		assert_int_equal(run->state, RUN_TRUNCATED);
	assert_true(runs.all.len > 0);
	assert_int_equal(read_everything(in(&f, "db")), 0);
	assert_string_equal(ask(in(&f, "db"), "PRAGMA integrity_check"), "ok");
	assert_string_equal(ask(in(&f, "db"), "SELECT count(*) FROM pragma_foreign_key_check"),
			    "0");
	folder_fini(&f);
}

static void takes_two_recorders_at_once(void **state)
{
	enum { CHILDREN = 3, CALLS = 60000 };
	pid_t children[CHILDREN];
	struct folder f;

	(void)state;
	folder_init(&f);
	for (unsigned n = 0; n < CHILDREN; n++) {
		children[n] = fork();
		assert_true(children[n] >= 0);
		if (children[n])
			continue;
		struct store *s = opened(in(&f, "db"), STORE_WRITE);
		struct recorder *r = recording(s, "app", (char[]){ (char)('a' + n), 0 });
		for (uint64_t i = 0; i < CALLS; i++) {
			struct event event = call("lseek", i, i, i % 100);

			event.time = i * 10000000; /* a flush every 25 */
			tell(r, event);
		}
		finish(r, RUN_COMPLETE);
		store_close(s);
		_exit(0);
	}
	for (unsigned n = 0; n < CHILDREN; n++) {
		int status;

		assert_int_equal(waitpid(children[n], &status, 0), children[n]);
		assert_int_equal(status, 0);
	}
	assert_string_equal(ask(in(&f, "db"), "SELECT count(*) FROM run WHERE state = 'complete'"
					      " AND calls = 60000"),
			    "3");
	assert_string_equal(ask(in(&f, "db"), "SELECT sum(count) FROM observation"), "180000");
	folder_fini(&f);
}

static int read_unfinished_there(const struct folder *f)
{
	struct store *s = NULL;
	struct err e = { 0 };

	return store_open(in(f, "db"), STORE_READ, &s, &e) != -EROFS || !strstr(e.text, "-wal");
}

static void copy(const char *from, const char *to)
{
	autofree char *bytes = NULL;
	size_t len = 0;

	assert_int_equal(file_read(from, 16 << 20, &bytes, &len, NULL), 0);
	write_file(to, bytes, len);
	assert_int_equal(chmod(to, 0444), 0);
}

static void says_what_an_unclosed_copy_needs(void **state)
{
	struct folder f, g;

	(void)state;
	folder_init(&f);
	folder_init(&g);
	struct store *s = opened(in(&f, "db"), STORE_WRITE);
	struct recorder *r = recording(s, "app", NULL);
	copy(in(&f, "db"), in(&g, "db"));
	copy(in(&f, "db-wal"), in(&g, "db-wal"));
	assert_int_equal(chmod(g.path, 0555), 0);
	assert_int_equal(as_stranger(read_unfinished_there, &g), 0);
	assert_int_equal(chmod(g.path, 0755), 0);
	recorder_abandon(r);
	store_close(s);
	folder_fini(&f);
	folder_fini(&g);
}

static int read_there(const struct folder *f)
{
	return read_everything(in(f, "db")) ? 1 : 0;
}

static int write_there(const struct folder *f)
{
	struct store *s = NULL;
	struct err e = { 0 };

	return store_open(in(f, "db"), STORE_WRITE, &s, &e) == 0 || !*e.text;
}

static void reads_where_it_cannot_write(void **state)
{
	struct folder f;

	(void)state;
	folder_init(&f);
	fill(in(&f, "db"));
	assert_int_equal(chmod(in(&f, "db"), 0444), 0);
	assert_int_equal(chmod(f.path, 0555), 0);
	assert_int_equal(as_stranger(read_there, &f), 0);
	assert_int_equal(as_stranger(write_there, &f), 0);
	assert_int_equal(chmod(f.path, 0755), 0);
	folder_fini(&f);
}

static const struct run *only(const struct runs *runs)
{
	assert_int_equal(runs->all.len, 1);
	return &runs->all.data[0];
}

static void resolves_apps_releases_and_runs(void **state)
{
	static const char *const names[][2] = { { "redis", "7.0" },
						{ "redis", "7.2" },
						{ "redis", "7.0" },
						{ "2", "" },
						{ "a@b", "1" } };
	struct folder f;
	struct err e = { 0 };

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	for (size_t i = 0; i < countof(names); i++) {
		usleep(1000);
		finish(recording(s, names[i][0], names[i][1]), RUN_COMPLETE);
	}
	static const struct {
		const char *spec;
		size_t runs;
		int64_t first;
	} want[] = { { "redis", 2, 1 }, { "redis@7.2", 1, 2 }, { "2", 1, 4 },	 { "2@", 1, 4 },
		     { "3", 1, 3 },	{ "a@b", 1, 5 },       { "a@b@1", 1, 5 } };
	for (size_t i = 0; i < countof(want); i++) {
		autoruns struct runs runs = { 0 };

		if (store_resolve(s, want[i].spec, &runs, &e))
			fail_msg("%s", e.text);
		assert_int_equal(runs.all.len, want[i].runs);
		assert_int_equal(runs.all.data[0].id, want[i].first);
	}
	autoruns struct runs all = { 0 }, by_uuid = { 0 }, by_prefix = { 0 }, none = { 0 };
	assert_int_equal(store_runs(s, NULL, NULL, &all, &e), 0);
	assert_int_equal(store_resolve(s, all.all.data[1].uuid, &by_uuid, &e), 0);
	assert_int_equal(only(&by_uuid)->id, 2);
	all.all.data[1].uuid[13] = 0;
	assert_int_equal(store_resolve(s, all.all.data[1].uuid, &by_prefix, &e), 0);
	assert_int_equal(only(&by_prefix)->id, 2);
	assert_int_equal(store_resolve(s, "rediss", &none, &e), -ENOENT);
	assert_non_null(strstr(e.text, "redis"));
	assert_int_equal(store_resolve(s, "redis@7.1", &none, &e), -ENOENT);
	assert_non_null(strstr(e.text, "redis@7.0"));
	assert_int_equal(store_resolve(s, "%", &none, &e), -ENOENT);
	assert_int_equal(store_resolve(s, "", &none, &e), -ENOENT);
	assert_int_equal(store_resolve(s, "99999999999999999999", &none, &e), -ENOENT);
	folder_fini(&f);
}

static void gives_the_last_profile_back(void **state)
{
	autofree char *text = NULL, *old = NULL, *by_hash = NULL, *none = NULL;
	struct folder f;
	struct err e = { 0 };

	(void)state;
	folder_init(&f);
	autostore struct store *s = opened(in(&f, "db"), STORE_WRITE);
	assert_int_equal(store_profile_put(s, "app", "1", "one", "11", &e), 0);
	assert_int_equal(store_profile_put(s, "app", "2", "two", "22", &e), 0);
	assert_int_equal(store_profile_get(s, "app", NULL, &text, &e), 0);
	assert_string_equal(text, "two");
	assert_int_equal(store_profile_get(s, "app", "1", &old, &e), 0);
	assert_string_equal(old, "one");
	free(take(text));
	assert_int_equal(store_profile_put(s, "app", "1", "one", "11", &e), 0);
	assert_int_equal(store_profile_get(s, "app", NULL, &text, &e), 0);
	assert_string_equal(text, "one");
	assert_int_equal(store_profile_by_hash(s, "22", &by_hash, &e), 0);
	assert_string_equal(by_hash, "two");
	assert_int_equal(store_profile_get(s, "other", NULL, &none, &e), -ENOENT);
	assert_int_equal(store_profile_by_hash(s, "33", &none, &e), -ENOENT);
	folder_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_a_private_file),
		cmocka_unit_test(makes_it_so_whatever_the_umask),
		cmocka_unit_test(makes_the_folders_of_the_usual_place_only),
		cmocka_unit_test(finds_its_place_in_order),
		cmocka_unit_test(refuses_files_that_others_could_have_made),
		cmocka_unit_test(refuses_a_log_that_others_could_have_put_beside_it),
		cmocka_unit_test(follows_a_link_to_the_folder),
		cmocka_unit_test(refuses_what_is_no_store_and_leaves_it),
		cmocka_unit_test(refuses_a_newer_schema_and_leaves_it),
		cmocka_unit_test(refuses_code_in_the_schema),
		cmocka_unit_test(survives_every_cut_and_every_flipped_byte),
		cmocka_unit_test(tells_running_from_truncated),
		cmocka_unit_test(leaves_nothing_beside_a_finished_run),
		cmocka_unit_test(is_sound_after_any_kill),
		cmocka_unit_test(takes_two_recorders_at_once),
		cmocka_unit_test(reads_where_it_cannot_write),
		cmocka_unit_test(says_what_an_unclosed_copy_needs),
		cmocka_unit_test(resolves_apps_releases_and_runs),
		cmocka_unit_test(gives_the_last_profile_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
