/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the nearest rule and the rule that would admit a call. */
#include "enforce/remedy.h"

#include "policy/text.h"
#include "tests/unit/parsed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct call call_of(const char *name, uint64_t a, uint64_t b, uint64_t c)
{
	const struct arch *arch = arch_by_name("x86_64");

	return (struct call){ .token = arch->token,
			      .nr = arch_syscall_named(arch, name)->nr,
			      .args = { a, b, c } };
}

static const char text[] = "wont 1\n"
			   "default kill_process\n"
			   "arch x86_64 {\n"
			   "	socket: domain == AF_UNIX && type == SOCK_STREAM && protocol == 0\n"
			   "	socket: domain == AF_INET && type == SOCK_DGRAM && protocol == 17\n"
			   "	socket: domain == AF_PACKET -> errno(EPERM)\n"
			   "	mmap: !(prot & PROT_WRITE && prot & PROT_EXEC)\n"
			   "	lseek: fd == 3 && !(whence == SEEK_SET || whence == SEEK_END)\n"
			   "}\n";

/* The line of the nearest rule and the arguments in which it differs. */
static void is_nearest(struct call call, unsigned line, unsigned args)
{
	autopolicy struct policy *p = parse(text);
	struct nearest n = remedy_nearest(p, &call);

	assert_int_equal(n.rule ? n.rule->line : 0, line);
	assert_int_equal(n.args, args);
}

static void finds_the_rule_with_the_fewest_differences(void **state)
{
	(void)state;
	is_nearest(call_of("socket", AF_UNIX, SOCK_DGRAM, 0), 4, 1 << 1);
	is_nearest(call_of("socket", AF_INET, SOCK_STREAM, 17), 5, 1 << 1);
	is_nearest(call_of("socket", AF_NETLINK, SOCK_STREAM, 0), 4, 1 << 0);
	is_nearest(call_of("socket", AF_PACKET, SOCK_RAW, 17), 5, 1 << 0 | 1 << 1);
}

static void looks_through_negations(void **state)
{
	(void)state;
	is_nearest(call_of("mmap", 0, 0, 7), 7, 1 << 2);
	is_nearest(call_of("lseek", 4, 0, 0), 8, 1 << 0 | 1 << 2);
	is_nearest(call_of("lseek", 3, 0, SEEK_END), 8, 1 << 2);
}

static void names_no_rule_where_none_admits_the_call(void **state)
{
	autopolicy struct policy *p = parse("wont 1\narch x86_64 {\n\tread: -> errno(EPERM)\n}\n");
	struct call call = call_of("read", 0, 0, 0);

	(void)state;
	assert_null(remedy_nearest(p, &call).rule);
	call.token = arch_by_name("i386")->token;
	assert_null(remedy_nearest(p, &call).rule);
	is_nearest(call_of("bpf", 0, 0, 0), 0, 0);
}

/* The proposed rule in words, and that it admits what was asked for. */
static void is_proposed(struct call call, const char *wanted)
{
	const struct arch *arch = arch_by_token(call.token, call.nr);
	autocond struct cond *cond = NULL;
	autostr struct str s = { 0 };

	assert_int_equal(remedy_rule(&call, &cond, NULL), 0);
	if (cond) {
		assert_true(cond_eval(cond, call.args));
		cond_print(&s, cond, arch, arch_syscall(arch, call.nr));
	}
	assert_string_equal(str_text(&s), wanted);
}

static void proposes_selectors_and_flags_as_they_were(void **state)
{
	(void)state;
	is_proposed(call_of("socket", AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 7),
		    "domain == AF_UNIX && type == SOCK_STREAM|SOCK_CLOEXEC && protocol == 7");
	is_proposed(call_of("lseek", 3, 100, SEEK_END), "whence == SEEK_END");
	is_proposed(call_of("read", 3, 100, 7), "");
}

static void proposes_what_the_kernel_will_look_at(void **state)
{
	struct call call = call_of("ioctl", 3, 0xdead000000005412, 0);

	(void)state;
	is_proposed(call, "request == TIOCSTI");
	call.nr = 1000;
	is_proposed(call, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_rule_with_the_fewest_differences),
		cmocka_unit_test(looks_through_negations),
		cmocka_unit_test(names_no_rule_where_none_admits_the_call),
		cmocka_unit_test(proposes_selectors_and_flags_as_they_were),
		cmocka_unit_test(proposes_what_the_kernel_will_look_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
