/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the processes of a run. */
#include "store/lineage.h"

#include "tests/unit/events.h"

static void take_event(struct lineage *l, enum event_kind kind, const struct process *process)
{
	struct event event = event_of(kind, process);

	assert_int_equal(lineage_event(l, &event), 0);
}

static void makes_one_row_of_a_fork_and_its_exec(void **state)
{
	struct process child = { 1, 0, 101, &sh };
	struct lineage l = { 0 };

	(void)state;
	take_event(&l, EVENT_START, &first);
	take_event(&l, EVENT_START, &child);
	child.exe = &cat;
	take_event(&l, EVENT_EXEC, &child);
	assert_int_equal(l.rows, 2);
	assert_int_equal(l.changed.len, 2);
	assert_int_equal(l.changed.data[1]->exe, cat.number);
	assert_memory_equal(l.changed.data[1]->argv, "cat\0-n", 7);
	lineage_fini(&l);
}

static void makes_another_of_every_further_exec(void **state)
{
	struct process child = { 1, 0, 101, &sh };
	struct lineage l = { 0 };

	(void)state;
	take_event(&l, EVENT_START, &child);
	take_event(&l, EVENT_EXEC, &child);
	assert_int_equal(lineage_origin(&l, 1).image, 0);
	child.exe = &cat;
	take_event(&l, EVENT_EXEC, &child);
	assert_int_equal(lineage_origin(&l, 1).image, 1);
	assert_int_equal(l.rows, 2);
	assert_int_equal(l.alive, 1);
	assert_true(l.changed.data[0]->finish != 0);
	lineage_fini(&l);
}

static void explains_a_fork_by_its_parent_until_it_executes(void **state)
{
	struct process child = { 1, 0, 101, &sh }, grandchild = { 2, 1, 102, &sh };
	struct lineage l = { 0 };

	(void)state;
	take_event(&l, EVENT_START, &first);
	take_event(&l, EVENT_START, &child);
	take_event(&l, EVENT_START, &grandchild);
	assert_int_equal(lineage_origin(&l, 2).process, 0);
	take_event(&l, EVENT_EXIT, &first);
	assert_int_equal(lineage_origin(&l, 2).process, 0);
	take_event(&l, EVENT_EXEC, &grandchild);
	assert_int_equal(lineage_origin(&l, 2).process, 2);
	assert_int_equal(lineage_origin(&l, 1).process, 0);
	lineage_fini(&l);
}

static void forgets_what_has_gone_and_is_written(void **state)
{
	struct lineage l = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 3 * LINEAGE_ROWS; i++) {
		struct process child = { i, 0, (pid_t)i, &sh };

		take_event(&l, EVENT_START, &child);
		take_event(&l, EVENT_EXIT, &child);
		lineage_settle(&l);
	}
	assert_int_equal(l.live.count, 0);
	assert_int_equal(l.rows, LINEAGE_ROWS);
	assert_int_equal(l.started, 3 * LINEAGE_ROWS);
	assert_int_equal(l.alive, 0);
	lineage_fini(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_one_row_of_a_fork_and_its_exec),
		cmocka_unit_test(makes_another_of_every_further_exec),
		cmocka_unit_test(explains_a_fork_by_its_parent_until_it_executes),
		cmocka_unit_test(forgets_what_has_gone_and_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
