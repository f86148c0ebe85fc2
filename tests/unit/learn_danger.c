/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about dangers: decided on conditions, neither missed nor invented. */
#include "learn/danger.h"

#include "policy/text.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int try_parse(const char *rules, const char *head, const char *arch, struct policy **p,
		     struct err *e)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "wont 1\n%s\narch %s {\n%s\n}\n", head, arch, rules);

	return policy_parse(text, (size_t)n, "test", p, e);
}

static struct policy *parse(const char *rules, const char *head, const char *arch)
{
	struct policy *p = NULL;
	struct err e = { 0 };

	if (try_parse(rules, head, arch, &p, &e))
		fail_msg("%s", e.text);
	return p;
}

static bool has(const char *rules, const char *name)
{
	autopolicy struct policy *p = parse(rules, "", "x86_64");
	struct danger_hits hits = { 0 };
	struct err e = { 0 };
	bool found = false;

	if (danger_find(p, NULL, &hits, &e))
		fail_msg("%s", e.text);
	vec_for(hit, &hits.all) {
		found = found || strcmp(hit->danger->name, name) == 0;
		assert_int_equal(policy_eval(p, &hit->witness, NULL).kind, ACTION_ALLOW);
	}
	danger_hits_fini(&hits);
	return found;
}

static bool finds(const struct policy *p, const struct danger *danger)
{
	struct danger_hits hits = { 0 };
	bool found = false;

	assert_int_equal(danger_find(p, NULL, &hits, NULL), 0);
	vec_for(hit, &hits.all)
		found = found || hit->danger == danger;
	danger_hits_fini(&hits);
	return found;
}

/* The cases of the entry are a hit, all others are none. */
static void check_entry(const struct danger *danger, const struct arch *arch)
{
	autopolicy struct policy *all = NULL, *cases = NULL, *others = NULL;
	const struct rule *rule;
	char rules[512];

	snprintf(rules, sizeof(rules), "%s%s%s", danger->call, danger->cond ? ": " : "",
		 danger->cond ? danger->cond : "");
	all = parse(danger->call, "", arch->name);
	if (try_parse(rules, "", arch->name, &cases, NULL)) {
		/* Another call of the same name: mmap of some takes a pointer to its arguments, and
		 * so does mmap2 of s390. */
		assert_true(strncmp(danger->call, "mmap", 4) == 0);
		assert_false(finds(all, danger));
		return;
	}
	assert_true(finds(all, danger) && finds(cases, danger));
	rule = cases->blocks.data[0].rules.data;
	assert_non_null(danger_of(arch, rule->nr, rule->cond));
	if (!danger->cond)
		return;
	snprintf(rules, sizeof(rules), "%s: !(%s)", danger->call, danger->cond);
	others = parse(rules, "", arch->name);
	assert_false(finds(others, danger));
}

static void every_entry_finds_exactly_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < danger_count; i++) {
		bool is_known = false;

		for (const struct arch *const *arch = arches; *arch; arch++) {
			if (!arch_syscall_named(*arch, dangers[i].call))
				continue;
			is_known = true;
			check_entry(&dangers[i], *arch);
		}
		if (!is_known)
			fail_msg("no arch has %s", dangers[i].call);
	}
}

static void every_entry_has_a_reason_and_one_level_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < danger_count; i++) {
		assert_true(strlen(dangers[i].reason) > 15);
		for (size_t k = 0; k < danger_count; k++)
			if (strcmp(dangers[i].name, dangers[k].name) == 0)
				assert_int_equal(dangers[i].level, dangers[k].level);
	}
}

static void conditions_decide(void **state)
{
	(void)state;
	assert_true(has("ioctl", "tiocsti"));
	assert_true(has("ioctl: request in {TCGETS, TIOCSTI}", "tiocsti"));
	assert_true(has("ioctl: (request & ~0xff) == 0x5400", "tiocsti"));
	assert_false(has("ioctl: request in {TCGETS, TIOCGWINSZ}", "tiocsti"));
	assert_false(has("ioctl: request != TIOCSTI", "tiocsti"));
	assert_true(has("mmap: prot in {PROT_READ, PROT_READ|PROT_WRITE|PROT_EXEC}", "wx-mapping"));
	assert_false(
		has("mmap: prot in {PROT_READ|PROT_WRITE, PROT_READ|PROT_EXEC}", "wx-mapping"));
	assert_false(has("mmap: !(prot & PROT_WRITE && prot & PROT_EXEC)", "wx-mapping"));
	assert_true(has("mprotect: (prot & ~(PROT_WRITE|PROT_EXEC)) == 0", "wx-mapping"));
	assert_true(has("socket: domain != AF_UNIX", "alg-socket"));
	assert_false(has("socket: domain in {AF_UNIX, AF_INET, AF_INET6}", "rare-socket"));
	assert_true(has("prctl: option == PR_CAP_AMBIENT && value2 == 2 && value3 == 10",
			"ambient-capability"));
	assert_false(has("prctl: option == PR_CAP_AMBIENT && value2 == 1 && value3 == 2",
			 "ambient-capability"));
	assert_true(has("clone: (flags & ~(CLONE_NEWUSER|CLONE_VM)) == SIGCHLD", "user-namespace"));
	assert_false(has("clone: (flags & ~CLONE_VM) == SIGCHLD", "user-namespace"));
	assert_false(has("personality: persona == 0xffffffff", "personality"));
	assert_true(has("personality", "personality"));
}

