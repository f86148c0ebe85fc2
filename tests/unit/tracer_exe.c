/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about executable identity: our own process is what there is to look at. */
#include "tracer/exe.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum change { NOTHING, OTHER_ID, NO_ID };

/* Writes a copy of /bin/sleep to path whose build-id differs in its last byte, or has another type,
 * or is what it was. */
static void copy_sleep(const char *path, enum change change)
{
	autofree char *text = NULL;
	size_t len = 0;

	assert_int_equal(file_read("/bin/sleep", 1 << 24, &text, &len, NULL), 0);
	/* Its note: sizes, type, name (elf(5)). */
	char *note = memmem(text, len, "\3\0\0\0GNU", 8);
	assert_non_null(note);
	if (change == OTHER_ID)
		note[8 + 19] ^= 1;
	else if (change == NO_ID)
		note[0] = 100;
	assert_int_equal(file_write(path, 0700, text, len, NULL), 0);
}

/* Runs such a copy; its pid. */
static pid_t start(const char *path, enum change change)
{
	copy_sleep(path, change);
	pid_t pid = fork();
	if (pid == 0) {
		execl(path, path, "60", NULL);
		_exit(1);
	}
	/* Until it has executed: its link changes then. */
	for (int i = 0; i < 1000; i++) {
		char link[64], target[512];

		snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
		ssize_t len = readlink(link, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = 0;
		if (strcmp(target, path) == 0)
			break;
		usleep(1000);
	}
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void equal_pointers_are_equal_executables(void **state)
{
	struct exes exes = { 0 };
	const struct exe *first, *second;

	(void)state;
	assert_int_equal(exes_find(&exes, getpid(), &first), 0);
	assert_int_equal(exes_find(&exes, getppid(), &second), 0);
	assert_ptr_not_equal(first, second);
	assert_int_equal(exes_find(&exes, getpid(), &second), 0);
	assert_ptr_equal(first, second);
	assert_int_equal(first->number, 0);
	assert_non_null(strstr(first->path, "tracer_exe"));
	assert_true(strncmp(first->id, "build-id:", 9) == 0 ||
		    strncmp(first->id, "sha256:", 7) == 0);
	exes_fini(&exes);
}

static void a_name_loses_what_the_kernel_adds_and_nothing_else(void **state)
{
	char folder[] = "/tmp/wont-exe.XXXXXX", path[128];
	struct exes exes = { 0 };
	const struct exe *there, *gone, *odd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x", folder);
	pid_t pid = start(path, NOTHING);
	assert_int_equal(exes_find(&exes, pid, &there), 0);
	assert_string_equal(there->path, path);
	unlink(path);
	assert_int_equal(exes_find(&exes, pid, &gone), 0);
	assert_ptr_equal(gone, there);
	stop(pid);

	snprintf(path, sizeof(path), "%s/x (deleted)", folder);
	pid = start(path, NOTHING);
	assert_int_equal(exes_find(&exes, pid, &odd), 0);
	assert_string_equal(odd->path, path);
	stop(pid);
	unlink(path);
	rmdir(folder);
	exes_fini(&exes);
}

static const struct exe *run_once(struct exes *exes, const char *path, enum change change)
{
	const struct exe *exe;
	pid_t pid = start(path, change);

	assert_int_equal(exes_find(exes, pid, &exe), 0);
	stop(pid);
	unlink(path);
	return exe;
}

static void a_replaced_file_is_another_executable_where_its_id_differs(void **state)
{
	char folder[] = "/tmp/wont-exe.XXXXXX", path[128];
	struct exes exes = { 0 };
	const struct exe *first, *other, *hashed;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x", folder);
	first = run_once(&exes, path, NOTHING);
	assert_ptr_equal(run_once(&exes, path, NOTHING), first);
	other = run_once(&exes, path, OTHER_ID);
	assert_ptr_not_equal(other, first);
	assert_string_equal(other->path, first->path);
	assert_string_not_equal(other->id, first->id);
	hashed = run_once(&exes, path, NO_ID);
	assert_int_equal(strncmp(hashed->id, "sha256:", 7), 0);
	assert_int_equal(strlen(hashed->id), 7 + 64);
	rmdir(folder);
	exes_fini(&exes);
}

static void a_process_that_is_not_there_has_none(void **state)
{
	struct exes exes = { 0 };
	const struct exe *exe;

	(void)state;
	assert_int_equal(exes_find(&exes, 0x7ffffff0, &exe), -ESRCH);
	exes_fini(&exes);
}

static void ever_new_files_cost_no_more_than_the_bound(void **state)
{
	struct exes exes = { 0 };
	const struct exe *exe = NULL, *last = NULL;
	char path[32];

	(void)state;
	for (unsigned i = 0; i < EXES_MAX + 10; i++) {
		snprintf(path, sizeof(path), "/no/such/%u", i);
		last = exe;
		assert_int_equal(exes_named(&exes, path, 0, &exe), 0);
		assert_int_equal(exe->number, i < EXES_MAX ? i : EXES_MAX);
	}
	assert_ptr_equal(exe, last);
	assert_string_equal(exe->path, "?");
	assert_int_equal(exes_named(&exes, "/no/such/7", 0, &exe), 0);
	assert_int_equal(exe->number, 7);
	exes_fini(&exes);
}

static void a_file_without_an_end_is_not_read(void **state)
{
	char path[] = "/tmp/wont-exe-XXXXXX";
	struct exes exes = { 0 };
	const struct exe *exe;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)1 << 42), 0);
	close(fd);
	assert_int_equal(exes_named(&exes, path, getpid(), &exe), 0);
	assert_string_equal(exe->id, "");
	assert_int_equal(unlink(path), 0);
	exes_fini(&exes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_pointers_are_equal_executables),
		cmocka_unit_test(a_name_loses_what_the_kernel_adds_and_nothing_else),
		cmocka_unit_test(a_replaced_file_is_another_executable_where_its_id_differs),
		cmocka_unit_test(a_process_that_is_not_there_has_none),
		cmocka_unit_test(ever_new_files_cost_no_more_than_the_bound),
		cmocka_unit_test(a_file_without_an_end_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
