/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about records that become calls. */
#include "audit/gather.h"

#include "tests/unit/unit.h"

#include <libaudit.h>
#include <stdio.h>
#include <string.h>

enum { SEEN_MAX = 2048 };

/* What was handed over, in short. */
static struct {
	unsigned count;
	uint32_t serials[SEEN_MAX];
	char paths[256], words[256];
	struct audit_call last; /* its strings are the gatherer's */
} seen;

static void append(char *out, size_t size, const struct str *text)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, "%s;", str_text(text));
}

static int take_call(void *context, struct audit_call *call)
{
	(void)context;
	seen.serials[seen.count++ % SEEN_MAX] = call->serial;
	seen.last = *call;
	*seen.paths = *seen.words = 0;
	for (uint32_t i = 0; i < call->path_count; i++)
		append(seen.paths, sizeof(seen.paths), &call->paths.data[i].name);
	for (uint32_t i = 0; i < call->word_count; i++)
		append(seen.words, sizeof(seen.words), &call->argv.data[i].text);
	return 0;
}

static const struct gather_sink sink = { .call = take_call };

static int begin(void **state)
{
	memset(&seen, 0, sizeof(seen));
	*state = gather_new(&sink);
	return !*state;
}

static int end(void **state)
{
	gather_free(*state);
	return 0;
}

/* Adds a record of that second and serial. */
static void add(struct gather *g, uint16_t type, unsigned second, unsigned serial,
		const char *fields)
{
	struct record r;
	char text[512];

	snprintf(text, sizeof(text), "audit(%u.000:%u): %s", second, serial, fields);
	assert_int_equal(record_parse(type, text, strlen(text), &r), 0);
	assert_int_equal(gather_add(g, &r), 0);
}

#define IDS "auid=1 uid=0 ses=7"
#define SYSCALL                                                                                    \
	"arch=c000003e syscall=%d success=yes exit=3 a0=ffffff9c a1=7f00 a2=80000 a3=0 items=%d "  \
	"ppid=1 pid=9 " IDS " comm=\"cat\" exe=\"/bin/cat\" key=(null)"
#define SECCOMP                                                                                    \
	IDS " pid=9 comm=\"cat\" exe=\"/bin/cat\" sig=0 arch=c000003e syscall=59 compat=0 ip=0x1 " \
	    "code=0x7ffc0000"

static void add_head(struct gather *g, unsigned second, unsigned serial, int nr, int items)
{
	char text[512];

	snprintf(text, sizeof(text), SYSCALL, nr, items);
	add(g, AUDIT_SYSCALL, second, serial, text);
}

static void a_seccomp_record_is_a_call_by_itself(void **state)
{
	add(*state, AUDIT_SECCOMP, 1, 5, SECCOMP);
	assert_int_equal(seen.count, 1);
	assert_true(seen.last.is_seccomp && !seen.last.has_args && !seen.last.has_result);
	assert_int_equal(seen.last.action, 0x7ffc0000);
	assert_int_equal(seen.last.token, 0xc000003e);
	assert_int_equal(seen.last.nr, 59);
	assert_int_equal(seen.last.session, 7);
}

static void records_of_mixed_calls_are_sorted_by_serial(void **state)
{
	struct gather *g = *state;

	add_head(g, 1, 5, 257, 2);
	add_head(g, 1, 6, 2, 1);
	add(g, AUDIT_PATH, 1, 6, "item=0 name=\"/six\" nametype=NORMAL");
	add(g, AUDIT_PATH, 1, 5, "item=1 name=2F61206200 nametype=CREATE");
	add(g, AUDIT_CWD, 1, 5, "cwd=\"/home\"");
	add(g, AUDIT_PATH, 1, 5, "item=0 name=\"/dir\" nametype=PARENT");
	add(g, AUDIT_EOE, 1, 6, "");
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.paths, "/six;");
	add(g, AUDIT_EOE, 1, 5, "");
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.paths, "/dir;/a b;");
	assert_false(seen.last.is_incomplete);
	assert_true(seen.last.args[0] == 0xffffff9c && seen.last.args[2] == 0x80000);
	assert_true(seen.last.has_result && seen.last.result == 3);
	assert_int_equal(seen.last.paths.data[1].role, PATH_CREATE);
}

static void a_long_argv_comes_in_pieces(void **state)
{
	struct gather *g = *state;

	add_head(g, 1, 5, 59, 0);
	add(g, AUDIT_EXECVE, 1, 5, "argc=3 a0=\"sh\" a1_len=8 a1[0]=61206220");
	add(g, AUDIT_EXECVE, 1, 5, "a1[1]=63206465 a2=\"x\"");
	add(g, AUDIT_PROCTITLE, 1, 5, "proctitle=736800");
	add(g, AUDIT_EOE, 1, 5, "");
	assert_string_equal(seen.words, "sh;a b c de;x;");
	assert_int_equal(seen.last.title.len, 3);
}

