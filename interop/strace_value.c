/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What strace prints, read back as far as it tells. */
#include "interop/strace_value.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum { NAME_MAX_LEN = 64, ADDRESS_MAX = 64 };

static bool starts(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && memcmp(s.at, text, len) == 0;
}

static struct span skip(struct span s, size_t n)
{
	return (struct span){ s.at + n, s.len - n };
}

static struct span trim(struct span s)
{
	while (s.len && *s.at == ' ')
		s = skip(s, 1);
	while (s.len && s.at[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* The length of the string that begins with a quote at s, quotes included; s.len where it has no
 * end. */
static size_t string_length(struct span s)
{
	size_t i = 1;

	while (i < s.len && s.at[i] != '"')
		i += s.at[i] == '\\' ? 2 : 1;
	return i < s.len ? i + 1 : s.len;
}

static size_t comment_length(struct span s)
{
	const char *end = memmem(s.at, s.len, "*/", 2);

	return end ? (size_t)(end - s.at) + 2 : s.len;
}

/* The length of "<...>" behind a descriptor or pid (-y, -Y); 0 where the bracket is something else.
 */
static size_t name_of_fd(struct span s, size_t i)
{
	char before = i ? s.at[i - 1] : ' ';

	if (!((before >= '0' && before <= '9') || (before >= 'A' && before <= 'Z')))
		return 0;
	if (i + 1 < s.len && s.at[i + 1] == '<')
		return 0;
	for (size_t end = i + 1; end < s.len; end++) {
		bool is_last = end + 1 == s.len || strchr(",)]}| =", s.at[end + 1]);

		if (s.at[end] == '>' && s.at[end - 1] != '-' && is_last)
			return end + 1 - i;
	}
	return 0;
}

/* Where `stop` stands first outside of brackets, strings and comments; s.len: nowhere. */
static size_t scan(struct span s, char stop)
{
	size_t i = 0;
	int depth = 0;

	while (i < s.len && (depth > 0 || s.at[i] != stop)) {
		char c = s.at[i];
		size_t len = 1;

		if (c == '"')
			len = string_length(skip(s, i));
		else if (c == '/' && i + 1 < s.len && s.at[i + 1] == '*')
			len = comment_length(skip(s, i));
		else if (c == '<')
			len = name_of_fd(s, i);
		else if (c == '(' || c == '[' || c == '{')
			depth++;
		else if (c == ')' || c == ']' || c == '}')
			depth--;
		i += len ? len : 1;
	}
	return i < s.len ? i : s.len;
}

size_t strace_close(struct span s)
{
	return scan(s, ')');
}

bool strace_argument(struct span *rest, struct span *argument)
{
	struct span s = *rest;
	size_t i;

	if (!trim(s).len)
		return false;
	i = scan(s, ',');
	*argument = trim((struct span){ s.at, i });
	*rest = skip(s, i < s.len ? i + 1 : i);
	return true;
}

/* A number in C's notation at the beginning of s: its length, 0 where there is none. */
static size_t number_length(struct span s, uint64_t *value)
{
	char text[NAME_MAX_LEN];
	size_t len = s.len < sizeof(text) - 1 ? s.len : sizeof(text) - 1;
	bool is_negative = s.len && *s.at == '-';
	char *end;

	memcpy(text, s.at, len);
	text[len] = 0;
	if (!len || text[is_negative] < '0' || text[is_negative] > '9')
		return 0;
	*value = strtoull(text, &end, 0);
	return (size_t)(end - text);
}

static size_t word_length(struct span s)
{
	size_t i = 0;

	while (i < s.len &&
	       (s.at[i] == '_' || (s.at[i] >= 'A' && s.at[i] <= 'Z') ||
		(s.at[i] >= 'a' && s.at[i] <= 'z') || (i && s.at[i] >= '0' && s.at[i] <= '9')))
		i++;
	return i;
}

/* A name or a number; what was read of s is returned, 0: neither. */
static size_t term(const struct arch *arch, struct span s, uint64_t *value)
{
	char name[NAME_MAX_LEN];
	size_t len = number_length(s, value);

	if (len)
		return len;
	len = word_length(s);
	if (!len || len >= sizeof(name))
		return 0;
	memcpy(name, s.at, len);
	name[len] = 0;
	return arch_constant(arch, name, value) ? len : 0;
}

/* What may follow a value: <path> of -y, a comment, and nothing else. */
static bool is_tail(struct span s)
{
	s = trim(s);
	if (!s.len)
		return true;
	if (*s.at == '<')
		return s.at[s.len - 1] == '>';
	return starts(s, "/*") && comment_length(s) == s.len;
}

bool strace_value(const struct arch *arch, struct span s, uint64_t *value)
{
	uint64_t all = 0, one;

	if (starts(s, "NULL") && is_tail(skip(s, 4))) {
		*value = 0;
		return true;
	}
	if (s.len && strchr("\"{[@~", *s.at)) {
		*value = 1;
		return true;
	}
	for (;;) {
		size_t len = term(arch, s, &one);

		if (!len)
			return false;
		all |= one;
		s = skip(s, len);
		if (!s.len || *s.at != '|')
			break;
		s = skip(s, 1);
	}
	if (!is_tail(s))
		return false;
	*value = all;
	return true;
}

/* ---- texts ---- */

static size_t octal(struct span s, unsigned *value)
{
	size_t i = 0;

	*value = 0;
	while (i < s.len && i < 3 && s.at[i] >= '0' && s.at[i] <= '7')
		*value = *value * 8 + (unsigned)(s.at[i++] - '0');
	return i;
}

static size_t hexadecimal(struct span s, unsigned *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < s.len && i < 2; i++) {
		const char *digits = "0123456789abcdef";
		const char *digit = s.at[i] ? strchr(digits, s.at[i] | 0x20) : NULL;

		if (!digit)
			break;
		*value = *value * 16 + (unsigned)(digit - digits);
	}
	return i;
}

/* One escape behind its backslash: how much of s it was. */
static size_t unescape(struct span s, struct str *out)
{
	static const char letters[] = "ntvfrbae", bytes[] = "\n\t\v\f\r\b\a\033";
	unsigned value;
	size_t n = octal(s, &value);
	const char *letter;

	if (n) {
		str_putc(out, (char)value);
		return n;
	}
	if (s.len > 1 && *s.at == 'x') {
		n = hexadecimal(skip(s, 1), &value);
		str_putc(out, (char)value);
		return n + 1;
	}
	letter = s.len && *s.at ? strchr(letters, *s.at) : NULL;
	if (s.len)
		str_putc(out, letter ? bytes[letter - letters] : *s.at);
	return s.len != 0;
}

/* The string that begins with a quote at s; what follows it is returned. */
static struct span put_string(struct span s, struct str *out)
{
	size_t len = string_length(s), i = 1;
	size_t end = len > 1 && s.at[len - 1] == '"' ? len - 1 : len;

	while (i < end) {
		if (s.at[i] == '\\')
			i += 1 + unescape((struct span){ s.at + i + 1, end - i - 1 }, out);
		else
			str_putc(out, s.at[i++]);
	}
	return skip(s, len);
}

static bool put_words(struct span s, struct str *out, bool *is_cut)
{
	struct span word;

	if (s.len < 2 || s.at[s.len - 1] != ']')
		return false;
	s = (struct span){ s.at + 1, s.len - 2 };
	while (strace_argument(&s, &word)) {
		if (!starts(word, "\"")) {
			*is_cut = true;
			continue;
		}
		struct span tail = put_string(word, out);
		*is_cut = *is_cut || starts(tail, "...");
		str_putc(out, 0);
	}
	return true;
}

/* The span behind "NAME=" among the members of a structure. */
static bool member(struct span s, const char *name, struct span *value)
{
	const char *at = memmem(s.at, s.len, name, strlen(name));

	if (!at)
		return false;
	*value = skip(s, (size_t)(at - s.at) + strlen(name));
	return true;
}

/* The string in the next pair of quotes, as C text. */
static bool quoted(struct span s, char text[ADDRESS_MAX])
{
	const char *quote = memchr(s.at, '"', s.len);
	autostr struct str out = { 0 };

	if (!quote)
		return false;
	put_string(skip(s, (size_t)(quote - s.at)), &out);
	if (out.failed || out.len >= ADDRESS_MAX)
		return false;
	memcpy(text, str_text(&out), out.len + 1);
	return true;
}

static in_port_t port_of(struct span s, const char *name)
{
	struct span value;
	uint64_t port = 0;

	if (member(s, name, &value))
		number_length(value, &port);
	return htons((uint16_t)port);
}

static bool put_unix(struct span s, struct str *out)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	autostr struct str path = { 0 };
	struct span value;
	bool is_abstract;

	if (!member(s, "sun_path=", &value))
		return false;
	is_abstract = starts(value, "@");
	if (is_abstract) {
		str_putc(&path, 0);
		value = skip(value, 1);
	}
	if (!starts(value, "\""))
		return false;
	put_string(value, &path);
	if (!is_abstract)
		str_putc(&path, 0);
	if (path.failed || path.len > sizeof(un.sun_path))
		return false;
	memcpy(un.sun_path, path.data, path.len);
	str_put_bytes(out, &un, offsetof(struct sockaddr_un, sun_path) + path.len);
	return true;
}

static bool put_sockaddr(struct span s, struct str *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	char text[ADDRESS_MAX];
	struct span value;

	if (!member(s, "sa_family=", &value))
		return false;
	if (starts(value, "AF_UNIX") || starts(value, "AF_LOCAL"))
		return put_unix(s, out);
	if (starts(value, "AF_INET6")) {
		in6.sin6_port = port_of(s, "sin6_port=htons(");
		if (!member(s, "inet_pton(AF_INET6, ", &value) || !quoted(value, text) ||
		    inet_pton(AF_INET6, text, &in6.sin6_addr) != 1)
			return false;
		str_put_bytes(out, &in6, sizeof(in6));
		return true;
	}
	if (!starts(value, "AF_INET"))
		return false;
	in.sin_port = port_of(s, "sin_port=htons(");
	if (!member(s, "inet_addr(", &value) || !quoted(value, text) ||
	    inet_pton(AF_INET, text, &in.sin_addr) != 1)
		return false;
	str_put_bytes(out, &in, sizeof(in));
	return true;
}

bool strace_text(enum arg_class class, struct span s, struct str *out, bool *is_cut)
{
	*is_cut = false;
	if (class == ARG_ARGV && starts(s, "["))
		return put_words(s, out, is_cut);
	if (class == ARG_SOCKADDR && starts(s, "{"))
		return put_sockaddr(s, out);
	if (class != ARG_PATH || !starts(s, "\""))
		return false;
	*is_cut = starts(put_string(s, out), "...");
	return true;
}
