/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about reading and printing profiles that snapshots cannot make. */
#include "policy/text.h"

#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_bits(void)
{
	uint64_t r = 0;

	for (int i = 0; i < 5; i++)
		r = r << 15 ^ (uint64_t)rand();
	return r;
}

/* A value that the argument can have: an edge, a named one, a small or a random one. */
static uint64_t random_value(const struct arch *arch, const struct arg *arg, const struct test *t)
{
	static const uint64_t edges[] = { 0,	      1,	 INT32_MAX,  1ull << 31,
					  UINT32_MAX, INT64_MAX, 1ull << 63, UINT64_MAX };
	const struct constant_group group = arch_group(arch, arg ? arg->group : 0);
	uint64_t v = random_bits() % 20;

	switch (rand() % 4) {
	case 0:
		v = edges[(size_t)rand() % countof(edges)];
		break;
	case 1:
		v = random_bits();
		break;
	case 2:
		for (int i = rand() % 4; group.count && i >= 0; i--)
			v |= group.constants[(size_t)rand() % group.count].value;
		break;
	}
	return test_extend(t, v);
}

static void fill_ranges(const struct arch *arch, const struct arg *arg, struct test *t,
			struct range ranges[8])
{
	t->ranges = ranges;
	t->range_count = (size_t)rand() % 7 + 1;
	for (size_t i = 0; i < t->range_count; i++) {
		uint64_t low = random_value(arch, arg, t), high = low;

		if (rand() % 3 == 0)
			high = random_value(arch, arg, t);
		if (test_order(t, low) > test_order(t, high))
			high = low;
		ranges[i] = (struct range){ low, high };
	}
}

/* A comparison such as the parser makes of an argument's name, or of arg0 to arg5. */
static struct cond *random_test(const struct arch *arch, const struct syscall *call)
{
	const struct arg *arg = NULL;
	struct range ranges[8];
	struct test t = { .bits = 64, .is_raw = true, .mask = UINT64_MAX };

	t.arg = (uint8_t)(rand() % SYSCALL_ARGS);
	if (call && t.arg < call->signature->count && rand() % 8) {
		arg = &call->signature->args[t.arg];
		t.bits = arg->bits;
		t.is_signed = arg->is_signed;
		t.is_raw = false;
	}
	if (rand() % 3 == 0)
		t.mask = random_value(arch, arg, &t);
	t.op = (enum cond_op)(rand() % (OP_IN + 1));
	t.value = random_value(arch, arg, &t);
	if (t.op == OP_IN)
		fill_ranges(arch, arg, &t, ranges);
	return cond_test(t);
}

static struct cond *random_cond(const struct arch *arch, const struct syscall *call, int depth)
{
	if (depth == 0)
		return random_test(arch, call);
	switch (rand() % 4) {
	case 0:
		return cond_not(random_cond(arch, call, depth - 1));
	case 1:
		return cond_and(random_cond(arch, call, depth - 1),
				random_cond(arch, call, depth - 1));
	case 2:
		return cond_or(random_cond(arch, call, depth - 1),
			       random_cond(arch, call, depth - 1));
	default:
		return random_cond(arch, call, depth - 1);
	}
}

static void random_provenance(struct provenance *from)
{
	static const char *const exes[] = { "/bin/sh", "/a \"b\"\\\n", "/\xc3\xa9\x1b[1m", "\xff" };

	if (rand() % 2)
		from->weight = random_bits();
	if (rand() % 2)
		from->runs = (uint32_t)random_bits();
	from->is_floor = rand() % 4 == 0;
	for (int i = rand() % 4; i > 1; i--) {
		char *exe = strdup(exes[(size_t)rand() % countof(exes)]);

		assert_int_equal(vec_push(&from->exes, exe), 0);
	}
}

static void add_random_rule(struct block *block)
{
	const struct arch *arch = block->arch;
	const struct syscall *call = &arch->syscalls[(size_t)rand() % arch->count];
	uint32_t nr = rand() % 16 ? call->nr : arch->nr_base + (uint32_t)(rand() % 2000);
	struct cond *cond =
		rand() % 4 ? random_cond(arch, arch_syscall(arch, nr), rand() % 4) : NULL;
	struct action action = { (enum action_kind)(rand() % 8), 0 };
	struct rule *rule;

	if (action.kind == ACTION_ERRNO)
		action.data = (uint16_t)(rand() % 4096);
	if (action.kind == ACTION_TRAP || action.kind == ACTION_TRACE)
		action.data = (uint16_t)(rand() % 3);
	if (cond && cond->kind == COND_TRUE) {
		cond_free(cond);
		cond = NULL;
	}
	rule = block_add(block, nr, cond, action);
	assert_non_null(rule);
	random_provenance(&rule->from);
	if (rand() % 8 == 0)
		rule->comment = strdup("# why\n#also");
	if (rand() % 8 == 0)
		rule->remark = strdup("# \xc3\xa9\t\\ x");
}

