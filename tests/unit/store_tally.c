/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about counting tuples: what is kept, and that a hostile program cannot make it grow. */
#include "store/tally.h"

#include "tests/unit/events.h"

static void count(struct tally *t, struct event event)
{
	assert_int_equal(tally_event(t, &event), 0);
}

static struct tally tally(void)
{
	struct tally t;

	assert_int_equal(tally_init(&t, NULL), 0);
	return t;
}

static void keeps_correlated_selectors_together(void **state)
{
	struct tally t = tally();

	(void)state;
	/* (1, 1) and (2, 2), never (1, 2). */
	for (unsigned i = 0; i < 10; i++) {
		count(&t, call("socket", 1, 1, 0));
		count(&t, call("socket", 2, 2, 0));
	}
	assert_int_equal(t.all.len, 2);
	assert_int_equal(t.all.data[0]->count, 10);
	assert_int_equal(t.all.data[1]->args[0].low, 2);
	assert_int_equal(t.all.data[1]->args[1].low, 2);
	tally_fini(&t);
}

static void counts_each_executable_apart(void **state)
{
	struct tally t = tally();

	(void)state;
	count(&t, call("getpid"));
	count(&t, call_of(&second, "getpid", (uint64_t[SYSCALL_ARGS]){ 0 }));
	assert_int_equal(t.all.len, 2);
	assert_int_equal(t.names.count, 1);
	tally_fini(&t);
}

static void ignores_registers_that_are_no_arguments(void **state)
{
	struct tally t = tally();

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		count(&t, call("getpid", i, i * 7, i << 40));
		/* Without O_CREAT the mode is garbage. */
		count(&t, call("openat", 3, 1, 0, i));
	}
	assert_int_equal(t.all.len, 2);
	tally_fini(&t);
}

static void folds_everything_past_the_cap_into_one(void **state)
{
	struct tally t = tally();
	const struct tuple *last;
	uint64_t calls = 0;

	(void)state;
	for (uint64_t i = 0; i < 2 * TALLY_TUPLES; i++)
		count(&t, call("openat", 3, 1, i & ~UINT64_C(0100)));
	assert_int_equal(t.all.len, TALLY_TUPLES);
	for (uint64_t i = 0; i < 100000; i++)
		count(&t, call("openat", i % 5, i & 1, i << 8));
	assert_int_equal(t.all.len, TALLY_TUPLES + 1);
	last = t.all.data[TALLY_TUPLES];
	assert_true(last->is_capped);
	assert_int_equal(last->args[2].kind, FOLD_MANY);
	vec_for(tuple, &t.all)
		calls += (*tuple)->count;
	assert_int_equal(calls, t.events);
	assert_int_equal(t.missed, 0);
	/* What was known before the cap still counts where it belongs. */
	uint64_t before = t.all.data[0]->count;
	count(&t, call("openat", 3, 1, 0));
	assert_int_equal(t.all.data[0]->count, before + 1);
	tally_fini(&t);
}

static void keeps_one_tuple_of_an_unknown_number(void **state)
{
	struct event event = call("getpid", 1, 2, 3, 4, 5, 6);
	struct tally t = tally();

	(void)state;
	event.nr = 999;
	for (unsigned i = 0; i < 10; i++) {
		event.args[0] = i;
		count(&t, event);
	}
	assert_int_equal(t.all.len, 1);
	assert_int_equal(t.all.data[0]->count, 10);
	assert_int_equal(t.all.data[0]->args[0].kind, FOLD_NONE);
	tally_fini(&t);
}

static void counts_as_missed_what_has_no_room(void **state)
{
	struct event event = call("getpid");
	struct tally t = tally();

	(void)state;
	for (uint32_t i = 0; i < 10 * TALLY_UNKNOWN_CALLS; i++) {
		event.nr = 100000 + i;
		count(&t, event);
	}
	assert_int_equal(t.all.len, TALLY_UNKNOWN_CALLS);
	assert_int_equal(t.missed, 9 * TALLY_UNKNOWN_CALLS);
	assert_int_equal(t.calls.count, TALLY_UNKNOWN_CALLS);
	count(&t, call("getpid"));
	assert_int_equal(t.all.len, TALLY_UNKNOWN_CALLS + 1);
	tally_fini(&t);
}