static void the_other_records_say_what_they_are_for(void **state)
{
	struct gather *g = *state;

	add_head(g, 1, 5, 42, 0);
	add(g, AUDIT_SOCKADDR, 1, 5, "saddr=020000097F000001");
	add(g, AUDIT_FD_PAIR, 1, 5, "fd0=3 fd1=-1");
	add(g, AUDIT_MMAP, 1, 5, "fd=4 flags=0x812");
	add(g, AUDIT_EOE, 1, 5, "");
	assert_int_equal(seen.last.sockaddr.len, 8);
	assert_true(seen.last.has_pair && seen.last.pair[0] == 3 && seen.last.pair[1] == -1);
	assert_true(seen.last.has_map && seen.last.map_fd == 4 && seen.last.map_flags == 0x812);
}

static void without_an_end_two_seconds_are_waited(void **state)
{
	struct gather *g = *state;

	add_head(g, 10, 5, 1, 0);
	add_head(g, 12, 6, 1, 0);
	assert_int_equal(seen.count, 0);
	add_head(g, 13, 7, 1, 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.serials[0], 5);
	assert_int_equal(gather_flush(g, UINT64_MAX), 0);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.serials[2], 7);
}

static void too_many_open_calls_push_out_the_oldest(void **state)
{
	struct gather *g = *state;

	for (unsigned i = 0; i < 1500; i++)
		add_head(g, 10, i, 1, 0);
	assert_int_equal(seen.count, 1500 - 1024);
	assert_int_equal(seen.serials[0], 0);
	assert_int_equal(gather_flush(g, UINT64_MAX), 0);
	assert_int_equal(seen.count, 1500);
}

static void calls_without_their_own_record_are_counted_and_not_told(void **state)
{
	struct gather *g = *state;

	add(g, AUDIT_PATH, 1, 5, "item=0 name=\"/dir\" nametype=PARENT");
	add(g, AUDIT_EOE, 1, 5, "");
	assert_int_equal(seen.count, 0);
	assert_int_equal(gather_figures(g)->headless, 1);
}

static void missing_paths_make_a_call_incomplete(void **state)
{
	struct gather *g = *state;

	add_head(g, 1, 5, 257, 2);
	add(g, AUDIT_PATH, 1, 5, "item=0 name=\"/dir\" nametype=PARENT");
	add(g, AUDIT_EOE, 1, 5, "");
	assert_true(seen.last.is_incomplete);
}

static void damage_is_counted_and_never_believed(void **state)
{
	struct gather *g = *state;

	add(g, AUDIT_SECCOMP, 1, 1, "pid=9");
	add(g, AUDIT_SECCOMP, 1, 2, SECCOMP " syscall=1");
	add(g, AUDIT_SECCOMP, 1, 3, "pid=99999999999 " SECCOMP);
	add(g, AUDIT_SYSCALL, 1, 4, "arch=c000003e");
	add(g, AUDIT_EOE, 1, 4, "");
	assert_int_equal(seen.count, 0);
	assert_int_equal(gather_figures(g)->damaged, 4);
	assert_int_equal(gather_figures(g)->headless, 1);
}

static void a_second_head_damages_the_call(void **state)
{
	struct gather *g = *state;

	add_head(g, 1, 5, 257, 0);
	add(g, AUDIT_SYSCALL, 1, 5, "arch=40000003 syscall=11");
	add(g, AUDIT_EOE, 1, 5, "");
	assert_int_equal(gather_figures(g)->damaged, 1);
	assert_true(seen.last.is_incomplete && seen.last.has_args);
	assert_int_equal(seen.last.nr, 257);
	assert_int_equal(seen.last.token, 0xc000003e);
}

static void what_programs_send_is_left_out(void **state)
{
	struct gather *g = *state;

	add(g, AUDIT_USER_AVC, 1, 5, SECCOMP);
	add(g, AUDIT_USER, 1, 6, SECCOMP);
	assert_int_equal(seen.count, 0);
	assert_int_equal(gather_figures(g)->forgeable, 2);
}

#define claim(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		claim(a_seccomp_record_is_a_call_by_itself),
		claim(records_of_mixed_calls_are_sorted_by_serial),
		claim(a_long_argv_comes_in_pieces),
		claim(the_other_records_say_what_they_are_for),
		claim(without_an_end_two_seconds_are_waited),
		claim(too_many_open_calls_push_out_the_oldest),
		claim(calls_without_their_own_record_are_counted_and_not_told),
		claim(missing_paths_make_a_call_incomplete),
		claim(damage_is_counted_and_never_believed),
		claim(a_second_head_damages_the_call),
		claim(what_programs_send_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