static struct policy *random_policy(void)
{
	struct policy *p = policy_new();

	assert_non_null(p);
	p->fallback.kind = (enum action_kind)(rand() % 8);
	for (size_t i = 0; arches[i]; i++) {
		struct block *block = rand() % 2 ? policy_add_block(p, arches[i]) : NULL;

		for (int n = block ? rand() % 20 : 0; n > 0; n--)
			add_random_rule(block);
	}
	return p;
}

static int compare_rules(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* As print does it: by number, and then as they were. */
static void sort_rules(struct block *block)
{
	for (size_t i = 0; i < block->rules.len; i++)
		block->rules.data[i].line = (unsigned)i;
	if (block->rules.len)
		qsort(block->rules.data, block->rules.len, sizeof(struct rule), compare_rules);
}

static void assert_same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}

static void assert_same_rule(const struct rule *a, const struct rule *b, const char *text)
{
	assert_int_equal(a->nr, b->nr);
	assert_true(action_equal(a->action, b->action));
	if (!cond_same(a->cond, b->cond))
		print_error("%s\n", text);
	assert_true(cond_same(a->cond, b->cond));
	assert_int_equal(a->from.weight, b->from.weight);
	assert_int_equal(a->from.runs, b->from.runs);
	assert_int_equal(a->from.is_floor, b->from.is_floor);
	assert_int_equal(a->from.exes.len, b->from.exes.len);
	for (size_t i = 0; i < a->from.exes.len; i++)
		assert_string_equal(a->from.exes.data[i], b->from.exes.data[i]);
	assert_same_text(a->comment, b->comment);
	assert_same_text(a->remark, b->remark);
}

static struct policy *parse(const char *text)
{
	struct policy *p = NULL;
	struct err e = { 0 };

	if (policy_parse(text, strlen(text), "t", &p, &e))
		print_error("%s\n%s\n", e.text, text);
	assert_non_null(p);
	return p;
}

static void prints_what_parses_to_the_same_tree(void **state)
{
	(void)state;
	srand(11);
	for (int i = 0; i < 300; i++) {
		autopolicy struct policy *p = random_policy();
		autostr struct str once = { 0 }, twice = { 0 };

		policy_print(p, &once);
		autopolicy struct policy *q = parse(str_text(&once));
		policy_print(q, &twice);
		assert_string_equal(str_text(&once), str_text(&twice));
		assert_int_equal(p->blocks.len, q->blocks.len);
		vec_for(block, &p->blocks) {
			struct block *other = policy_block(q, block->arch);

			assert_non_null(other);
			assert_int_equal(block->rules.len, other->rules.len);
			sort_rules(block);
			sort_rules(other);
			for (size_t n = 0; n < block->rules.len; n++)
				assert_same_rule(&block->rules.data[n], &other->rules.data[n],
						 str_text(&once));
		}
	}
}

/* Tests in a form that no text has: of an argument without a name, of another width or sign. */
static void prints_any_test_with_its_meaning(void **state)
{
	const struct arch *arch = arch_by_name("x86_64");

	(void)state;
	srand(13);
	for (int i = 0; i < 3000; i++) {
		struct range ranges[8];
		struct test t = { .bits = rand() % 2 ? 32 : 64, .is_signed = rand() % 2 };
		autostr struct str text = { 0 };
		char profile[4000];

		t.mask = rand() % 2 ? UINT64_MAX : test_extend(&t, random_bits());
		t.op = (enum cond_op)(rand() % (OP_IN + 1));
		t.value = random_value(arch, NULL, &t);
		if (t.op == OP_IN)
			fill_ranges(arch, NULL, &t, ranges);
		autocond struct cond *c = cond_test(t);
		cond_print(&text, c, arch, NULL);
		snprintf(profile, sizeof(profile), "wont 1\narch x86_64 { #999: %s }",
			 str_text(&text));
		autopolicy struct policy *p = parse(profile);
		const struct cond *back = p->blocks.data[0].rules.data[0].cond;
		for (int k = 0; k < 30; k++) {
			uint64_t args[6] = { t.op == OP_IN ? ranges[0].low : t.value };

			args[0] += (uint64_t)(rand() % 3) - 1;
			if (k >= 20)
				args[0] = random_value(arch, NULL, &t);
			if (k % 2)
				args[0] = (uint32_t)args[0] | random_bits() << 32;
			assert_int_equal(cond_eval(c, args), !back || cond_eval(back, args));
		}
	}
}

