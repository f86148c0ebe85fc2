/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about folding arguments and writing them down. */
#include "store/fold.h"

#include "tests/unit/unit.h"

#include <string.h>

enum { PID = 4711, TID = 4712 };

static const struct arg fd = { "fd", "int", ARG_FD, 32, true, 0 };
static const struct arg unsigned_fd = { "fd", "unsigned int", ARG_FD, 32, false, 0 };
static const struct arg pid = { "pid", "pid_t", ARG_PID, 32, true, 0 };
static const struct arg id = { "uid", "uid_t", ARG_ID, 32, false, 0 };
static const struct arg flags = { "flags", "int", ARG_FLAGS, 32, true, 0 };
static const struct arg long_flags = { "flags", "unsigned long", ARG_FLAGS, 64, false, 0 };
static const struct arg path = { "path", "const char *", ARG_PATH, 64, false, 0 };
static const struct arg length = { "count", "size_t", ARG_LENGTH, 64, false, 0 };
static const struct arg offset = { "offset", "off_t", ARG_OFFSET, 64, true, 0 };
static const struct arg clock_id = { "clockid", "clockid_t", ARG_SELECTOR, 32, true, 0 };
static const struct arg none = { NULL, NULL, ARG_NONE, 0, false, 0 };

static struct folded fold(const struct arg *arg, uint64_t raw)
{
	return fold_arg(arg, raw, PID, TID);
}

static void is_value(const struct arg *arg, uint64_t raw, uint64_t want)
{
	struct folded f = fold(arg, raw);

	assert_int_equal(f.kind, FOLD_VALUE);
	assert_true(f.low == want && f.high == want);
}

static void is_bare(const struct arg *arg, uint64_t raw, enum fold_kind want)
{
	struct folded f = fold(arg, raw);

	assert_int_equal(f.kind, want);
	assert_true(f.low == 0 && f.high == 0);
}

static void keeps_the_descriptors_with_a_meaning(void **state)
{
	(void)state;
	is_value(&fd, 0, 0);
	is_value(&fd, 2, 2);
	is_value(&fd, UINT64_MAX, UINT64_MAX);
	is_bare(&fd, 3, FOLD_ANY);
	is_bare(&fd, (uint32_t)-2, FOLD_ANY);
}

static void knows_at_fdcwd_however_it_was_extended(void **state)
{
	(void)state;
	is_value(&fd, 0x00000000ffffff9c, (uint64_t)-100);
	is_value(&fd, 0xffffffffffffff9c, (uint64_t)-100);
	is_value(&unsigned_fd, 0xffffffffffffff9c, 0xffffff9c);
}

static void forgets_whose_clock_it_is(void **state)
{
	(void)state;
	is_value(&clock_id, 1, 1);
	is_value(&clock_id, (uint32_t)-2, (uint64_t)-2);
	is_value(&clock_id, (uint32_t)-61218, (uint64_t)-2);
	is_value(&clock_id, (uint64_t)-61222, (uint64_t)-6);
}

static void looks_at_no_more_bits_than_the_kernel(void **state)
{
	(void)state;
	is_value(&flags, 0xdeadbeef00000241, 0x241);
	is_value(&flags, 0x80000000, 0xffffffff80000000);
	is_value(&long_flags, 0xdeadbeef00000241, 0xdeadbeef00000241);
	is_value(&fd, 0xdead00000001, 1);
}

static void tells_a_process_itself_from_others(void **state)
{
	(void)state;
	is_bare(&pid, PID, FOLD_SELF);
	is_bare(&pid, TID, FOLD_SELF);
	is_bare(&pid, PID + 2, FOLD_ANY);
	is_value(&pid, 0, 0);
	is_value(&pid, 0xffffffff, UINT64_MAX);
	is_value(&id, 0xffffffff, 0xffffffff);
	is_value(&id, 0, 0);
	is_bare(&id, 1000, FOLD_ANY);
	is_bare(&id, PID, FOLD_ANY);
}

static void knows_of_a_pointer_only_whether_it_is_null(void **state)
{
	(void)state;
	is_value(&path, 0, 0);
	is_bare(&path, 0x7fff12345678, FOLD_ANY);
	/* The low word alone is not the pointer. */
	is_bare(&path, 0x100000000, FOLD_ANY);
}

static void gives_lengths_a_range_that_never_holds_zero(void **state)
{
	struct folded f = fold(&length, 4096), more = fold(&length, 17);

	(void)state;
	assert_int_equal(f.kind, FOLD_RANGE);
	folded_widen(&f, &more);
	assert_int_equal(f.low, 17);
	assert_int_equal(f.high, 4096);
	is_value(&length, 0, 0);
}

static void compares_bounds_by_their_sign(void **state)
{
	struct folded f = fold(&offset, 5), minus = fold(&offset, (uint64_t)-3);
	struct folded u = fold(&length, 5), huge = fold(&length, (uint64_t)-3);

	(void)state;
	folded_widen(&f, &minus);
	assert_true((int64_t)f.low == -3 && f.high == 5);
	folded_widen(&u, &huge);
	assert_true(u.low == 5 && u.high == (uint64_t)-3);
}

