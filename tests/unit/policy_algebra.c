/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about union, subset and difference, with policy_eval as the oracle. */
#include "policy/algebra.h"

#include "base/cleanup.h"
#include "policy/text.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

static bool admits(const struct policy *p, const struct call *call)
{
	return policy_eval(p, call, NULL).kind >= ACTION_LOG;
}

static struct policy *parse(const char *text)
{
	struct err e = { 0 };
	struct policy *p = NULL;

	if (policy_parse(text, strlen(text), "test", &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

/* Nothing that no rule matches runs: what is joined is the rules. */
static void close_backgrounds(struct policy *p)
{
	struct action *all[] = { &p->fallback, &p->foreign_arch, &p->newer.action };

	for (size_t i = 0; i < countof(all); i++) {
		if (all[i]->kind >= ACTION_LOG)
			all[i]->kind = ACTION_KILL_PROCESS;
	}
}

static void a_union_admits_what_either_admits(void **state)
{
	struct random r = { .state = 20 };
	int joined = 0;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		autopolicy struct policy *a = random_policy(&r);
		autopolicy struct policy *b = round % 2 ? random_variant(&r, a) : random_policy(&r);
		autopolicy struct policy *both = NULL;
		struct err e = { 0 };

		close_backgrounds(a);
		close_backgrounds(b);
		if (policy_join(a, b, &both, &e) == -EINVAL)
			continue;
		assert_non_null(both);
		joined++;
		for (int i = 0; i < 100; i++) {
			struct call call = random_call(&r, i % 2 ? a : b);

			assert_int_equal(admits(both, &call), admits(a, &call) || admits(b, &call));
		}
	}
	assert_true(joined > 700);
}

static void a_union_with_oneself_changes_nothing(void **state)
{
	struct random r = { .state = 21 };

	(void)state;
	for (int round = 0; round < 300; round++) {
		autopolicy struct policy *a = random_policy(&r);
		autopolicy struct policy *both = NULL;
		struct call witness;
		bool is_equal;

		assert_int_equal(policy_join(a, a, &both, NULL), 0);
		for (size_t i = 0; i < a->blocks.len; i++)
			assert_true(both->blocks.data[i].rules.len <= a->blocks.data[i].rules.len);
		assert_int_equal(policy_equal(a, both, &is_equal, &witness, NULL), 0);
		/* What is admitted by default and by a rule as well may be denied only by default.
		 */
		if (a->fallback.kind < ACTION_LOG && a->foreign_arch.kind < ACTION_LOG &&
		    (!a->newer.version || a->newer.action.kind < ACTION_LOG))
			for (int i = 0; i < 50; i++) {
				struct call call = random_call(&r, a);

				assert_int_equal(admits(a, &call), admits(both, &call));
			}
	}
}

static void tells_subset_and_equality_with_a_witness(void **state)
{
	struct random r = { .state = 22 };
	int subsets = 0, equals = 0;

	(void)state;
	for (int round = 0; round < 600; round++) {
		autopolicy struct policy *a = random_policy(&r);
		autopolicy struct policy *b = random_variant(&r, a);
		bool is_subset, is_equal;
		struct call w, v;

		assert_int_equal(policy_subset(a, b, &is_subset, &w, NULL), 0);
		assert_int_equal(policy_equal(a, b, &is_equal, &v, NULL), 0);
		if (!is_subset)
			assert_true(admits(a, &w) && !admits(b, &w));
		if (!is_equal)
			assert_false(
				action_equal(policy_eval(a, &v, NULL), policy_eval(b, &v, NULL)));
		for (int i = 0; i < 50; i++) {
			struct call call = random_call(&r, a);

			assert_true(!is_subset || !admits(a, &call) || admits(b, &call));
			assert_true(!is_equal || action_equal(policy_eval(a, &call, NULL),
							      policy_eval(b, &call, NULL)));
		}
		subsets += is_subset;
		equals += is_equal;
	}
	assert_true(subsets > 20);
	assert_true(equals > 5);
}

#define HEAD "wont 1\ndefault kill_process\nforeign-arch kill_process\n"

static void check_join(const char *a, const char *b, const char *want)
{
	autopolicy struct policy *x = parse(a);
	autopolicy struct policy *y = parse(b);
	autopolicy struct policy *both = NULL;
	autostr struct str text = { 0 };
	struct err e = { 0 };

	if (policy_join(x, y, &both, &e) < 0)
		fail_msg("%s", e.text);
	policy_print(both, &text);
	assert_string_equal(str_text(&text), want);
}

static void joins_what_stands_beside_the_rules(void **state)
{
	autopolicy struct policy *a =
		parse("wont 1\napp redis\nrelease 1\nevidence runs 2 calls 10 lost 0\n"
		      "default errno(EPERM)\nforeign-arch kill_process\nnewer 6.18 errno(ENOSYS)\n"
		      "arch x86_64 {\n\tread weight 5 runs 2 by \"/bin/a\"\n\tclose floor\n}\n");
	autopolicy struct policy *b =
		parse("wont 1\napp redis\nrelease 2\nevidence runs 3 calls 20 lost 1\n"
		      "default kill_process\nforeign-arch errno(EPERM)\nnewer 6.1 errno(ENOSYS)\n"
		      "arch x86_64 {\n\tread weight 6 runs 3 by \"/bin/a\", \"/bin/b\"\n"
		      "\tclose floor\n}\n");
	autopolicy struct policy *p = NULL;

	(void)state;
	assert_int_equal(policy_join(a, b, &p, NULL), 0);
	assert_string_equal(p->app, "redis");
	assert_null(p->release);
	assert_true(p->evidence.is_known);
	assert_int_equal(p->evidence.runs, 5);
	assert_int_equal(p->evidence.calls, 30);
	assert_int_equal(p->evidence.lost, 1);
	assert_int_equal(p->fallback.kind, ACTION_KILL_PROCESS);
	assert_int_equal(p->foreign_arch.kind, ACTION_KILL_PROCESS);
	assert_int_equal(p->newer.version, LINUX(6, 1));
	assert_int_equal(p->blocks.len, 1);
	assert_int_equal(p->blocks.data[0].rules.len, 2);

	const struct provenance *read = &p->blocks.data[0].rules.data[0].from;
	assert_int_equal(read->weight, 11);
	assert_int_equal(read->runs, 3);
	assert_int_equal(read->exes.len, 2);
	assert_string_equal(read->exes.data[1], "/bin/b");
	assert_true(p->blocks.data[0].rules.data[1].from.is_floor);
}

static void a_denial_stays_where_the_other_side_admits_nothing(void **state)
{
	(void)state;
	check_join(HEAD "arch x86_64 {\n\tclone3: -> errno(ENOSYS)\n\tptrace: -> errno(EPERM)\n"
			"\tsocket: -> errno(EACCES)\n}\n",
		   HEAD "arch x86_64 {\n\tclone3: -> errno(ENOSYS)\n\tptrace\n"
			"\tsocket: domain == AF_UNIX\n}\n",
		   "wont 1\n"
		   "default      kill_process\n"
		   "foreign-arch kill_process\n"
		   "\n"
		   "arch x86_64 {\n"
		   "\tsocket:         !(domain == AF_UNIX) -> errno(EACCES)\n"
		   "\tsocket:         domain == AF_UNIX\n"
		   "\tptrace\n"
		   "\tclone3:         -> errno(ENOSYS)\n"
		   "}\n");
}

static void a_rule_goes_into_one_that_covers_it(void **state)
{
	(void)state;
	check_join(HEAD "arch x86_64 {\n\tioctl: request in {TCGETS, FIONREAD}\n"
			"\tlseek: whence == SEEK_SET\n\tmmap: prot == PROT_READ\n}\n",
		   HEAD "arch x86_64 {\n\tioctl: request == TCGETS\n"
			"\tlseek: whence in 0..2\n\tmmap\n}\n",
		   "wont 1\n"
		   "default      kill_process\n"
		   "foreign-arch kill_process\n"
		   "\n"
		   "arch x86_64 {\n"
		   "\tlseek:          whence in {SEEK_SET, SEEK_CUR, SEEK_END}\n"
		   "\tmmap\n"
		   "\tioctl:          request in {TCGETS, FIONREAD}\n"
		   "}\n");
}

static void rules_that_contradict_each_other_have_no_union(void **state)
{
	autopolicy struct policy *a = parse(HEAD "arch x86_64 {\n\tread: -> errno(EPERM)\n}\n");
	autopolicy struct policy *b = parse(HEAD "arch x86_64 {\n\tread: -> errno(EIO)\n}\n");
	struct policy *both = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(policy_join(a, b, &both, &e), -EINVAL);
	assert_null(both);
	assert_non_null(strstr(e.text, "read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_union_admits_what_either_admits),
		cmocka_unit_test(a_union_with_oneself_changes_nothing),
		cmocka_unit_test(tells_subset_and_equality_with_a_witness),
		cmocka_unit_test(joins_what_stands_beside_the_rules),
		cmocka_unit_test(a_denial_stays_where_the_other_side_admits_nothing),
		cmocka_unit_test(a_rule_goes_into_one_that_covers_it),
		cmocka_unit_test(rules_that_contradict_each_other_have_no_union),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
