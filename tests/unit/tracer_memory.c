/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about reading a tracee's memory: our own will do. */
#include "tracer/memory.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGE = 4096 };

static const struct arch wide = { .name = "wide", .bits = 64 };
static const struct arch narrow = { .name = "narrow", .bits = 32 };

/* Two pages; what lies behind them cannot be read. */
static char *two_pages(void)
{
	char *pages =
		mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + 2 * PAGE, PAGE, PROT_NONE), 0);
	return pages;
}

/* What memory_text makes of a first argument. */
static int text_of(const void *address, enum arg_class class, struct str *out)
{
	struct event event = {
		.kind = EVENT_SYSCALL,
		.tid = getpid(),
		.arch = &wide,
		.args = { (uintptr_t)address, 5 },
	};

	str_clear(out);
	return memory_text(&event, 0, class, out);
}

static void reads_a_string_across_pages(void **state)
{
	autostr struct str s = { 0 };
	char *pages = two_pages();

	(void)state;
	for (size_t len = 0; len < 600; len += 7) {
		char *start = pages + PAGE - 300;

		memset(start, 'x', len);
		start[len] = 0;
		assert_int_equal(text_of(start, ARG_PATH, &s), 0);
		assert_int_equal(s.len, len);
	}
	munmap(pages, 3 * PAGE);
}

static void reads_a_string_that_ends_where_memory_does(void **state)
{
	autostr struct str s = { 0 };
	char *pages = two_pages();
	char *end = pages + 2 * PAGE;

	(void)state;
	memcpy(end - 4, "end", 4);
	assert_int_equal(text_of(end - 4, ARG_PATH, &s), 0);
	assert_string_equal(str_text(&s), "end");
	end[-1] = 'x';
	assert_int_equal(text_of(end - 4, ARG_PATH, &s), -EFAULT);
	munmap(pages, 3 * PAGE);
}

static void cuts_a_string_at_4096_bytes(void **state)
{
	autostr struct str s = { 0 };
	char *pages = two_pages();

	(void)state;
	memset(pages, 'x', 2 * PAGE);
	assert_int_equal(text_of(pages + 1, ARG_PATH, &s), -ENAMETOOLONG);
	assert_int_equal(s.len, 4096);
	pages[1 + 4095] = 0;
	assert_int_equal(text_of(pages + 1, ARG_PATH, &s), 0);
	assert_int_equal(s.len, 4095);
	munmap(pages, 3 * PAGE);
}

static void refuses_addresses_that_lead_nowhere(void **state)
{
	autostr struct str s = { 0 };
	enum arg_class classes[] = { ARG_PATH, ARG_SOCKADDR, ARG_ARGV };

	(void)state;
	for (size_t i = 0; i < countof(classes); i++) {
		assert_int_equal(text_of(NULL, classes[i], &s), -EFAULT);
		assert_int_equal(text_of((void *)8, classes[i], &s), -EFAULT);
		assert_int_equal(text_of((void *)UINTPTR_MAX, classes[i], &s), -EFAULT);
		assert_int_equal(s.len, 0);
	}
}

static void reads_a_sockaddr_of_the_length_that_is_given(void **state)
{
	autostr struct str s = { 0 };

	(void)state;
	assert_int_equal(text_of("\1\0abcdef", ARG_SOCKADDR, &s), 0);
	assert_int_equal(s.len, 5);
	assert_memory_equal(s.data, "\1\0abc", 5);
}

static void reads_an_argv_with_every_nul(void **state)
{
	autostr struct str s = { 0 };
	const char *argv[] = { "one", "", "three", NULL };
	const char *many[200];

	(void)state;
	assert_int_equal(text_of(argv, ARG_ARGV, &s), 0);
	assert_int_equal(s.len, 11);
	assert_memory_equal(s.data, "one\0\0three\0", 11);

	for (int i = 0; i < 199; i++)
		many[i] = "abc";
	many[199] = NULL;
	assert_int_equal(text_of(many, ARG_ARGV, &s), 0);
	assert_int_equal(s.len, 199 * 4);
}

static void cuts_an_argv_at_4096_bytes(void **state)
{
	static char text[3000];
	autostr struct str s = { 0 };
	const char *argv[] = { text, text, text, NULL };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(text_of(argv, ARG_ARGV, &s), -ENAMETOOLONG);
	assert_int_equal(s.len, 4096);
}

static void reads_an_argv_that_ends_where_memory_does(void **state)
{
	autostr struct str s = { 0 };
	char *pages = two_pages();
	const char **argv = (const char **)(pages + 2 * PAGE) - 2;

	(void)state;
	argv[0] = "last";
	argv[1] = NULL;
	assert_int_equal(text_of(argv, ARG_ARGV, &s), 0);
	assert_int_equal(s.len, 5);
	argv[1] = "more";
	assert_int_equal(text_of(argv, ARG_ARGV, &s), -EFAULT);
	munmap(pages, 3 * PAGE);
}

static void words_are_as_wide_as_the_arch_has_them(void **state)
{
	uint32_t memory[80];
	uint64_t words[40];
	struct event event = { .kind = EVENT_SYSCALL, .tid = getpid(), .arch = &narrow };

	(void)state;
	for (uint32_t i = 0; i < 80; i++)
		memory[i] = i + 0xf0000000;
	assert_int_equal(memory_words(&event, (uintptr_t)memory, words, 40), 0);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(words[i], i + 0xf0000000);
	event.arch = &wide;
	assert_int_equal(memory_words(&event, (uintptr_t)memory, words, 40), 0);
	assert_memory_equal(words, memory, sizeof(words));
	assert_int_equal(memory_words(&event, 8, words, 1), -EFAULT);
}

static void tells_the_command_line_of_a_process_that_has_executed(void **state)
{
	autostr struct str s = { 0 };
	struct process process = { .pid = getpid() };
	struct event event = { .kind = EVENT_EXEC, .process = &process, .tid = getpid() };

	(void)state;
	assert_int_equal(memory_text(&event, 0, ARG_ARGV, &s), 0);
	assert_non_null(strstr(str_text(&s), "tracer_memory"));
	process.pid = -1;
	assert_int_equal(memory_text(&event, 0, ARG_ARGV, &s), -EFAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_string_across_pages),
		cmocka_unit_test(reads_a_string_that_ends_where_memory_does),
		cmocka_unit_test(cuts_a_string_at_4096_bytes),
		cmocka_unit_test(refuses_addresses_that_lead_nowhere),
		cmocka_unit_test(reads_a_sockaddr_of_the_length_that_is_given),
		cmocka_unit_test(reads_an_argv_with_every_nul),
		cmocka_unit_test(cuts_an_argv_at_4096_bytes),
		cmocka_unit_test(reads_an_argv_that_ends_where_memory_does),
		cmocka_unit_test(words_are_as_wide_as_the_arch_has_them),
		cmocka_unit_test(tells_the_command_line_of_a_process_that_has_executed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
