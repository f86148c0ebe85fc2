/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the tree of processes and threads. */
#include "tracer/tree.h"

#include "tests/unit/unit.h"

/* A process of that many threads, tids pid, pid + 1, ... */
static struct group *plant(struct tree *tree, pid_t pid, int threads, const struct group *parent)
{
	struct group *group = tree_add_group(tree, pid, parent);

	assert_non_null(group);
	for (int i = 0; i < threads; i++) {
		struct thread *thread = tree_add_thread(tree, pid + i);

		assert_non_null(thread);
		tree_join(tree, thread, group);
	}
	return group;
}

static void processes_get_numbers_of_their_own_and_their_parents(void **state)
{
	struct tree tree = { 0 };
	struct group *first = plant(&tree, 100, 1, NULL);
	struct group *child = plant(&tree, 200, 1, first);

	(void)state;
	assert_int_equal(first->process.number, 1);
	assert_int_equal(first->process.parent, 1);
	assert_int_equal(child->process.parent, 1);
	tree_remove_group(&tree, child);
	/* The pid comes again, the number does not. */
	child = plant(&tree, 200, 1, first);
	assert_int_equal(child->process.number, 3);
	tree_fini(&tree);
}

static void a_child_executes_what_its_parent_does(void **state)
{
	struct tree tree = { 0 };
	struct exe exe = { 0 };
	struct group *first = plant(&tree, 100, 1, NULL);

	(void)state;
	first->process.exe = &exe;
	assert_ptr_equal(plant(&tree, 200, 1, first)->process.exe, &exe);
	tree_fini(&tree);
}

static void a_thread_is_held_until_it_has_a_group(void **state)
{
	struct tree tree = { 0 };
	struct group *group = plant(&tree, 100, 1, NULL);
	struct thread *thread = tree_add_thread(&tree, 101);

	(void)state;
	assert_int_equal(tree.held, 1);
	tree_join(&tree, thread, group);
	assert_int_equal(tree.held, 0);
	assert_int_equal(group->threads, 2);
	tree_remove_thread(&tree, tree_add_thread(&tree, 102));
	assert_int_equal(tree.held, 0);
	/* One that has gone waits for nothing, unless its tid comes again. */
	thread = tree_add_thread(&tree, 103);
	tree_set_gone(&tree, thread, true);
	assert_int_equal(tree.held, 0);
	tree_set_gone(&tree, thread, false);
	assert_int_equal(tree.held, 1);
	tree_set_gone(&tree, thread, true);
	tree_join(&tree, thread, group);
	assert_int_equal(tree.held, 0);
	tree_fini(&tree);
}

static void a_group_takes_its_threads_with_it(void **state)
{
	struct tree tree = { 0 };
	struct group *first = plant(&tree, 100, 50, NULL);
	struct group *second = plant(&tree, 200, 50, first);

	(void)state;
	tree_remove_group(&tree, second);
	assert_null(tree_group(&tree, 200));
	for (int i = 0; i < 50; i++) {
		assert_non_null(tree_thread(&tree, 100 + i));
		assert_null(tree_thread(&tree, 200 + i));
	}
	tree_fini(&tree);
}

static void the_thread_that_executes_becomes_the_leader(void **state)
{
	struct tree tree = { 0 };
	struct group *group = plant(&tree, 100, 5, NULL);
	struct thread *thread = tree_thread(&tree, 103);

	(void)state;
	assert_ptr_equal(tree_exec(&tree, group, 103), thread);
	assert_int_equal(thread->tid, 100);
	assert_int_equal(group->threads, 1);
	assert_ptr_equal(tree_thread(&tree, 100), thread);
	for (pid_t tid = 101; tid < 105; tid++)
		assert_null(tree_thread(&tree, tid));
	tree_fini(&tree);
}

static void a_leader_that_executes_stays(void **state)
{
	struct tree tree = { 0 };
	struct group *group = plant(&tree, 100, 3, NULL);
	struct thread *leader = tree_thread(&tree, 100);

	(void)state;
	assert_ptr_equal(tree_exec(&tree, group, 100), leader);
	assert_int_equal(group->threads, 1);
	/* Even when who executed was never seen. */
	assert_ptr_equal(tree_exec(&tree, group, 4711), leader);
	tree_remove_thread(&tree, leader);
	assert_int_equal(tree_exec(&tree, group, 4711)->tid, 100);
	tree_fini(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_get_numbers_of_their_own_and_their_parents),
		cmocka_unit_test(a_child_executes_what_its_parent_does),
		cmocka_unit_test(a_thread_is_held_until_it_has_a_group),
		cmocka_unit_test(a_group_takes_its_threads_with_it),
		cmocka_unit_test(the_thread_that_executes_becomes_the_leader),
		cmocka_unit_test(a_leader_that_executes_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
