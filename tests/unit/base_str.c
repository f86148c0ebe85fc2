/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the growing string and its escapes. */
#include "base/str.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static void escapes_what_steers_a_terminal(void **state)
{
	autostr struct str s = { 0 };
	static const char hostile[] = "a\x1b[31m\n\t\\\x7f\xc2\x9b\xe2\x80\xae\xff"
				      "e";

	(void)state;
	str_put_escaped(&s, hostile, sizeof(hostile) - 1);
	assert_string_equal(str_text(&s),
			    "a\\x1b[31m\\n\\t\\\\\\x7f\\xc2\\x9b\\xe2\\x80\\xae\\xffe");
}

static void escapes_what_is_not_to_be_seen(void **state)
{
	/* Soft hyphen, Mongolian vowel separator, zero-width space, joiner, byte order mark,
	 * interlinear anchor, a musical and a language tag. */
	static const char *const hidden[] = { "\xc2\xad",	  "\xe1\xa0\x8e",    "\xe2\x80\x8b",
					      "\xe2\x81\xa0",	  "\xef\xbb\xbf",    "\xef\xbf\xb9",
					      "\xf0\x9d\x85\xb3", "\xf3\xa0\x80\x81" };

	(void)state;
	for (size_t i = 0; i < countof(hidden); i++) {
		autostr struct str s = { 0 };

		str_put_escaped(&s, hidden[i], strlen(hidden[i]));
		assert_int_equal(s.len, 4 * strlen(hidden[i]));
		assert_int_equal(str_text(&s)[0], '\\');
	}
}

static void leaves_harmless_utf8(void **state)
{
	autostr struct str s = { 0 };

	(void)state;
	/* An accent, a sign with its variation selector, a letter of two bytes next to 0xad. */
	str_put_escaped(&s, "h\xc3\xa9\xe2\x9a\xa0\xef\xb8\x8f\xc2\xae", 11);
	assert_string_equal(str_text(&s), "h\xc3\xa9\xe2\x9a\xa0\xef\xb8\x8f\xc2\xae");
}

static void unquote_inverts_quote_for_every_byte(void **state)
{
	autostr struct str quoted = { 0 }, back = { 0 };
	unsigned char all[512];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)(i * 7);
	str_put_quoted(&quoted, all, sizeof(all));
	assert_int_equal(str_unquote(&back, str_text(&quoted), quoted.len), quoted.len);
	assert_int_equal(back.len, sizeof(all));
	assert_memory_equal(back.data, all, sizeof(all));
}

static void refuses_incomplete_quotes(void **state)
{
	autostr struct str s = { 0 };

	(void)state;
	assert_int_equal(str_unquote(&s, "\"abc", 4), 0);
	assert_int_equal(str_unquote(&s, "\"a\\x1\"", 6), 0);
	assert_int_equal(str_unquote(&s, "\"a\\q\"", 5), 0);
	assert_int_equal(str_unquote(&s, "abc", 3), 0);
}

static void pads_the_last_line_only(void **state)
{
	autostr struct str s = { 0 };

	(void)state;
	str_put(&s, "first\nab");
	str_pad(&s, 4);
	str_put(&s, "|");
	assert_string_equal(str_text(&s), "first\nab  |");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_what_steers_a_terminal),
		cmocka_unit_test(escapes_what_is_not_to_be_seen),
		cmocka_unit_test(leaves_harmless_utf8),
		cmocka_unit_test(unquote_inverts_quote_for_every_byte),
		cmocka_unit_test(refuses_incomplete_quotes),
		cmocka_unit_test(pads_the_last_line_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
