/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The growing string and its escapes. */
#include "base/str.h"

#include "base/vec.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool reserve(struct str *s, size_t more)
{
	if (s->failed)
		return false;
	if (more > SIZE_MAX / 2 || vec_grow((void **)&s->data, &s->cap, s->len + more + 1, 1))
		s->failed = true;
	return !s->failed;
}

void str_fini(struct str *s)
{
	free(s->data);
	*s = (struct str){ 0 };
}

void str_clear(struct str *s)
{
	s->len = 0;
	s->failed = false;
	if (s->data)
		s->data[0] = 0;
}

void str_put_bytes(struct str *s, const void *bytes, size_t len)
{
	if (!reserve(s, len))
		return;
	if (len)
		memcpy(s->data + s->len, bytes, len);
	s->len += len;
	s->data[s->len] = 0;
}

void str_put(struct str *s, const char *text)
{
	str_put_bytes(s, text, strlen(text));
}

void str_putc(struct str *s, char c)
{
	str_put_bytes(s, &c, 1);
}

void str_putf(struct str *s, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		s->failed = true;
	else if (reserve(s, (size_t)n)) {
		vsnprintf(s->data + s->len, (size_t)n + 1, format, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void str_pad(struct str *s, size_t width)
{
	size_t start = s->len;

	while (start > 0 && s->data[start - 1] != '\n')
		start--;
	while (!s->failed && s->len - start < width)
		str_putc(s, ' ');
}

/* Length of the valid UTF-8 sequence at p, with its code point in *point; 0 when there is none. */
static size_t utf8_length(const unsigned char *p, size_t len, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = p[0] < 0x80	 ? 1
		   : p[0] < 0xc0 ? 0
		   : p[0] < 0xe0 ? 2
		   : p[0] < 0xf0 ? 3
		   : p[0] < 0xf8 ? 4
				 : 0;

	if (n == 0 || n > len)
		return 0;
	*point = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (p[i] & 0x3f);
	}
	if (*point < least[n] || *point > 0x10ffff || (*point >= 0xd800 && *point < 0xe000))
		return 0;
	return n;
}

/* What steers a terminal or is not to be seen: controls, separators of lines, and what Unicode 15
 * has of invisible format characters. */
static const struct {
	uint32_t first, last;
} harmful[] = {
	{ 0x0000, 0x001f },   { 0x007f, 0x009f },   { 0x00ad, 0x00ad },	  { 0x061c, 0x061c },
	{ 0x180e, 0x180e },   { 0x200b, 0x200f },   { 0x2028, 0x202e },	  { 0x2060, 0x206f },
	{ 0xfeff, 0xfeff },   { 0xfff9, 0xfffb },   { 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

/* Can a terminal show it without being steered by it? */
static bool is_harmless(uint32_t point)
{
	for (size_t i = 0; i < countof(harmful) && harmful[i].first <= point; i++)
		if (point <= harmful[i].last)
			return false;
	return true;
}

static void put_escaped(struct str *s, const unsigned char *p, size_t len, char quote)
{
	for (size_t i = 0; i < len;) {
		uint32_t point = 0;
		size_t n = utf8_length(p + i, len - i, &point);

		if (n && is_harmless(point) && point != '\\' && point != (unsigned char)quote) {
			str_put_bytes(s, p + i, n);
			i += n;
			continue;
		}
		if (p[i] == '\\' || (quote && p[i] == (unsigned char)quote))
			str_putf(s, "\\%c", p[i]);
		else if (p[i] == '\n' || p[i] == '\t')
			str_put(s, p[i] == '\n' ? "\\n" : "\\t");
		else
			str_putf(s, "\\x%02x", p[i]);
		i++;
	}
}

void str_put_escaped(struct str *s, const void *bytes, size_t len)
{
	put_escaped(s, bytes, len, 0);
}

void str_put_quoted(struct str *s, const void *bytes, size_t len)
{
	str_putc(s, '"');
	put_escaped(s, bytes, len, '"');
	str_putc(s, '"');
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Decodes the escape after a backslash; its length, or 0 when it is unknown. */
static size_t unescape(const char *p, size_t len, char *out)
{
	static const char from[] = "nt\\\"", to[] = "\n\t\\\"";
	const char *hit = len ? memchr(from, p[0], sizeof(from) - 1) : NULL;

	if (hit) {
		*out = to[hit - from];
		return 1;
	}
	if (len < 3 || p[0] != 'x' || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
		return 0;
	*out = (char)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
	return 3;
}

size_t str_unquote(struct str *s, const char *text, size_t len)
{
	if (len < 2 || text[0] != '"')
		return 0;
	for (size_t i = 1; i < len; i++) {
		char c = text[i];

		if (c == '"')
			return i + 1;
		if (c == '\n')
			return 0;
		if (c == '\\') {
			size_t n = unescape(text + i + 1, len - i - 1, &c);

			if (!n)
				return 0;
			i += n;
		}
		str_putc(s, c);
	}
	return 0;
}

const char *str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

char *str_take(struct str *s)
{
	char *text;

	str_put_bytes(s, "", 0);
	text = s->failed ? NULL : s->data;
	if (s->failed)
		free(s->data);
	*s = (struct str){ 0 };
	return text;
}