static void reads_each_text_once_into_memory(void **state)
{
	struct tally t = tally();

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		count(&t, call("openat", 3, ADDRESS("/etc/passwd"), 0));
		count(&t, call("openat", 3, ADDRESS("/etc/group"), 0));
	}
	assert_int_equal(t.all.len, 1);
	assert_int_equal(t.all.data[0]->texts.len, 2);
	assert_string_equal(t.all.data[0]->texts.data[0].bytes, "/etc/passwd");
	assert_int_equal(t.all.data[0]->texts.data[0].count, 10);
	assert_int_equal(t.changes, 3);
	tally_settle(&t);
	assert_null(t.all.data[0]->texts.data[0].bytes);
	/* Known again without its bytes. */
	count(&t, call("openat", 3, ADDRESS("/etc/passwd"), 0));
	assert_int_equal(t.all.data[0]->texts.len, 2);
	assert_int_equal(t.all.data[0]->texts.data[0].count, 11);
	assert_int_equal(t.changes, 1);
	tally_fini(&t);
}

static void stops_reading_texts_at_the_cap(void **state)
{
	struct tally t = tally();
	char path[32];

	(void)state;
	for (unsigned i = 0; i < 2 * TALLY_TEXTS; i++) {
		snprintf(path, sizeof(path), "/tmp/%u", i);
		count(&t, call("openat", 3, ADDRESS(path), 0));
		assert_true(t.all.data[0]->is_capped == (i >= TALLY_TEXTS));
	}
	assert_int_equal(t.all.data[0]->texts.len, TALLY_TEXTS);
	tally_fini(&t);
}

static unsigned reads;

static int counted_text(const struct event *event, unsigned arg, enum arg_class class,
			struct str *out)
{
	reads++;
	return fake_text(event, arg, class, out);
}

static void reads_less_once_nothing_new_comes(void **state)
{
	static const struct probe counted = { .text = counted_text };
	struct event event = call("openat", 3, ADDRESS("/etc/hosts"), 0);
	struct tally t = tally();

	(void)state;
	reads = 0;
	event.probe = &counted;
	for (unsigned i = 0; i < 17 * TALLY_READS; i++)
		count(&t, event);
	assert_true(t.all.data[0]->is_sampled);
	assert_in_range(reads, TALLY_READS + 1, 3 * TALLY_READS);
	/* Something new makes it look closely again. */
	event.args[1] = ADDRESS("/etc/fstab");
	reads = 0;
	for (unsigned i = 0; i < 100; i++)
		count(&t, event);
	assert_int_equal(t.all.data[0]->texts.len, 2);
	assert_in_range(reads, 100 - TALLY_SAMPLE, 100);
	tally_fini(&t);
}

static void takes_the_stack_of_the_first_call(void **state)
{
	struct event event = call("getpid");
	struct tally t = tally();

	(void)state;
	event.probe = &stack_probe;
	count(&t, event);
	assert_non_null(t.all.data[0]->stack);
	assert_non_null(strstr(t.all.data[0]->stack, "main"));
	tally_settle(&t);
	assert_null(t.all.data[0]->stack);
	tally_fini(&t);
}

static int fake_words(const struct event *event, uint64_t address, uint64_t *words, unsigned n)
{
	(void)event;
	for (unsigned i = 0; i < n; i++)
		words[i] = ((const uint64_t *)(uintptr_t)address)[i];
	return 0;
}

static void reads_what_socketcall_is_told_in_memory(void **state)
{
	static const struct probe words = { .text = fake_text, .words = fake_words };
	static const uint64_t socket[] = { 2, 1, 6 }, connect[] = { 5, 0x1000, 16 };
	const struct arch *i386 = arch_by_name("i386");
	struct event event = call("getpid");
	struct tally t = tally();

	(void)state;
	assert_non_null(i386);
	event.arch = i386;
	event.nr = arch_syscall_named(i386, "socketcall")->nr;
	event.probe = &words;
	event.args[0] = 1;
	event.args[1] = ADDRESS(socket);
	count(&t, event);
	event.args[0] = 3;
	event.args[1] = ADDRESS(connect);
	count(&t, event);
	assert_int_equal(t.all.len, 2);
	assert_int_equal(t.all.data[0]->texts.len, 1);
	assert_string_equal(t.all.data[0]->texts.data[0].bytes, "socket(2, 1, 6)");
	assert_string_equal(t.all.data[1]->texts.data[0].bytes, "connect(*, *, n)");
	assert_int_equal(t.all.data[1]->texts.data[0].arg, 1);
	tally_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_correlated_selectors_together),
		cmocka_unit_test(counts_each_executable_apart),
		cmocka_unit_test(ignores_registers_that_are_no_arguments),
		cmocka_unit_test(folds_everything_past_the_cap_into_one),
		cmocka_unit_test(keeps_one_tuple_of_an_unknown_number),
		cmocka_unit_test(counts_as_missed_what_has_no_room),
		cmocka_unit_test(reads_each_text_once_into_memory),
		cmocka_unit_test(stops_reading_texts_at_the_cap),
		cmocka_unit_test(reads_less_once_nothing_new_comes),
		cmocka_unit_test(takes_the_stack_of_the_first_call),
		cmocka_unit_test(reads_what_socketcall_is_told_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
