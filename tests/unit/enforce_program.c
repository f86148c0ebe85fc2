/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about finding the file that a command means. */
#include "enforce/program.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[] = "/tmp/wont-test-XXXXXX";

/* A file in the test's folder. */
static void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(chmod(path, mode), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(home) || chdir(home))
		return -1;
	for (const char *const *folder =
		     (const char *const[]){ "a", "b", "b/tool", "a/late", NULL };
	     *folder; folder++)
		if (mkdir(*folder, 0700))
			return -1;
	put("a/plain", "data", 0600);
	put("b/plain", "#!/bin/sh\n", 0700);
	put("b/late", "#!/bin/sh\n", 0700);
	put("a/only-plain", "data", 0600);
	put("script", "echo hello\n", 0700);
	put("empty", "", 0700);
	put("bad-interpreter", "#!/no/such/interpreter -x\n", 0700);
	put("folder-interpreter", "#! /tmp\n", 0700);
	put("nested", "#!./by-env one argument\n", 0700);
	put("by-env", "#!/usr/bin/env sh\n", 0700);
	put("loop", "#!./loop\n", 0700);
	return 0;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return chdir("/") || system(command);
}

/* What program_find makes of command in PATH search. */
static int find(const char *command, const char *search, struct program *p)
{
	struct err e = { 0 };

	*p = (struct program){ 0 };
	int r = program_find(command, search, p, &e);
	assert_int_equal(e.code, r);
	assert_true(r == 0 || e.text[0]);
	return r;
}

static void finds(const char *command, const char *search, const char *path)
{
	struct program p;

	assert_int_equal(find(command, search, &p), 0);
	assert_string_equal(p.path, path);
	program_fini(&p);
}

static void fails(const char *command, const char *search, int code)
{
	struct program p;

	assert_int_equal(find(command, search, &p), code);
	assert_null(p.path);
}

static void a_word_with_a_slash_is_a_path(void **state)
{
	(void)state;
	finds("b/plain", "/nowhere", "b/plain");
	finds("./script", NULL, "./script");
	fails("a/missing", "/bin", -ENOENT);
	fails("a/plain", NULL, -EACCES);
	fails("b", "a:b", -ENOENT);
	fails("./b", NULL, -EACCES);
	fails("a/plain/x", NULL, -EACCES);
	fails("/dev/null", NULL, -EACCES);
	fails("", "/bin:a", -ENOENT);
}

static void passes_over_what_cannot_be_executed(void **state)
{
	(void)state;
	finds("plain", "a:b", "b/plain");
	finds("late", "a:b", "b/late");
	fails("only-plain", "a:b", -EACCES);
	fails("only-plain", "b", -ENOENT);
	fails("tool", "/nowhere:b:a", -EACCES);
	fails("missing", "a:b:/nowhere:script", -ENOENT);
}

static void an_empty_folder_of_path_is_the_current_one(void **state)
{
	(void)state;
	finds("script", "", "script");
	finds("script", "a:", "script");
	finds("script", ":a", "script");
	finds("script", "a::b", "script");
	fails("script", "a:b", -ENOENT);
}

static void without_path_the_system_folders_are_searched(void **state)
{
	(void)state;
	finds("sh", NULL, "/bin/sh");
}

static void tells_the_arch_of_a_file_and_of_its_interpreter(void **state)
{
	struct program p;

	(void)state;
	for (const char *const *name = (const char *const[]){ "/bin/sh", "script", "empty",
							      "nested", "b/plain", NULL };
	     *name; name++) {
		char path[64];

		snprintf(path, sizeof(path), "%s%s", **name == '/' ? "" : "./", *name);
		assert_int_equal(find(path, NULL, &p), 0);
		assert_ptr_equal(p.arch, arch_native());
		program_fini(&p);
	}
}

static void gives_a_text_without_interpreter_to_the_shell(void **state)
{
	struct program p;

	(void)state;
	assert_int_equal(find("./script", NULL, &p), 0);
	assert_true(p.needs_shell);
	program_fini(&p);
	assert_int_equal(find("./nested", NULL, &p), 0);
	assert_false(p.needs_shell);
	program_fini(&p);
	assert_int_equal(find("/bin/sh", NULL, &p), 0);
	assert_false(p.needs_shell);
	program_fini(&p);
}

static void names_an_interpreter_that_is_missing(void **state)
{
	struct program p = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(program_find("./bad-interpreter", NULL, &p, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/no/such/interpreter"));
	fails("./folder-interpreter", NULL, -EACCES);
}

static void interpreters_in_a_circle_end(void **state)
{
	struct program p;

	(void)state;
	assert_int_equal(find("./loop", NULL, &p), 0);
	assert_null(p.arch);
	program_fini(&p);
}

static void refuses_a_program_whose_arch_would_be_foreign(void **state)
{
	autopolicy struct policy *policy = policy_new();
	struct program p = { .path = (char *)"x", .arch = arch_by_name("i386") };

	(void)state;
	assert_non_null(policy_add_block(policy, arch_by_name("x86_64")));
	assert_int_equal(program_check(&p, policy, NULL), -EINVAL);
	policy->foreign_arch.kind = ACTION_LOG;
	assert_int_equal(program_check(&p, policy, NULL), 0);
	policy->foreign_arch.kind = ACTION_KILL_PROCESS;
	assert_non_null(policy_add_block(policy, p.arch));
	assert_int_equal(program_check(&p, policy, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_with_a_slash_is_a_path),
		cmocka_unit_test(passes_over_what_cannot_be_executed),
		cmocka_unit_test(an_empty_folder_of_path_is_the_current_one),
		cmocka_unit_test(without_path_the_system_folders_are_searched),
		cmocka_unit_test(tells_the_arch_of_a_file_and_of_its_interpreter),
		cmocka_unit_test(gives_a_text_without_interpreter_to_the_shell),
		cmocka_unit_test(names_an_interpreter_that_is_missing),
		cmocka_unit_test(interpreters_in_a_circle_end),
		cmocka_unit_test(refuses_a_program_whose_arch_would_be_foreign),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
