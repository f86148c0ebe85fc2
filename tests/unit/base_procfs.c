/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/procfs.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_task_tells_its_numbers(void **state)
{
	(void)state;
	assert_true(procfs_is_ours());
	assert_int_equal(procfs_number(getpid(), "Tgid"), getpid());
	assert_int_equal(procfs_number(getpid(), "PPid"), getppid());
	assert_int_equal(procfs_number(getpid(), "Nothing"), 0);
	assert_int_equal(procfs_number(0x7ffffff0, "Tgid"), 0);
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int first_of_a_namespace(void)
{
	return procfs_is_ours() || procfs_number(1, "Tgid") || procfs_number(getpid(), "Tgid");
}

enum { NOT_TO_BE_HAD = 77 };

/* A pid namespace is for the children of who asks for it, and for all of them from then on. */
static int parent_of_a_namespace(void)
{
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWUSER | CLONE_NEWPID))
		return NOT_TO_BE_HAD;
	pid = fork();
	if (!pid)
		_exit(first_of_a_namespace());
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static void another_namespace_s_numbers_are_not_believed(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (!pid)
		_exit(parent_of_a_namespace());
	status = status_of(pid);
	if (status == NOT_TO_BE_HAD)
		skip();
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_tells_its_numbers),
		cmocka_unit_test(another_namespace_s_numbers_are_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