static void does_not_look_at_garbage(void **state)
{
	(void)state;
	is_bare(&none, 0xdeadbeef, FOLD_NONE);
}

static void joins_different_values_within_their_bounds(void **state)
{
	struct folded f = fold(&flags, 3), other = fold(&flags, (uint64_t)-1);

	(void)state;
	folded_join(&f, &other);
	assert_int_equal(f.kind, FOLD_MANY);
	assert_true((int64_t)f.low == -1 && f.high == 3);
	other = fold(&flags, 9);
	folded_join(&f, &other);
	assert_true((int64_t)f.low == -1 && f.high == 9);
}

static void joins_with_the_unknown_to_everything(void **state)
{
	struct folded f = fold(&fd, 1), other = fold(&fd, 7);
	struct folded absent = fold(&none, 0), mode = fold(&flags, 0644);

	(void)state;
	folded_join(&f, &other);
	assert_int_equal(f.kind, FOLD_MANY);
	assert_true((int64_t)f.low == INT64_MIN && (int64_t)f.high == INT64_MAX);
	/* A register that was garbage once can have held anything. */
	folded_join(&absent, &mode);
	assert_int_equal(absent.kind, FOLD_MANY);
	assert_int_equal(absent.class, ARG_FLAGS);
	assert_true((int64_t)absent.low == INT64_MIN && (int64_t)absent.high == INT64_MAX);
}

/* print and parse agree on this one. */
static void round_trip(struct folded f, const char *want)
{
	struct folded back = { .class = f.class, .is_signed = f.is_signed };
	char text[FOLD_TEXT_MAX];

	folded_print(&f, text);
	assert_string_equal(text, want);
	assert_true(folded_parse(text, &back));
	assert_int_equal(back.kind, f.kind);
	assert_true(back.low == f.low && back.high == f.high);
}

static void reads_what_it_writes(void **state)
{
	(void)state;
	round_trip(fold(&fd, 9), "*");
	round_trip(fold(&pid, PID), "self");
	round_trip(fold(&length, 9), "9..9");
	round_trip((struct folded){ FOLD_RANGE, ARG_OFFSET, (uint64_t)INT64_MIN, INT64_MAX, true },
		   "-9223372036854775808..9223372036854775807");
	round_trip((struct folded){ FOLD_RANGE, ARG_LENGTH, 1, UINT64_MAX, false },
		   "1..18446744073709551615");
	round_trip((struct folded){ FOLD_MANY, ARG_SELECTOR, (uint64_t)-1, 7, true }, "*-1..7");
}

static void refuses_what_it_never_writes(void **state)
{
	static const char *const wrong[] = { "",      "**",	 "x",
					     "1",     "1..",	 "..2",
					     "2..1",  "+1..2",	 "1 ..2",
					     "1..2 ", "-1..2",	 "1...2",
					     "*1",    "selfish", "1..99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct folded f = { .class = ARG_LENGTH };

		if (folded_parse(wrong[i], &f))
			fail_msg("parsed \"%s\"", wrong[i]);
	}
}

static void reads_the_classes_that_it_writes(void **state)
{
	struct folded args[SYSCALL_ARGS] = { fold(&fd, 1), fold(&path, 1), fold(&none, 0),
					     fold(&length, 1) };
	struct folded back[SYSCALL_ARGS];
	autostr struct str s = { 0 };

	(void)state;
	fold_classes_print(args, &s);
	assert_string_equal(str_text(&s), "-fd path none length");
	assert_true(fold_classes_parse(str_text(&s), back));
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		assert_int_equal(back[i].class, args[i].class);
		assert_int_equal(back[i].is_signed, args[i].is_signed);
	}
	assert_false(fold_classes_parse("fd fd fd fd fd fd fd", back));
	assert_false(fold_classes_parse("fd  path", back));
	assert_false(fold_classes_parse("fed", back));
	assert_true(fold_classes_parse("", back));
	assert_int_equal(back[0].class, ARG_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_descriptors_with_a_meaning),
		cmocka_unit_test(knows_at_fdcwd_however_it_was_extended),
		cmocka_unit_test(forgets_whose_clock_it_is),
		cmocka_unit_test(looks_at_no_more_bits_than_the_kernel),
		cmocka_unit_test(tells_a_process_itself_from_others),
		cmocka_unit_test(knows_of_a_pointer_only_whether_it_is_null),
		cmocka_unit_test(gives_lengths_a_range_that_never_holds_zero),
		cmocka_unit_test(compares_bounds_by_their_sign),
		cmocka_unit_test(does_not_look_at_garbage),
		cmocka_unit_test(joins_different_values_within_their_bounds),
		cmocka_unit_test(joins_with_the_unknown_to_everything),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(refuses_what_it_never_writes),
		cmocka_unit_test(reads_the_classes_that_it_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