static void what_a_stricter_rule_takes_back_is_no_danger(void **state)
{
	(void)state;
	assert_false(has("ptrace\nptrace -> errno(EPERM)", "ptrace"));
	assert_false(has("ioctl\nioctl: request == TIOCSTI -> kill_process", "tiocsti"));
	assert_true(has("ioctl\nioctl: request == TCGETS -> kill_process", "tiocsti"));
	assert_false(has("ptrace: -> errno(EPERM)", "ptrace"));
}

static void log_admits_as_well(void **state)
{
	autopolicy struct policy *p = parse("ptrace: -> log", "", "x86_64");
	struct danger_hits hits = { 0 };

	(void)state;
	assert_int_equal(danger_find(p, NULL, &hits, NULL), 0);
	assert_int_equal(hits.all.len, 1);
	danger_hits_fini(&hits);
}

static void a_default_that_admits_is_every_danger(void **state)
{
	autopolicy struct policy *p = parse("ptrace: -> errno(EPERM)", "default allow", "x86_64");
	struct danger_hits hits = { 0 };
	bool has_ptrace = false, has_bpf = false;

	(void)state;
	assert_int_equal(danger_find(p, NULL, &hits, NULL), 0);
	vec_for(hit, &hits.all) {
		has_ptrace |= strcmp(hit->danger->name, "ptrace") == 0;
		has_bpf |= strcmp(hit->danger->name, "bpf") == 0;
	}
	assert_true(has_bpf);
	assert_false(has_ptrace);
	danger_hits_fini(&hits);
}

static void accepts_by_name_and_knows_its_names(void **state)
{
	static const char *const some[] = { "ptrace", NULL }, *const wrong[] = { "ptrase", NULL };
	autopolicy struct policy *p = parse("ptrace\nbpf", "", "x86_64");
	struct danger_hits hits = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(danger_find(p, some, &hits, NULL), 0);
	assert_int_equal(hits.all.len, 2);
	vec_for(hit, &hits.all)
		assert_int_equal(hit->is_accepted, strcmp(hit->danger->name, "ptrace") == 0);
	danger_hits_fini(&hits);
	assert_int_equal(danger_find(p, wrong, &hits, &e), -EINVAL);
	assert_non_null(strstr(e.text, "\"ptrase\""));
	assert_int_equal(hits.all.len, 0);
}

static void the_worst_is_told(void **state)
{
	const struct arch *arch = arch_by_name("x86_64");
	autopolicy struct policy *p = parse("mprotect: prot & PROT_EXEC\nread", "", "x86_64");
	const struct rule *rules = p->blocks.data[0].rules.data;
	const struct rule *mprotect = rules[0].cond ? &rules[0] : &rules[1];

	(void)state;
	assert_string_equal(danger_of(arch, mprotect->nr, mprotect->cond)->name, "wx-mapping");
	assert_null(danger_of(arch, arch_syscall_named(arch, "read")->nr, NULL));
	assert_null(danger_of(arch, 100000, NULL));
	assert_string_equal(danger_of(arch, arch_syscall_named(arch, "bpf")->nr, NULL)->name,
			    "bpf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_finds_exactly_itself),
		cmocka_unit_test(every_entry_has_a_reason_and_one_level_a_name),
		cmocka_unit_test(conditions_decide),
		cmocka_unit_test(what_a_stricter_rule_takes_back_is_no_danger),
		cmocka_unit_test(log_admits_as_well),
		cmocka_unit_test(a_default_that_admits_is_every_danger),
		cmocka_unit_test(accepts_by_name_and_knows_its_names),
		cmocka_unit_test(the_worst_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
