/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about union, subset and difference, with policy_eval as the oracle. */
#include "policy/algebra.h"

#include "base/cleanup.h"
#include "policy/text.h"
#include "tests/unit/parsed.h"
#include "tests/unit/random.h"

#include <errno.h>
#include <string.h>

static bool admits(const struct policy *p, const struct call *call)
{
	return policy_eval(p, call, NULL).kind >= ACTION_LOG;
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

/* What the changes say of one call: does the new side admit more, or less? */
static bool is_changed(const struct changes *c, const struct call *call, bool is_more)
{
	vec_for(change, &c->entries) {
		bool adds = change->kind == CHANGE_ADDED || change->kind == CHANGE_WIDENED;

		if (change->arch == arch_by_token(call->token, call->nr) &&
		    change->nr == call->nr && adds == is_more)
			return !change->cond || cond_eval(change->cond, call->args);
	}
	return false;
}

static void check_kind(const struct policy *a, const struct policy *b, const struct change *change)
{
	bool is_more = change->kind == CHANGE_ADDED || change->kind == CHANGE_WIDENED;
	const struct policy *wide = is_more ? b : a, *narrow = is_more ? a : b;

	assert_true(admits(wide, &change->witness));
	assert_false(admits(narrow, &change->witness));
}

static void differences_are_exact(void **state)
{
	struct random r = { .state = 23 };
	size_t changes = 0;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		autopolicy struct policy *a = random_policy(&r);
		autopolicy struct policy *b = round % 4 ? random_variant(&r, a) : random_policy(&r);
		struct changes c;

		close_backgrounds(a);
		close_backgrounds(b);
		assert_int_equal(policy_diff(a, b, &c, NULL), 0);
		vec_for(change, &c.entries)
			check_kind(a, b, change);
		for (int i = 0; i < 150; i++) {
			struct call call = random_call(&r, i % 2 ? a : b);
			bool is_old = admits(a, &call), is_new = admits(b, &call);

			assert_int_equal(is_changed(&c, &call, true), is_new && !is_old);
			assert_int_equal(is_changed(&c, &call, false), is_old && !is_new);
		}
		changes += c.entries.len;
		changes_fini(&c);
	}
	assert_true(changes > 2000);
}

static void print_changes(struct str *out, const struct changes *c)
{
	static const char *const kinds[] = { "added", "removed", "widened", "narrowed" };

	vec_for(change, &c->entries) {
		str_putf(out, "%s ", kinds[change->kind]);
		syscall_print(out, change->arch, change->nr);
		if (change->cond) {
			str_put(out, ": ");
			cond_print(out, change->cond, change->arch,
				   arch_syscall(change->arch, change->nr));
		}
		vec_for(exe, &change->exes)
			str_putf(out, " %s", *exe);
		str_put(out, "\n");
	}
}

static void check_diff(const char *a, const char *b, const char *want)
{
	autopolicy struct policy *x = parse(a);
	autopolicy struct policy *y = parse(b);
	autostr struct str text = { 0 };
	struct changes c;

	assert_int_equal(policy_diff(x, y, &c, NULL), 0);
	print_changes(&text, &c);
	changes_fini(&c);
	assert_string_equal(str_text(&text), want);
}

#define BLOCK(rules) HEAD "arch x86_64 {\n" rules "}\n"

static void names_what_came_and_went(void **state)
{
	(void)state;
	check_diff(BLOCK("\tread\n\tsocket: domain == AF_UNIX\n\tclone3: -> errno(ENOSYS)\n"),
		   BLOCK("\tread\n\tbind by \"/bin/a\"\n\tconnect: sockfd == 3 by \"/bin/b\"\n"),
		   "removed socket: domain == AF_UNIX\n"
		   "added connect: sockfd == 3 /bin/b\n"
		   "added bind /bin/a\n");
}

