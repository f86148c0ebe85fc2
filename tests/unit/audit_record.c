/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about single records. */
#include "audit/record.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>

#define STAMP	"audit(1700000000.123:4567): "
#define SECCOMP STAMP "auid=0 pid=12 comm=\"cat\" exe=\"/bin/cat\" sig=31 arch=c000003e syscall=59"

static struct record parsed(uint16_t type, const char *text)
{
	struct record r;

	assert_int_equal(record_parse(type, text, strlen(text), &r), 0);
	return r;
}

static int parse_line(const char *line, struct record *r)
{
	return record_parse_line(line, strlen(line), r);
}

static bool find(const struct record *r, const char *name, struct field *f)
{
	struct fields fields = record_fields(r);

	while (fields_next(&fields, f))
		if (field_is(f, name))
			return true;
	return false;
}

static void the_kernels_form_has_stamp_and_fields(void **state)
{
	struct record r = parsed(AUDIT_SECCOMP, SECCOMP);
	struct field f;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(r.serial, 4567);
	assert_true(r.time == 1700000000123000000);
	assert_false(r.is_forgeable);
	assert_true(find(&r, "arch", &f) && field_number(&f, 16, &n));
	assert_true(n == 0xc000003e);
	assert_true(find(&r, "exe", &f));
	assert_true(f.is_quoted && f.len == 8 && !memcmp(f.value, "/bin/cat", 8));
	assert_false(find(&r, "exit", &f));
}

static void lines_of_logs_are_read_in_every_dress(void **state)
{
	static const char *const lines[] = {
		"type=SECCOMP msg=" SECCOMP,
		"type=SECCOMP msg=" SECCOMP "\n",
		"node=web1 type=SECCOMP msg=" SECCOMP,
		"type=UNKNOWN[1326] msg=" SECCOMP,
		"type=SECCOMP msg=" SECCOMP "\x1d"
		"ARCH=x86_64 SYSCALL=execve AUID=\"root\"",
		"Nov 22 02:00:00 web1 kernel: [ 12.3] audit: type=1326 " SECCOMP,
	};
	struct record r;
	struct field f;

	(void)state;
	for (size_t i = 0; i < countof(lines); i++) {
		assert_int_equal(parse_line(lines[i], &r), 0);
		assert_int_equal(r.type, AUDIT_SECCOMP);
		assert_true(find(&r, "syscall", &f) && f.len == 2);
		assert_false(find(&r, "SYSCALL", &f));
	}
}

static void what_is_no_record_is_told_from_what_is_damaged(void **state)
{
	static const char *const none[] = { "", "----", "hello", "time->Sat Nov 22", "type" };
	static const char *const damaged[] = {
		"type=SECCOMP",
		"type= msg=" SECCOMP,
		"type=NOSUCHTYPE msg=" SECCOMP,
		"type=70000 msg=" SECCOMP,
		"type=SECCOMP msg=audit(1.2:3)",
		"type=SECCOMP msg=audit(1.2000:3): a=1",
		"type=SECCOMP msg=audit(1.2:4294967296): a=1",
		"type=SECCOMP msg=audit(99999999999999.2:3): a=1",
		"type=SECCOMP msg=audit(-1.2:3): a=1",
		SECCOMP " type=SECCOMP msg=" SECCOMP,
	};
	struct record r;

	(void)state;
	for (size_t i = 0; i < countof(none); i++)
		assert_int_equal(parse_line(none[i], &r), -ENOMSG);
	for (size_t i = 0; i < countof(damaged); i++)
		assert_int_equal(parse_line(damaged[i], &r), -EBADMSG);
}

static void what_programs_can_send_has_no_fields(void **state)
{
	static const uint16_t types[] = { AUDIT_USER, 1100, 1107, 1199, 2100, 2999 };
	static const uint16_t others[] = { AUDIT_SECCOMP, AUDIT_SYSCALL, 1099, 1200, 2099, 3000 };
	struct field f;

	(void)state;
	for (size_t i = 0; i < countof(types); i++) {
		struct record r = parsed(types[i], SECCOMP);

		assert_true(r.is_forgeable);
		assert_false(find(&r, "pid", &f));
	}
	for (size_t i = 0; i < countof(others); i++)
		assert_false(record_type_is_forgeable(others[i]));
}

static void quotes_keep_blanks_and_equal_signs(void **state)
{
	struct record r = parsed(AUDIT_SYSCALL, STAMP "subj=/usr/bin/man (enforce) comm=\"a b=1 "
						      "pid=9\" pid=3 key=(null) exe=\"/x");
	struct field f;
	uint64_t n;

	(void)state;
	assert_true(find(&r, "pid", &f) && field_number(&f, 10, &n) && n == 3);
	assert_true(find(&r, "comm", &f) && f.len == strlen("a b=1 pid=9"));
	/* A quote that is never closed: the record was cut there. */
	assert_false(find(&r, "exe", &f));
}

static struct field value(const char *text)
{
	return (struct field){ .name = "x", .name_len = 1, .value = text, .len = strlen(text) };
}

static void numbers_are_whole_or_none(void **state)
{
	static const char *const bad[] = {
		"", "-", "0x", "12a", " 1", "1-", "18446744073709551616"
	};
	struct field f = value("-4095");
	uint64_t n;

	(void)state;
	assert_true(field_number(&f, 10, &n) && (int64_t)n == -4095);
	f = value("0x812");
	assert_true(field_number(&f, 16, &n) && n == 0x812);
	f = value("ffffffffffffff9c");
	assert_true(field_number(&f, 16, &n) && n == 0xffffffffffffff9c);
	assert_false(field_number(&f, 10, &n));
	for (size_t i = 0; i < countof(bad); i++) {
		f = value(bad[i]);
		assert_false(field_number(&f, 10, &n));
	}
	f = value("18446744073709551615");
	assert_true(field_number(&f, 10, &n) && n == UINT64_MAX);
}

static void bytes_come_quoted_or_in_hexadecimal(void **state)
{
	static const char *const none[] = { "(null)", "?", "", "6", "616", "61zz" };
	autostr struct str out = { 0 };
	struct field f = value("2F746D702F6120620A00ff");

	(void)state;
	assert_true(field_bytes(&f, &out));
	assert_int_equal(out.len, 11);
	assert_memory_equal(out.data, "/tmp/a b\n\0\xff", 11);
	str_clear(&out);
	f = value("6162");
	f.is_quoted = true;
	assert_true(field_bytes(&f, &out));
	assert_string_equal(str_text(&out), "6162");
	for (size_t i = 0; i < countof(none); i++) {
		f = value(none[i]);
		assert_false(field_bytes(&f, &out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernels_form_has_stamp_and_fields),
		cmocka_unit_test(lines_of_logs_are_read_in_every_dress),
		cmocka_unit_test(what_is_no_record_is_told_from_what_is_damaged),
		cmocka_unit_test(what_programs_can_send_has_no_fields),
		cmocka_unit_test(quotes_keep_blanks_and_equal_signs),
		cmocka_unit_test(numbers_are_whole_or_none),
		cmocka_unit_test(bytes_come_quoted_or_in_hexadecimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
