/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about reading what strace prints. */
#include "interop/strace_line.h"

#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <string.h>

static struct span span(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static struct strace_line parsed(const char *text)
{
	struct strace_line line;

	strace_line_parse(text, strlen(text), &line);
	return line;
}

static bool is(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

static void whose_and_when_stand_before_the_call(void **state)
{
	static const char *const lines[] = {
		"12 close(3) = 0",
		"12 1700000000.000012 close(3)     = 0",
		"[pid    12] close(3) = 0",
		"12<sh> 10:11:12.123456 close(3) = 0",
		"12 10:11:12 close(3</tmp/a)b>) = 0 <0.000012>",
		"12      0.000012 close(3) = 0",
	};

	(void)state;
	for (size_t i = 0; i < countof(lines); i++) {
		struct strace_line line = parsed(lines[i]);

		assert_int_equal(line.kind, STRACE_CALL);
		assert_int_equal(line.pid, 12);
		assert_true(is(line.name, "close"));
		assert_true(line.time == (i == 1 ? 1700000000000012000 : 0));
	}
	assert_int_equal(parsed("close(3) = 0").pid, 0);
}

static void the_arguments_end_at_their_parenthesis(void **state)
{
	struct strace_line line =
		parsed("1 write(1, \") = 7\\\"(\", 8) = -1 EPERM (Not = permitted)");

	(void)state;
	assert_int_equal(line.kind, STRACE_CALL);
	assert_true(is(line.arguments, "1, \") = 7\\\"(\", 8"));
	assert_true(is(line.result, "-1 EPERM (Not = permitted)"));
}

static void other_lines_are_what_they_are(void **state)
{
	(void)state;
	assert_int_equal(parsed("1 +++ exited with 3 +++").status, 3 << 8);
	assert_int_equal(parsed("1 +++ killed by SIGKILL +++").status, 9);
	assert_int_equal(parsed("1 --- SIGCHLD {si_signo=SIGCHLD} ---").kind, STRACE_OTHER);
	assert_int_equal(parsed("1 read(0,  <unfinished ...>").kind, STRACE_UNFINISHED);
	assert_int_equal(parsed("1 <... read resumed>\"x\", 1) = 1").kind, STRACE_RESUMED);
	assert_int_equal(parsed("strace: Process 5 attached").kind, STRACE_OTHER);
	assert_int_equal(parsed("1 read(0, \"abc").kind, STRACE_DAMAGED);
	assert_int_equal(parsed("hello").kind, STRACE_DAMAGED);
	struct strace_line line = parsed("[ Process PID=77 runs in 32 bit mode. ]");
	assert_int_equal(line.kind, STRACE_MODE);
	assert_true(line.pid == 77 && line.bits == 32 && !line.is_x32);
}

static void arguments_are_parted_at_their_own_commas(void **state)
{
	static const char *const want[] = { "AT_FDCWD</a, b>",	 "\"x,y\"", "{a=[1, 2], b=\"},\"}",
					    "0x2 /* O_RDWR, */", "1<<3",    "[\"a\", \"b\"]" };
	struct span rest =
		span("AT_FDCWD</a, b>, \"x,y\", {a=[1, 2], b=\"},\"}, 0x2 /* O_RDWR, */, "
		     "1<<3, [\"a\", \"b\"]");
	struct span argument;

	(void)state;
	for (size_t i = 0; i < countof(want); i++) {
		assert_true(strace_argument(&rest, &argument));
		assert_true(is(argument, want[i]));
	}
	assert_false(strace_argument(&rest, &argument));
}

static void values_are_read_in_all_forms(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
		{ "NULL", 0 },
		{ "-1", UINT64_MAX },
		{ "0644", 0644 },
		{ "0x10", 16 },
		{ "3</tmp/x>", 3 },
		{ "AT_FDCWD", (uint64_t)-100 },
		{ "AT_FDCWD</home>", (uint64_t)-100 },
		{ "O_RDWR|O_CREAT|0x40000000", 2 | 0100 | 0x40000000 },
		{ "0x2 /* O_RDWR */", 2 },
		{ "\"text\"...", 1 },
		{ "{st_mode=0}", 1 },
		{ "[1, 2]", 1 },
		{ "~[RTMIN]", 1 },
	};
	static const char *const unknown[] = {
		"", "NO_SUCH_NAME", "O_RDWR|NO_SUCH", "makedev(1, 2)", "O_RDWR or so", "3 4"
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_true(strace_value(arch_native(), span(cases[i].text), &value));
		assert_true(value == cases[i].value);
	}
	for (size_t i = 0; i < countof(unknown); i++)
		assert_false(strace_value(arch_native(), span(unknown[i]), &value));
}

static void texts_are_the_bytes_that_were_meant(void **state)
{
	autostr struct str out = { 0 };
	bool is_cut;

	(void)state;
	assert_true(strace_text(ARG_PATH, span("\"/a b\\n\\\"\\33\\x7f\\0011\""), &out, &is_cut));
	assert_int_equal(out.len, 10);
	assert_memory_equal(out.data,
			    "/a b\n\"\033\x7f\001"
			    "1",
			    10);
	assert_false(is_cut);
	str_clear(&out);
	assert_true(strace_text(ARG_PATH, span("\"/long\"..."), &out, &is_cut));
	assert_true(is_cut);
	str_clear(&out);
	assert_true(strace_text(ARG_ARGV, span("[\"ls\", \"-l\", ...]"), &out, &is_cut));
	assert_true(is_cut && out.len == 6 && memcmp(out.data, "ls\0-l\0", 6) == 0);
	assert_false(strace_text(ARG_PATH, span("0x7ffe0000"), &out, &is_cut));
}

static void addresses_are_built_again(void **state)
{
	autostr struct str out = { 0 };
	struct sockaddr_in in;
	bool is_cut;

	(void)state;
	assert_true(strace_text(ARG_SOCKADDR,
				span("{sa_family=AF_INET, sin_port=htons(80), "
				     "sin_addr=inet_addr(\"127.0.0.1\")}"),
				&out, &is_cut));
	assert_int_equal(out.len, sizeof(in));
	memcpy(&in, out.data, sizeof(in));
	assert_int_equal(ntohs(in.sin_port), 80);
	assert_int_equal(ntohl(in.sin_addr.s_addr), INADDR_LOOPBACK);
	str_clear(&out);
	assert_true(strace_text(ARG_SOCKADDR, span("{sa_family=AF_UNIX, sun_path=@\"x\\0y\"}"),
				&out, &is_cut));
	assert_memory_equal(out.data + 2, "\0x\0y", 4);
	assert_int_equal(out.len, 6);
	str_clear(&out);
	assert_true(
		strace_text(ARG_SOCKADDR,
			    span("{sa_family=AF_INET6, sin6_port=htons(1), sin6_flowinfo=htonl(0), "
				 "inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}"),
			    &out, &is_cut));
	assert_int_equal(out.len, sizeof(struct sockaddr_in6));
	assert_false(
		strace_text(ARG_SOCKADDR, span("{sa_family=AF_NETLINK, nl_pid=0}"), &out, &is_cut));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_and_when_stand_before_the_call),
		cmocka_unit_test(the_arguments_end_at_their_parenthesis),
		cmocka_unit_test(other_lines_are_what_they_are),
		cmocka_unit_test(arguments_are_parted_at_their_own_commas),
		cmocka_unit_test(values_are_read_in_all_forms),
		cmocka_unit_test(texts_are_the_bytes_that_were_meant),
		cmocka_unit_test(addresses_are_built_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
