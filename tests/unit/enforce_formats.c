/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about printed programs; tests/cases/filter has whole ones. */
#include "enforce/view.h"
#include "policy/text.h"

#include "base/cleanup.h"
#include "tests/unit/parsed.h"

#include <errno.h>
#include <string.h>

static struct policy *socket_policy(void)
{
	return parse(
		"wont 1\ndefault kill_process\nforeign-arch kill_process\n"
		"arch x86_64 {\nsocket: domain == AF_UNIX && (type & 0xf) == SOCK_STREAM\n}\n");
}

static void print(const char *format, const struct filter *f, const struct policy *p,
		  struct str *out)
{
	filter_format_by_name(format)->print(f, p, out);
	assert_false(out->failed);
}

static void compile(const struct policy *p, struct filter *f)
{
	assert_int_equal(filter_compile(p, NULL, f, NULL), 0);
}

static void every_format_is_found_by_its_name(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct filter_format *const *f = filter_formats; *f; f++, count++)
		assert_ptr_equal(filter_format_by_name((*f)->name), *f);
	assert_int_equal(count, 4);
	assert_null(filter_format_by_name("elf"));
}

static void raw_programs_survive_the_round_trip(void **state)
{
	autopolicy struct policy *p = socket_policy();
	autofilter struct filter f = { 0 }, back = { 0 };
	autostr struct str a = { 0 }, b = { 0 };

	(void)state;
	compile(p, &f);
	print("bpf", &f, p, &a);
	assert_int_equal(a.len, f.insns.len * sizeof(struct sock_filter));
	assert_int_equal(filter_from_bytes(str_text(&a), a.len, &back, NULL), 0);
	print("bpf", &back, NULL, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(str_text(&a), str_text(&b), a.len);
}

static void refuses_bytes_that_are_no_program(void **state)
{
	static const char zeros[8 * 4097];
	struct filter f = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(filter_from_bytes(zeros, 0, &f, &e), -EINVAL);
	assert_int_equal(filter_from_bytes(zeros, 7, &f, &e), -EINVAL);
	assert_int_equal(filter_from_bytes(zeros, 8, &f, &e), -EINVAL);
	assert_int_equal(filter_from_bytes(zeros, sizeof(zeros), &f, &e), -EINVAL);
	assert_null(f.insns.data);
}

static void disassembly_names_arches_calls_arguments_and_rules(void **state)
{
	autopolicy struct policy *p = socket_policy();
	autofilter struct filter f = { 0 };
	autostr struct str out = { 0 };

	(void)state;
	compile(p, &f);
	print("asm", &f, p, &out);
	assert_non_null(strstr(str_text(&out), "arch == x86_64"));
	assert_non_null(strstr(str_text(&out), "nr == socket"));
	assert_non_null(strstr(str_text(&out), "domain == AF_UNIX"));
	assert_non_null(strstr(str_text(&out),
			       ";   (type & (SOCK_RAW|SOCK_RDM|SOCK_PACKET)) == SOCK_STREAM"));
	assert_non_null(strstr(str_text(&out), "; socket: domain == AF_UNIX"));
	assert_non_null(strstr(str_text(&out), ";   allow"));
	assert_non_null(strstr(str_text(&out), ";   kill_process"));
}

/* A program from elsewhere has no notes: the view finds out by itself. */
static void disassembly_understands_foreign_programs(void **state)
{
	autopolicy struct policy *p = socket_policy();
	autofilter struct filter f = { 0 }, raw = { 0 };
	autostr struct str bytes = { 0 }, out = { 0 };

	(void)state;
	compile(p, &f);
	print("bpf", &f, p, &bytes);
	assert_int_equal(filter_from_bytes(str_text(&bytes), bytes.len, &raw, NULL), 0);
	print("asm", &raw, NULL, &out);
	assert_non_null(strstr(str_text(&out), "nr == socket"));
	assert_non_null(strstr(str_text(&out), "domain == AF_UNIX"));
}

static void views_forget_what_not_all_ways_know(void **state)
{
	static const struct sock_filter codes[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 41, 0, 1),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	autofilter struct filter f = { 0 };

	(void)state;
	assert_int_equal(filter_from_bytes(codes, sizeof(codes), &f, NULL), 0);
	autofree struct view *views = filter_views(&f);
	assert_true(views[1].has_word && views[1].offset == 0);
	assert_true(views[2].has_nr && views[2].nr == 41);
	assert_false(views[3].has_word);
	assert_false(views[3].has_nr);
	assert_int_equal(views[3].arrivals, 2);
}

static void flags_are_named_as_in_profiles(void **state)
{
	autopolicy struct policy *p =
		parse("wont 1\ndefault kill_process\nforeign-arch kill_process\narch x86_64 {\n"
		      "openat: (flags & ~O_CLOEXEC) == O_RDONLY\n"
		      "mmap: (flags & ~MAP_FIXED) == MAP_PRIVATE|MAP_ANONYMOUS\n"
		      "mprotect: prot == PROT_READ|PROT_WRITE\n}\n");
	autofilter struct filter f = { 0 };
	autostr struct str out = { 0 };

	(void)state;
	compile(p, &f);
	print("asm", &f, p, &out);
	assert_non_null(strstr(str_text(&out), ";   flags & ~O_CLOEXEC\n"));
	assert_non_null(strstr(str_text(&out),
			       ";   (flags.low & ~MAP_FIXED) == MAP_PRIVATE|MAP_ANONYMOUS\n"));
	assert_non_null(strstr(str_text(&out), ";   prot.low == PROT_READ|PROT_WRITE\n"));
}

static void pseudo_code_nests_and_shares(void **state)
{
	autopolicy struct policy *p = socket_policy();
	autofilter struct filter f = { 0 };
	autostr struct str out = { 0 };

	(void)state;
	compile(p, &f);
	print("pfc", &f, p, &out);
	assert_string_equal(str_text(&out),
			    "# pseudo filter code\n"
			    "if (arch == x86_64)\n"
			    "  if (nr == socket)\n"
			    "    if (domain == AF_UNIX)\n"
			    "      if ((type & (SOCK_RAW|SOCK_RDM|SOCK_PACKET)) == SOCK_STREAM)\n"
			    "        action allow;\n"
			    "      action kill_process;\n"
			    "    action kill_process;\n"
			    "  action kill_process;\n"
			    "action kill_process;\n");
}

static void c_arrays_hold_every_instruction(void **state)
{
	autopolicy struct policy *p = socket_policy();
	autofilter struct filter f = { 0 };
	autostr struct str out = { 0 };
	size_t count = 0;

	(void)state;
	compile(p, &f);
	print("c", &f, p, &out);
	for (const char *at = str_text(&out); (at = strstr(at, "\t{ 0x")); at++)
		count++;
	assert_int_equal(count, f.insns.len);
	assert_non_null(strstr(str_text(&out), "#include <linux/filter.h>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_found_by_its_name),
		cmocka_unit_test(raw_programs_survive_the_round_trip),
		cmocka_unit_test(refuses_bytes_that_are_no_program),
		cmocka_unit_test(disassembly_names_arches_calls_arguments_and_rules),
		cmocka_unit_test(disassembly_understands_foreign_programs),
		cmocka_unit_test(views_forget_what_not_all_ways_know),
		cmocka_unit_test(flags_are_named_as_in_profiles),
		cmocka_unit_test(pseudo_code_nests_and_shares),
		cmocka_unit_test(c_arrays_hold_every_instruction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
