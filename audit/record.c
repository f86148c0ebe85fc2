/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records and their fields: one walk over the text, no copies. */
#include "audit/record.h"

#include <errno.h>
#include <libaudit.h>
#include <string.h>

enum {
	TYPE_MAX = 64,	 /* bytes of a type's name */
	ENRICHED = 0x1d, /* what auditd puts before its own translations (group separator) */
	NS_PER_MS = 1000000,
};

/* What is left of a text. */
struct cursor {
	const char *at, *end;
};

static bool skip_text(struct cursor *c, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(c->end - c->at) < len || memcmp(c->at, text, len) != 0)
		return false;
	c->at += len;
	return true;
}

/* A decimal number of at most 19 digits, with at least one. */
static bool skip_number(struct cursor *c, uint64_t *number)
{
	const char *start = c->at;
	uint64_t n = 0;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9' && c->at - start < 19)
		n = n * 10 + (uint64_t)(*c->at++ - '0');
	*number = n;
	return c->at > start;
}

bool record_type_is_forgeable(uint16_t type)
{
	return (type >= AUDIT_FIRST_USER_MSG && type <= AUDIT_LAST_USER_MSG) ||
	       (type >= AUDIT_FIRST_USER_MSG2 && type <= AUDIT_LAST_USER_MSG2) ||
	       type == AUDIT_USER;
}

/* "audit(SEC.MSEC:SERIAL):" and the blanks behind it. */
static bool parse_stamp(struct cursor *c, struct record *record)
{
	uint64_t seconds, ms, serial;

	if (!skip_text(c, "audit(") || !skip_number(c, &seconds) || !skip_text(c, ".") ||
	    !skip_number(c, &ms) || !skip_text(c, ":") || !skip_number(c, &serial) ||
	    !skip_text(c, "):"))
		return false;
	if (ms > 999 || serial > UINT32_MAX || seconds > INT64_MAX / 1000000000 - 1)
		return false;
	record->time = seconds * 1000000000 + ms * NS_PER_MS;
	record->serial = (uint32_t)serial;
	while (c->at < c->end && *c->at == ' ')
		c->at++;
	return true;
}

static int parse(uint16_t type, struct cursor c, struct record *record)
{
	struct record got = { .type = type, .is_forgeable = record_type_is_forgeable(type) };

	if (!parse_stamp(&c, &got))
		return -EBADMSG;
	while (c.end > c.at && (c.end[-1] == '\n' || c.end[-1] == '\r' || c.end[-1] == ' '))
		c.end--;
	got.text = c.at;
	got.len = (size_t)(c.end - c.at);
	*record = got;
	return 0;
}

int record_parse(uint16_t type, const char *text, size_t len, struct record *record)
{
	return parse(type, (struct cursor){ text, text + strnlen(text, len) }, record);
}

/* The number of a type's name: SECCOMP, UNKNOWN[1426], 1326. 0: there is none. */
static uint16_t type_of(const char *name, size_t len)
{
	char text[TYPE_MAX];
	int type;

	if (!len || len >= sizeof(text))
		return 0;
	memcpy(text, name, len);
	text[len] = 0;
	if (*text >= '0' && *text <= '9') {
		struct cursor c = { text, text + len };
		uint64_t number;

		return skip_number(&c, &number) && c.at == c.end && number <= UINT16_MAX
			       ? (uint16_t)number
			       : 0;
	}
	type = audit_name_to_msg_type(text);
	return type > 0 && type <= UINT16_MAX ? (uint16_t)type : 0;
}

static const char *find(const char *at, const char *end, const char *text)
{
	return at ? memmem(at, (size_t)(end - at), text, strlen(text)) : NULL;
}

int record_parse_line(const char *line, size_t len, struct record *record)
{
	const char *end = line + len;
	const char *cut = memchr(line, ENRICHED, len);
	const char *name = find(line, cut ? cut : end, "type=");
	struct cursor c;

	if (cut)
		end = cut;
	if (!name)
		return -ENOMSG;
	/* Before it there is what a log adds: host names and times, but nothing that a record has.
	 */
	if (find(line, name, "audit("))
		return -EBADMSG;
	name += strlen("type=");
	c = (struct cursor){ name, end };
	while (c.at<end && * c.at> ' ')
		c.at++;
	uint16_t type = type_of(name, (size_t)(c.at - name));
	if (!type || !skip_text(&c, " "))
		return -EBADMSG;
	skip_text(&c, "msg=");
	return parse(type, c, record);
}

struct fields record_fields(const struct record *record)
{
	size_t len = record->is_forgeable ? 0 : record->len;

	return (struct fields){ record->text, record->text + len };
}

/* The value at f->at up to a blank or its closing quote; false when the quote is not closed. */
static bool next_value(struct fields *f, struct field *field)
{
	const char *end;

	field->is_quoted = f->at < f->end && *f->at == '"';
	f->at += field->is_quoted;
	field->value = f->at;
	end = memchr(f->at, field->is_quoted ? '"' : ' ', (size_t)(f->end - f->at));
	if (!end) {
		end = f->end;
		f->at = f->end;
	} else {
		f->at = end + 1;
	}
	field->len = (size_t)(end - field->value);
	return end < f->end || !field->is_quoted;
}

bool fields_next(struct fields *f, struct field *field)
{
	while (f->at < f->end) {
		const char *name = f->at;

		while (f->at < f->end && *f->at != '=' && *f->at != ' ')
			f->at++;
		size_t len = (size_t)(f->at - name);
		bool has_value = f->at < f->end && *f->at == '=';
		f->at += f->at < f->end;
		if (!len || !has_value)
			continue;
		field->name = name;
		field->name_len = len;
		return next_value(f, field);
	}
	return false;
}

bool field_is(const struct field *field, const char *name)
{
	return strlen(name) == field->name_len && memcmp(field->name, name, field->name_len) == 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

bool field_number(const struct field *field, int base, uint64_t *number)
{
	const char *at = field->value, *end = at + field->len;
	bool is_negative = base == 10 && at < end && *at == '-';
	uint64_t n = 0;

	at += is_negative;
	if (end - at > 2 && base == 16 && at[0] == '0' && at[1] == 'x')
		at += 2;
	if (at == end || field->is_quoted)
		return false;
	for (; at < end; at++) {
		int digit = digit_of(*at);

		if (digit >= base || __builtin_mul_overflow(n, (uint64_t)base, &n) ||
		    __builtin_add_overflow(n, (uint64_t)digit, &n))
			return false;
	}
	*number = is_negative ? -n : n;
	return true;
}

bool field_u32(const struct field *field, int base, uint32_t *number)
{
	uint64_t n;

	if (!field_number(field, base, &n) || (n > UINT32_MAX && n < (uint64_t)INT32_MIN))
		return false;
	*number = (uint32_t)n;
	return true;
}

static bool is_hexadecimal(const struct field *field)
{
	for (size_t i = 0; i < field->len; i++)
		if (digit_of(field->value[i]) > 15)
			return false;
	return field->len && field->len % 2 == 0;
}

bool field_bytes(const struct field *field, struct str *out)
{
	if (field->is_quoted) {
		str_put_bytes(out, field->value, field->len);
		return true;
	}
	if (!is_hexadecimal(field))
		return false;
	for (size_t i = 0; i < field->len; i += 2)
		str_putc(out,
			 (char)(digit_of(field->value[i]) << 4 | digit_of(field->value[i + 1])));
	return true;
}

void field_text(const struct field *field, struct str *out)
{
	str_clear(out);
	field_bytes(field, out);
}