static void cuts_hostile_comments_and_strings_down(void **state)
{
	autopolicy struct policy *p = policy_new();
	autostr struct str once = { 0 }, twice = { 0 };
	struct block *block = policy_add_block(p, arch_by_name("x86_64"));
	struct rule *rule = block_add(block, 0, NULL, (struct action){ ACTION_ALLOW, 0 });

	(void)state;
	p->app = strdup("\x1b[31m } arch\n");
	p->comment = strdup("no sign\n\n#5 blanks \t\n# \x1b[0m \\ \xff");
	rule->comment = strdup("#1 looks like a call");
	rule->remark = strdup("two\nlines");
	block->tail = strdup("#");
	policy_print(p, &once);
	autopolicy struct policy *q = parse(str_text(&once));
	policy_print(q, &twice);
	assert_string_equal(str_text(&once), str_text(&twice));
	assert_string_equal(q->app, p->app);
	assert_string_equal(q->comment, "# no sign\n#\n# 5 blanks\n# \\x1b[0m \\ \\xff");
	assert_null(strchr(str_text(&once), '\x1b'));
	assert_int_equal(q->blocks.data[0].rules.len, 1);
	assert_string_equal(q->blocks.data[0].rules.data[0].comment, "# 1 looks like a call");
	assert_string_equal(q->blocks.data[0].rules.data[0].remark, "# two\\nlines");
	assert_string_equal(q->blocks.data[0].tail, "#");
}

static void reads_a_shared_block_for_each_arch(void **state)
{
	autopolicy struct policy *p =
		parse("wont 1\narch x86_64, i386 { openat: flags == O_LARGEFILE }");
	const struct arch *i386 = arch_by_name("i386"), *x86_64 = arch_by_name("x86_64");
	const struct rule *narrow = policy_block(p, i386)->rules.data;
	const struct rule *wide = policy_block(p, x86_64)->rules.data;

	(void)state;
	assert_int_equal(wide->nr, arch_syscall_named(x86_64, "openat")->nr);
	assert_int_equal(narrow->nr, arch_syscall_named(i386, "openat")->nr);
	assert_int_not_equal(wide->nr, narrow->nr);
	assert_int_equal(wide->line, 2);
}

static void gives_arguments_their_width_and_sign(void **state)
{
	autopolicy struct policy *p = parse("wont 1\narch x86_64 { read: fd == 0xffffffff && "
					    "count == -1 && arg0 == 0xffffffff }");
	const struct cond *c = p->blocks.data[0].rules.data[0].cond;

	(void)state;
	assert_int_equal(c->children[0]->test.bits, 32);
	assert_true(c->children[0]->test.is_signed);
	assert_int_equal(c->children[0]->test.value, UINT64_MAX);
	assert_int_equal(c->children[1]->test.bits, 64);
	assert_int_equal(c->children[1]->test.value, UINT64_MAX);
	assert_int_equal(c->children[2]->test.bits, 64);
	assert_true(c->children[2]->test.is_raw);
	assert_int_equal(c->children[2]->test.value, UINT32_MAX);
}

/* Register names must stay free: prctl(2)'s arg2 is the second argument, our arg2 the third. */
static void no_argument_is_named_like_a_register(void **state)
{
	(void)state;
	for (size_t a = 0; arches[a]; a++) {
		for (size_t i = 0; i < arches[a]->count; i++) {
			const struct signature *s = arches[a]->syscalls[i].signature;

			for (unsigned n = 0; n < s->count; n++) {
				const char *name = s->args[n].name;

				assert_false(strlen(name) == 4 && !strncmp(name, "arg", 3) &&
					     name[3] >= '0' && name[3] <= '5');
			}
		}
	}
}

/* PREFIX, REPEATED many times, SUFFIX; what parsing says. */
static int parse_repeated(const char *prefix, const char *repeated, size_t count,
			  const char *suffix, struct err *e)
{
	autopolicy struct policy *p = NULL;
	autostr struct str text = { 0 };

	str_put(&text, prefix);
	while (count--)
		str_put(&text, repeated);
	str_put(&text, suffix);
	return policy_parse(str_text(&text), text.len, "big", &p, e);
}

