/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about whole files. */
#include "base/file.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every test stands in an empty folder of its own. */
static int enter_folder(void **state)
{
	static char folder[] = "/tmp/wont-file-XXXXXX";

	strcpy(strchr(folder, 0) - 6, "XXXXXX");
	*state = folder;
	return !mkdtemp(folder) || chdir(folder);
}

static int leave_folder(void **state)
{
	static const char *const names[] = { "a", "b" };

	for (size_t i = 0; i < countof(names); i++)
		if (unlink(names[i]) && errno != ENOENT)
			return -1;
	/* Fails where a neighbour was left behind. */
	return rmdir(*state) || chdir("/");
}

static void expect_content(const char *path, const char *content)
{
	char *text = NULL;
	size_t len;

	assert_int_equal(file_read(path, 100, &text, &len, NULL), 0);
	assert_int_equal(len, strlen(content));
	assert_string_equal(text, content);
	free(text);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode;
}

static void reads_what_was_written(void **state)
{
	(void)state;
	assert_int_equal(file_write("a", 0600, "one", 3, NULL), 0);
	expect_content("a", "one");
	assert_int_equal(file_write("a", 0600, "", 0, NULL), 0);
	expect_content("a", "");
}

static void refuses_what_is_too_large_or_no_file(void **state)
{
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(file_write("a", 0600, "four", 4, NULL), 0);
	assert_int_equal(file_read("a", 4, &text, &len, NULL), 0);
	free(text);
	assert_int_equal(file_read("a", 3, &text, &len, NULL), -EFBIG);
	assert_int_equal(file_read("b", 3, &text, &len, NULL), -ENOENT);
	assert_int_equal(file_read(".", 3, &text, &len, NULL), -EISDIR);
	assert_int_equal(file_read("/dev/null", 3, &text, &len, NULL), -EINVAL);
}

static void a_new_file_obeys_the_umask_and_an_old_one_keeps_its_mode(void **state)
{
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(file_write("a", 0644, "x", 1, NULL), 0);
	umask(mask);
	assert_int_equal(mode_of("a"), S_IFREG | 0640);
	assert_int_equal(chmod("a", 0600), 0);
	assert_int_equal(file_write("a", 0644, "y", 1, NULL), 0);
	assert_int_equal(mode_of("a"), S_IFREG | 0600);
}

static void a_symlink_is_replaced_and_its_file_left_alone(void **state)
{
	(void)state;
	assert_int_equal(file_write("a", 0600, "mine", 4, NULL), 0);
	assert_int_equal(symlink("a", "b"), 0);
	assert_int_equal(file_write("b", 0600, "other", 5, NULL), 0);
	expect_content("a", "mine");
	expect_content("b", "other");
	assert_true(S_ISREG(mode_of("b")));
}

static void a_descriptor_is_written_to_and_not_replaced(void **state)
{
	int fd = open("a", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char path[32];

	(void)state;
	assert_true(fd > 2);
	assert_int_equal(write(fd, "before ", 7), 7);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	assert_int_equal(file_write(path, 0600, "one ", 4, NULL), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(file_write(path, 0600, "two", 3, NULL), 0);
	expect_content("a", "before one two");
	close(fd);
	assert_int_equal(file_write(path, 0600, "three", 5, NULL), -EBADF);
}

static void a_device_stays_one(void **state)
{
	(void)state;
	assert_int_equal(symlink("/dev/null", "a"), 0);
	assert_int_equal(file_write("a", 0600, "x", 1, NULL), 0);
	assert_true(S_ISLNK(mode_of("a")));
	assert_true(S_ISCHR(mode_of("/dev/null")));
}

static void a_failure_leaves_what_was_there(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(file_write("none/a", 0600, "x", 1, &e), -ENOENT);
	assert_non_null(strstr(e.text, "none/a"));
	assert_int_equal(file_write(".", 0600, "x", 1, NULL), -EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
		CLAIM(reads_what_was_written),
		CLAIM(refuses_what_is_too_large_or_no_file),
		CLAIM(a_new_file_obeys_the_umask_and_an_old_one_keeps_its_mode),
		CLAIM(a_symlink_is_replaced_and_its_file_left_alone),
		CLAIM(a_descriptor_is_written_to_and_not_replaced),
		CLAIM(a_device_stays_one),
		CLAIM(a_failure_leaves_what_was_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
