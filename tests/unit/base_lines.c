/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about text files line by line. */
#include "base/lines.h"

#include "base/file.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/wont-lines-XXXXXX";

static int make_file(void **state)
{
	strcpy(strchr(path, 0) - 6, "XXXXXX");
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static struct lines *open_text(const char *text, size_t len)
{
	struct lines *lines = NULL;

	assert_int_equal(file_write(path, 0600, text, len, NULL), 0);
	assert_int_equal(lines_open(path, &lines, NULL), 0);
	return lines;
}

static void expect_line(struct lines *lines, const char *text)
{
	const char *line;
	size_t len;

	assert_int_equal(lines_next(lines, &line, &len, NULL), 0);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(line, text, len);
}

static void expect_end(struct lines *lines)
{
	const char *line;
	size_t len;

	assert_int_equal(lines_next(lines, &line, &len, NULL), -ENODATA);
	assert_int_equal(lines_next(lines, &line, &len, NULL), -ENODATA);
	lines_close(lines);
}

static void gives_lines_without_their_newlines(void **state)
{
	struct lines *lines = open_text("one\n\nthree\nlast", 15);

	(void)state;
	expect_line(lines, "one");
	expect_line(lines, "");
	expect_line(lines, "three");
	expect_line(lines, "last");
	expect_end(lines);
}

static void an_empty_file_has_no_line(void **state)
{
	(void)state;
	expect_end(open_text("", 0));
}

static void put(char *at, const char *word)
{
	while (*word)
		*at++ = *word++;
}

/* Otherwise whoever may write a long line could have what stands in it taken for one of its own. */
static void the_rest_of_a_line_that_is_too_long_is_no_line(void **state)
{
	const size_t size = 3 * (size_t)LINES_MAX + 100;
	char *text = malloc(size + 1);
	struct lines *lines;
	const char *line;
	size_t len;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	put(text + LINES_MAX, "forged");
	put(text + size - 6, "\nlast\n");
	lines = open_text(text, size);
	assert_int_equal(lines_next(lines, &line, &len, NULL), 0);
	assert_int_equal(len, LINES_MAX);
	assert_memory_equal(line, text, len);
	expect_line(lines, "last");
	expect_end(lines);
	/* Also where the file ends within it. */
	lines = open_text(text, size - 6);
	assert_int_equal(lines_next(lines, &line, &len, NULL), 0);
	expect_end(lines);
	/* And where it is exactly as long as may be. */
	put(text + LINES_MAX, "\nnext\n");
	lines = open_text(text, LINES_MAX + 6);
	assert_int_equal(lines_next(lines, &line, &len, NULL), 0);
	assert_int_equal(len, LINES_MAX);
	expect_line(lines, "next");
	expect_end(lines);
	free(text);
}

static void packed_bytes_that_end_too_early_are_damaged(void **state)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	struct lines *lines = open_text((const char *)gzip, sizeof(gzip));
	const char *line;
	size_t len;

	(void)state;
	assert_int_equal(lines_next(lines, &line, &len, NULL), -EBADMSG);
	lines_close(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, make_file, remove_file)
		CLAIM(gives_lines_without_their_newlines),
		CLAIM(an_empty_file_has_no_line),
		CLAIM(the_rest_of_a_line_that_is_too_long_is_no_line),
		CLAIM(packed_bytes_that_end_too_early_are_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