static void shows_only_the_new_values_of_a_set(void **state)
{
	(void)state;
	check_diff(BLOCK("\tioctl: request in {TCGETS, FIONREAD}\n\tlseek: whence in 0..1\n"
			 "\tread: count <= 4096\n"),
		   BLOCK("\tioctl: request in {TCGETS, TCSETS, TIOCGWINSZ} by \"/bin/a\"\n"
			 "\tlseek: whence in 0..2\n\tread: count <= 8192\n"),
		   "widened read: count in 4097..8192\n"
		   "widened lseek: whence == SEEK_END\n"
		   "widened ioctl: request in {TCSETS, TIOCGWINSZ} /bin/a\n"
		   "narrowed ioctl: request == FIONREAD\n");
}

static void tells_the_new_alternative_of_several(void **state)
{
	(void)state;
	check_diff(
		BLOCK("\tsocket: domain == AF_UNIX && (type & ~(SOCK_CLOEXEC)) == SOCK_STREAM\n"),
		BLOCK("\tsocket: domain in {AF_UNIX, AF_INET} && "
		      "(type & ~(SOCK_CLOEXEC)) in {SOCK_STREAM, SOCK_DGRAM} || "
		      "domain == AF_NETLINK\n"),
		"widened socket: domain == AF_INET && (type & ~SOCK_CLOEXEC) in {SOCK_STREAM, "
		"SOCK_DGRAM} || domain == AF_UNIX && (type & ~SOCK_CLOEXEC) == SOCK_DGRAM || "
		"domain == AF_NETLINK\n");
}

static void tells_a_new_flag(void **state)
{
	(void)state;
	check_diff(BLOCK("\topenat: (flags & ~(O_CLOEXEC|O_DIRECTORY)) == O_RDONLY\n"
			 "\tmmap: prot in {PROT_READ, PROT_READ|PROT_WRITE}\n"),
		   BLOCK("\topenat: (flags & ~(O_CLOEXEC|O_DIRECTORY|O_NOFOLLOW)) == O_RDONLY\n"
			 "\tmmap: (prot & ~(PROT_READ|PROT_WRITE)) == 0\n"),
		   "widened mmap: prot in {PROT_NONE, PROT_WRITE}\n"
		   "widened openat: (flags & ~(O_DIRECTORY|O_CLOEXEC)) == O_RDONLY|O_NOFOLLOW\n");
}

static void says_the_rest_where_no_set_can(void **state)
{
	(void)state;
	check_diff(BLOCK("\tlseek: whence in 0..2\n\tmmap: !(prot & PROT_EXEC)\n"),
		   BLOCK("\tlseek\n\tmmap: !(prot & PROT_WRITE && prot & PROT_EXEC)\n"),
		   "widened lseek: !(whence in {SEEK_SET, SEEK_CUR, SEEK_END})\n"
		   "widened mmap: !(prot & PROT_WRITE) && prot & PROT_EXEC\n");
}

static void flags_differences_that_no_rule_shows(void **state)
{
	autopolicy struct policy *a = parse(BLOCK("\tread\n"));
	autopolicy struct policy *b = parse("wont 1\ndefault log\nforeign-arch errno(EPERM)\n"
					    "newer 6.18 errno(ENOSYS)\narch x86_64 {\n\tread\n}\n");
	struct changes c;

	(void)state;
	assert_int_equal(policy_diff(a, b, &c, NULL), 0);
	assert_int_equal(c.entries.len, 0);
	assert_true(c.is_default_changed && c.is_foreign_changed && c.is_newer_changed);
	changes_fini(&c);
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
		cmocka_unit_test(differences_are_exact),
		cmocka_unit_test(names_what_came_and_went),
		cmocka_unit_test(shows_only_the_new_values_of_a_set),
		cmocka_unit_test(tells_the_new_alternative_of_several),
		cmocka_unit_test(tells_a_new_flag),
		cmocka_unit_test(says_the_rest_where_no_set_can),
		cmocka_unit_test(flags_differences_that_no_rule_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