static void bounds_what_it_reads(void **state)
{
	static const char start[] = "wont 1\narch x86_64 {\n";
	struct err e = { 0 };

	(void)state;
	assert_int_equal(parse_repeated(start, "read\n", 65536, "}", &e), 0);
	assert_int_equal(parse_repeated(start, "read\n", 65537, "}", &e), -EINVAL);
	assert_string_equal(e.text, "big:65539:1: more than 65536 rules in a profile; join some "
				    "with ||");
	assert_int_equal(
		parse_repeated("wont 1\narch x86_64 { read: fd in {0", ",7", 65535, "}}", &e), 0);
	assert_int_equal(
		parse_repeated("wont 1\narch x86_64 { read: fd in {0", ",7", 65536, "}}", &e),
		-EINVAL);
	assert_non_null(strstr(e.text, "more than 65536 items"));
	assert_int_equal(
		parse_repeated("wont 1\narch x86_64 { read: fd==1", "||fd==1", 1 << 18, "}", &e),
		-EINVAL);
	assert_non_null(strstr(e.text, "more than 262144 comparisons"));
	assert_int_equal(parse_repeated("wont 1\n", "# 16 MiB and more\n", 1 << 20, "", &e),
			 -EINVAL);
	assert_non_null(strstr(e.text, "bytes"));
}

static void nests_as_deep_as_it_says(void **state)
{
	autostr struct str text = { 0 };
	struct err e = { 0 };

	(void)state;
	str_put(&text, "wont 1\narch x86_64 { read: ");
	for (int i = 0; i < 64; i++)
		str_put(&text, i % 2 ? "!(" : "!(fd == 1 && (");
	assert_int_equal(parse_repeated(str_text(&text), ")", 0, "", &e), -EINVAL);
	autopolicy struct policy *p = NULL;
	str_clear(&text);
	str_put(&text, "wont 1\narch x86_64 { write: ");
	for (int i = 0; i < 32; i++)
		str_put(&text, "!(fd == 1 || (count == 2 && ");
	str_put(&text, "count & 4 == 4");
	for (int i = 0; i < 32; i++)
		str_put(&text, "))");
	str_put(&text, " }");
	assert_int_equal(policy_parse(str_text(&text), text.len, "deep", &p, &e), 0);
	autostr struct str once = { 0 };
	policy_print(p, &once);
	autopolicy struct policy *q = parse(str_text(&once));
	assert_true(cond_same(p->blocks.data[0].rules.data[0].cond,
			      q->blocks.data[0].rules.data[0].cond));
}

/* Every beginning of a profile, and every one with a byte changed, is read or refused in words. */
static void survives_damage(void **state)
{
	static const char good[] =
		"# c\nwont 1\napp a\nnewer 6.1 errno(ENOSYS)\narch x86_64, i386 {\n"
		"\topenat: (flags & ~(O_CLOEXEC)) == 0 || !(dirfd in {1, 2..5}) -> log weight 5 "
		"by \"/x\", \"/y\"\n}\npaths { read /etc/** }\nnet { bind tcp 80 }\n# e\n";
	char text[sizeof(good)];

	(void)state;
	srand(17);
	for (size_t i = 0; i < 20000; i++) {
		struct policy *p = NULL;
		struct err e = { 0 };
		size_t len = i < sizeof(good) ? i : sizeof(good) - 1;

		memcpy(text, good, sizeof(good));
		if (i >= sizeof(good))
			text[(size_t)rand() % len] = (char)(32 + rand() % 96);
		if (policy_parse(text, len, "t", &p, &e)) {
			assert_null(p);
			assert_memory_equal(e.text, "t:", 2);
		}
		policy_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_what_parses_to_the_same_tree),
		cmocka_unit_test(prints_any_test_with_its_meaning),
		cmocka_unit_test(cuts_hostile_comments_and_strings_down),
		cmocka_unit_test(reads_a_shared_block_for_each_arch),
		cmocka_unit_test(gives_arguments_their_width_and_sign),
		cmocka_unit_test(no_argument_is_named_like_a_register),
		cmocka_unit_test(bounds_what_it_reads),
		cmocka_unit_test(nests_as_deep_as_it_says),
		cmocka_unit_test(survives_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
