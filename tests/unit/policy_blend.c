/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about what stands beside the rules of policies that are joined. */
#include "policy/blend.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static struct rule rule_with(const char *comment, const char *remark)
{
	return (struct rule){
		.comment = comment ? strdup(comment) : NULL,
		.remark = remark ? strdup(remark) : NULL,
	};
}

static void add_exe(struct rule *rule, const char *path)
{
	assert_int_equal(vec_push(&rule->from.exes, strdup(path)), 0);
}

static void differing_comments_stand_behind_each_other(void **state)
{
	struct rule a = rule_with("# one", "# uno"), b = rule_with("# two", "# due");

	(void)state;
	assert_true(blend_rule(&a, &b));
	assert_string_equal(a.comment, "# one\n# two");
	assert_string_equal(a.remark, "# uno # due");
	rule_fini(&a);
	rule_fini(&b);
}

static void joining_again_adds_nothing(void **state)
{
	static const char *const parts[] = { "# one", "# two", "# three", "# one\n# two" };
	struct rule a = rule_with("# one\n# two\n# three", NULL);

	(void)state;
	for (size_t i = 0; i < countof(parts); i++) {
		struct rule b = rule_with(parts[i], NULL);

		assert_true(blend_rule(&a, &b));
		assert_string_equal(a.comment, "# one\n# two\n# three");
		rule_fini(&b);
	}
	rule_fini(&a);
}

static void a_line_that_only_begins_alike_is_another(void **state)
{
	struct rule a = rule_with("# one\n# twofold", NULL), b = rule_with("# two", NULL);

	(void)state;
	assert_true(blend_rule(&a, &b));
	assert_string_equal(a.comment, "# one\n# twofold\n# two");
	rule_fini(&a);
	rule_fini(&b);
}

static void weights_add_up_and_stay_within_bounds(void **state)
{
	struct rule a = { .from = { .weight = 3, .runs = 2 } };
	struct rule b = { .from = { .weight = 4, .runs = 5 } };
	struct rule c = { .from = { .weight = UINT64_MAX, .runs = 1 } };

	(void)state;
	assert_true(blend_rule(&a, &b));
	assert_true(a.from.weight == 7);
	assert_int_equal(a.from.runs, 5);
	assert_true(blend_rule(&a, &c));
	assert_true(a.from.weight == UINT64_MAX);
	assert_int_equal(a.from.runs, 5);
}

static void executables_are_united(void **state)
{
	struct rule a = { 0 }, b = { 0 };

	(void)state;
	add_exe(&a, "/bin/one");
	add_exe(&b, "/bin/two");
	add_exe(&b, "/bin/one");
	assert_true(blend_rule(&a, &b));
	assert_int_equal(a.from.exes.len, 2);
	assert_string_equal(a.from.exes.data[1], "/bin/two");
	rule_fini(&a);
	rule_fini(&b);
}

static void what_was_learned_anywhere_is_no_longer_of_the_floor(void **state)
{
	/* Nothing is known of a rule that was written by hand: it changes nothing. */
	static const struct {
		struct provenance a, b;
		bool is_floor;
	} cases[] = {
		{ { .is_floor = true }, { .is_floor = true }, true },
		{ { .is_floor = true }, { .weight = 1 }, false },
		{ { .weight = 1 }, { .is_floor = true }, false },
		{ { .is_floor = true }, { 0 }, true },
		{ { 0 }, { .is_floor = true }, true },
		{ { 0 }, { 0 }, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct rule a = { .from = cases[i].a }, b = { .from = cases[i].b };

		assert_true(blend_rule(&a, &b));
		assert_int_equal(a.from.is_floor, cases[i].is_floor);
	}
}

static void evidence_adds_up_and_names_that_differ_are_left_out(void **state)
{
	char redis[] = "redis", seven[] = "7", eight[] = "8";
	struct policy a = { .app = redis, .release = seven };
	struct policy b = { .app = redis, .release = eight };
	struct policy out = { 0 };

	(void)state;
	a.evidence = (struct evidence){ .is_known = true, .runs = 2, .calls = 10, .lost = 1 };
	b.evidence = (struct evidence){ .is_known = true, .runs = 3, .calls = UINT64_MAX };
	assert_true(blend_policy(&out, &a, &b));
	assert_string_equal(out.app, "redis");
	assert_null(out.release);
	assert_true(out.evidence.is_known);
	assert_true(out.evidence.runs == 5);
	assert_true(out.evidence.calls == UINT64_MAX);
	assert_true(out.evidence.lost == 1);
	free(out.app);
}

static void a_name_that_one_side_has_stays(void **state)
{
	char redis[] = "redis";
	struct policy named = { .app = redis }, nameless = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct policy out = { 0 };

		assert_true(blend_policy(&out, i ? &named : &nameless, i ? &nameless : &named));
		assert_string_equal(out.app, "redis");
		free(out.app);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differing_comments_stand_behind_each_other),
		cmocka_unit_test(joining_again_adds_nothing),
		cmocka_unit_test(a_line_that_only_begins_alike_is_another),
		cmocka_unit_test(weights_add_up_and_stay_within_bounds),
		cmocka_unit_test(executables_are_united),
		cmocka_unit_test(what_was_learned_anywhere_is_no_longer_of_the_floor),
		cmocka_unit_test(evidence_adds_up_and_names_that_differ_are_left_out),
		cmocka_unit_test(a_name_that_one_side_has_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
