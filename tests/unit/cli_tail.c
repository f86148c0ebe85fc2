/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about following a log. */
#include "cli/tail.h"

#include "base/file.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/wont-tail-XXXXXX", rotated[sizeof(path) + 2];

static int make_log(void **state)
{
	strcpy(strchr(path, 0) - 6, "XXXXXX");
	int fd = mkstemp(path);

	(void)state;
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_log(void **state)
{
	(void)state;
	if (unlink(rotated) && errno != ENOENT)
		return -1;
	return unlink(path);
}

static void append_to(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_fd(fd, text, strlen(text)), 0);
	close(fd);
}

static void append_record(const char *name, unsigned serial)
{
	char line[128];

	snprintf(line, sizeof(line), "type=SECCOMP msg=audit(1795315722.388:%u): pid=1 syscall=1\n",
		 serial);
	append_to(name, line);
}

static struct tail *follow(void)
{
	struct tail *t = NULL;

	assert_int_equal(tail_file(path, true, &t, NULL), 0);
	return t;
}

static void expect_record(struct tail *t, unsigned serial)
{
	struct record record;

	assert_int_equal(tail_next(t, &record), 0);
	assert_int_equal(record.serial, serial);
}

static void expect_nothing(struct tail *t)
{
	struct record record;

	assert_int_equal(tail_next(t, &record), -EAGAIN);
}

static void tells_what_comes_and_not_what_was_there(void **state)
{
	append_record(path, 1);
	struct tail *t = follow();

	(void)state;
	expect_nothing(t);
	append_record(path, 2);
	append_record(path, 3);
	expect_record(t, 2);
	expect_record(t, 3);
	expect_nothing(t);
	tail_close(t);
}

static void waits_for_the_end_of_a_line(void **state)
{
	struct tail *t = follow();

	(void)state;
	append_to(path, "type=SECCOMP msg=audit(1795315722.388:7): pid=1");
	expect_nothing(t);
	append_to(path, " syscall=1\n");
	expect_record(t, 7);
	tail_close(t);
}

static void goes_on_across_a_rotation_and_a_cut(void **state)
{
	struct tail *t = follow();

	(void)state;
	append_record(path, 1);
	expect_record(t, 1);
	append_record(path, 2);
	assert_int_equal(rename(path, rotated), 0);
	append_record(path, 3);
	expect_record(t, 2);
	expect_record(t, 3);
	expect_nothing(t);
	assert_int_equal(truncate(path, 0), 0);
	append_to(path, "\n");
	expect_nothing(t);
	append_record(path, 4);
	expect_record(t, 4);
	assert_true(tail_losses(t) == 0);
	tail_close(t);
}

static void a_line_without_an_end_is_a_loss_and_its_rest_no_record(void **state)
{
	enum { SIZE = 3 << 20 };
	char *text = malloc(SIZE + 1);
	struct tail *t = follow();
	struct record record;
	int r;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', SIZE);
	text[SIZE] = 0;
	append_to(path, text);
	append_record(path, 1); /* behind it, on the same line */
	append_record(path, 2);
	while ((r = tail_next(t, &record)) == -EINTR)
		;
	assert_int_equal(r, 0);
	assert_int_equal(record.serial, 2);
	assert_true(tail_losses(t) > 0);
	free(text);
	tail_close(t);
}

static void damaged_lines_are_counted_and_others_passed_over(void **state)
{
	struct tail *t = follow();

	(void)state;
	append_to(path, "----\n\ntype=SECCOMP msg=audit(17953157\n");
	append_record(path, 1);
	expect_record(t, 1);
	assert_true(tail_losses(t) == 1);
	tail_close(t);
}

static void a_file_that_is_not_followed_ends(void **state)
{
	struct record record;
	struct tail *t = NULL;

	(void)state;
	append_record(path, 1);
	assert_int_equal(tail_file(path, false, &t, NULL), 0);
	expect_record(t, 1);
	assert_int_equal(tail_next(t, &record), -ENODATA);
	tail_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, make_log, remove_log)
		CLAIM(tells_what_comes_and_not_what_was_there),
		CLAIM(waits_for_the_end_of_a_line),
		CLAIM(goes_on_across_a_rotation_and_a_cut),
		CLAIM(a_line_without_an_end_is_a_loss_and_its_rest_no_record),
		CLAIM(damaged_lines_are_counted_and_others_passed_over),
		CLAIM(a_file_that_is_not_followed_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
