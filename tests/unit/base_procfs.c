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

static int first_of_a_namespace(void)
{
	return procfs_is_ours() || procfs_number(1, "Tgid") || procfs_number(getpid(), "Tgid");
}

static void another_namespace_s_numbers_are_not_believed(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID))
		return; /* not to be had here */
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(first_of_a_namespace());
	assert_int_equal(waitpid(pid, &status, 0), pid);
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
