/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about cutting profile text into tokens, and about words that are nearly right. */
#include "policy/lex.h"

#include "policy/near.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static struct lexer lexer_of(const char *text)
{
	return (struct lexer){ text, text + strlen(text), text, 1 };
}

static struct token first_of(const char *text)
{
	struct lexer lex = lexer_of(text);

	return lex_next(&lex, false);
}

static void reads_numbers_in_three_bases(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{ "0", 0 },
		{ "42", 42 },
		{ "0x2A", 42 },
		{ "052", 42 },
		{ "0xfAceF", 0xface0 + 15 },
		{ "18446744073709551615", UINT64_MAX },
		{ "0xffffffffffffffff", UINT64_MAX },
		{ "01777777777777777777777", UINT64_MAX },
	};
	static const char *const bad[] = { "18446744073709551616",
					   "0x10000000000000000",
					   "02000000000000000000000",
					   "0x",
					   "08",
					   "12ab",
					   "0xg",
					   "1_000" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		assert_int_equal(first_of(good[i].text).kind, TOKEN_NUMBER);
		assert_int_equal(first_of(good[i].text).number, good[i].value);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		assert_int_equal(first_of(bad[i]).kind, TOKEN_BAD);
		assert_int_equal(first_of(bad[i]).at.len, strlen(bad[i]));
		assert_non_null(first_of(bad[i]).why);
	}
}

static void takes_the_longest_sign(void **state)
{
	static const enum token_kind want[] = { TOKEN_AND,    TOKEN_BIT_AND, TOKEN_OR,
						TOKEN_BIT_OR, TOKEN_ARROW,   TOKEN_MINUS,
						TOKEN_LE,     TOKEN_LT,	     TOKEN_NE,
						TOKEN_NOT,    TOKEN_DOTS,    TOKEN_EQ,
						TOKEN_GE,     TOKEN_GT,	     TOKEN_TILDE };
	struct lexer lex = lexer_of("&&& ||| ->-<=<!=!..==>=>~");

	(void)state;
	for (size_t i = 0; i < countof(want); i++)
		assert_int_equal(lex_next(&lex, false).kind, want[i]);
	assert_int_equal(lex_next(&lex, false).kind, TOKEN_END);
}

static void tells_a_call_number_from_a_comment(void **state)
{
	struct lexer as_rule = lexer_of("#463 x"), as_comment = lexer_of("#463 x \t\nread");
	struct token t = lex_next(&as_rule, true);

	(void)state;
	assert_int_equal(t.kind, TOKEN_CALL);
	assert_int_equal(t.number, 463);
	t = lex_next(&as_comment, false);
	assert_int_equal(t.kind, TOKEN_NEWLINE);
	assert_int_equal(t.comment.len, strlen("#463 x"));
	t = lex_next(&as_comment, true);
	assert_int_equal(t.kind, TOKEN_WORD);
	assert_int_equal(t.line, 2);
	as_rule = lexer_of("# 463");
	assert_int_equal(lex_next(&as_rule, true).kind, TOKEN_END);
	as_rule = lexer_of("#010");
	assert_int_equal(lex_next(&as_rule, true).number, 10);
}

static void reads_a_bare_word_over_again(void **state)
{
	struct lexer lex = lexer_of("7.0.15-rc1 /etc/a.b;");
	struct token t = lex_next(&lex, false);
	struct slice s = lex_bare(&lex, &t, BARE_NAME);

	(void)state;
	assert_true(slice_is(s, "7.0.15-rc1"));
	t = lex_next(&lex, false);
	assert_int_equal(t.kind, TOKEN_BAD);
	s = lex_bare(&lex, &t, BARE_PATH);
	assert_true(slice_is(s, "/etc/a.b"));
	t = lex_next(&lex, false);
	assert_int_equal(t.kind, TOKEN_SEMICOLON);
	assert_int_equal(lex_bare(&lex, &t, BARE_PATH).len, 0);
	assert_true(lex_is_bare("/etc/redis/**", BARE_PATH));
	assert_false(lex_is_bare("/a b", BARE_PATH));
	assert_false(lex_is_bare("", BARE_NAME));
}

static void finds_text_that_steers_its_reader(void **state)
{
	static const char *const unsafe[] = { "\x1b[31m", "\x7f",     "\r",
					      "\xff",	  "\xc2\x9b", "\xe2\x80\xae" };

	(void)state;
	for (size_t i = 0; i < countof(unsafe); i++) {
		char text[32];

		snprintf(text, sizeof(text), "\xc3\xa9 %s x", unsafe[i]);
		assert_ptr_equal(lex_find_unsafe(text, strlen(text)), text + 3);
		snprintf(text, sizeof(text), "\xc3\xa9%s", unsafe[i]);
		assert_ptr_equal(lex_find_unsafe(text, strlen(text)), text + 2);
	}
	assert_null(lex_find_unsafe("# \xc3\xa9\t\xe2\x82\xac\r\n", 10));
	assert_non_null(lex_find_unsafe("a\0b", 3));
}

static void knows_what_was_meant(void **state)
{
	static const char *const words[] = { "weight", "runs", "floor", "by", NULL };

	(void)state;
	assert_string_equal(near_word("wieght", 6, words), "weight");
	assert_string_equal(near_word("weigt", 5, words), "weight");
	assert_string_equal(near_word("run", 3, words), "runs");
	assert_null(near_word("nothing", 7, words));
	assert_null(near_word("weightweightweightweightweightweight", 36, words));
	assert_null(near_word("", 0, words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers_in_three_bases),
		cmocka_unit_test(takes_the_longest_sign),
		cmocka_unit_test(tells_a_call_number_from_a_comment),
		cmocka_unit_test(reads_a_bare_word_over_again),
		cmocka_unit_test(finds_text_that_steers_its_reader),
		cmocka_unit_test(knows_what_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
