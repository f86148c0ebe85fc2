/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Observations for people and as JSON. */
#include "cli/tuple.h"

#include "base/cleanup.h"
#include "policy/printer.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A call and the signature that held when it was made. */
struct view {
	const struct syscall *call; /* NULL: unknown */
	const struct signature *signature;
};

static struct view view_of(const struct observation *o)
{
	static const struct signature unknown;
	struct view v = { arch_syscall(o->arch, o->nr), &unknown };
	uint64_t args[SYSCALL_ARGS];

	if (!v.call)
		return v;
	/* Only selectors decide, and those are known. */
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		args[i] = o->args[i].low;
	v.signature = syscall_signature(o->arch, v.call, args);
	return v;
}

void call_print(struct str *out, const struct arch *arch, uint32_t nr)
{
	const struct syscall *call = arch_syscall(arch, nr);

	if (call)
		str_put(out, call->name);
	else
		str_putf(out, "#%" PRIu32, nr);
}

/* The man page's name, which is the same whatever the selectors say. */
static const char *name_of(const struct view *v, unsigned i)
{
	static const char *const raw[] = { "arg0", "arg1", "arg2", "arg3", "arg4", "arg5" };

	return v->call && v->call->signature->args[i].name ? v->call->signature->args[i].name
							   : raw[i];
}

static void print_one(struct str *out, const struct observation *o, const struct arg *arg,
		      const struct folded *f, uint64_t value)
{
	struct test t = { .bits = arg->bits ? arg->bits : 64,
			  .is_signed = f->is_signed,
			  .mask = UINT64_MAX };
	struct naming naming = naming_of(o->arch, arg, &t, false);

	print_value(out, &naming, &t, value);
}

static void print_number(struct str *out, const struct folded *f, uint64_t value)
{
	if (f->is_signed)
		str_putf(out, "%" PRId64, (int64_t)value);
	else if (f->class == ARG_ADDRESS)
		str_putf(out, "0x%" PRIx64, value);
	else
		str_putf(out, "%" PRIu64, value);
}

static void print_folded(struct str *out, const struct observation *o, const struct arg *arg,
			 const struct folded *f)
{
	switch (f->kind) {
	case FOLD_NONE:
		break;
	case FOLD_VALUE:
		print_one(out, o, arg, f, f->low);
		break;
	case FOLD_RANGE:
		print_number(out, f, f->low);
		if (f->low != f->high) {
			str_put(out, "..");
			print_number(out, f, f->high);
		}
		break;
	case FOLD_ANY:
		str_put(out, "*");
		break;
	case FOLD_SELF:
		str_put(out, "self");
		break;
	case FOLD_MANY:
		str_put(out, "(many)");
		break;
	}
}

void tuple_print(struct str *out, const struct observation *o)
{
	struct view v = view_of(o);
	bool is_first = true;

	call_print(out, o->arch, o->nr);
	str_putc(out, '(');
	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (o->args[i].kind == FOLD_NONE)
			continue;
		str_putf(out, "%s%s=", is_first ? "" : ", ", name_of(&v, i));
		print_folded(out, o, &v.signature->args[i], &o->args[i]);
		is_first = false;
	}
	str_putc(out, ')');
}

/* AF_UNIX: a path, an abstract name behind '@', or nothing. */
static void print_unix(struct str *out, const struct text *text)
{
	size_t at = offsetof(struct sockaddr_un, sun_path);
	const char *path = text->bytes + at;
	size_t len = text->len > at ? text->len - at : 0;
	bool is_abstract = len > 1 && !*path;

	if (!is_abstract)
		len = strnlen(path, len);
	str_put(out, "unix:");
	str_put(out, is_abstract ? "@" : "");
	str_put_escaped(out, path + is_abstract, len - is_abstract);
}

static void print_inet(struct str *out, int family, const void *address, in_port_t port)
{
	char word[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, address, word, sizeof(word)))
		strcpy(word, "?");
	str_putf(out, family == AF_INET6 ? "[%s]:%u" : "%s:%u", word, ntohs(port));
}

/* A sockaddr as the program gave it: any length, any content. */
static void print_sockaddr(struct str *out, const struct text *text)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	sa_family_t family = AF_UNSPEC;

	if (text->len >= sizeof(family))
		memcpy(&family, text->bytes, sizeof(family));
	if (family == AF_UNIX) {
		print_unix(out, text);
	} else if (family == AF_INET && text->len >= sizeof(in)) {
		memcpy(&in, text->bytes, sizeof(in));
		print_inet(out, AF_INET, &in.sin_addr, in.sin_port);
	} else if (family == AF_INET6 &&
		   text->len >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		memcpy(&in6, text->bytes, offsetof(struct sockaddr_in6, sin6_scope_id));
		print_inet(out, AF_INET6, &in6.sin6_addr, in6.sin6_port);
	} else {
		str_putf(out, "family %u:", family);
		for (uint32_t i = 2; i < text->len && i < 30; i++)
			str_putf(out, "%02x", (unsigned char)text->bytes[i]);
	}
}

static bool is_plain(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "%+,-./:=@_^",
			    word[i]) ||
		    !word[i])
			return false;
	return len;
}

void argv_print(struct str *out, const char *argv, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t word = strnlen(argv + at, len - at);

		str_put(out, at ? " " : "");
		if (is_plain(argv + at, word))
			str_put_bytes(out, argv + at, word);
		else
			str_put_quoted(out, argv + at, word);
		at += word + 1;
	}
}

void text_print(struct str *out, const struct text *text)
{
	if (text->class == ARG_SOCKADDR)
		print_sockaddr(out, text);
	else if (text->class == ARG_ARGV)
		argv_print(out, text->bytes, text->len);
	else
		str_put_quoted(out, text->bytes, text->len);
}

/* The index of the most frequent text that was not printed yet: the first of several. */
static size_t most_frequent(const struct observation *o, const bool *printed)
{
	size_t best = o->texts.len;

	for (size_t i = 0; i < o->texts.len; i++)
		if (!printed[i] &&
		    (best == o->texts.len || o->texts.data[i].count > o->texts.data[best].count))
			best = i;
	return best;
}

void texts_print(struct str *out, const struct observation *o, const char *indent, size_t most)
{
	autofree bool *printed = calloc(o->texts.len + 1, sizeof(*printed));
	size_t count = o->texts.len < most ? o->texts.len : most;

	out->failed |= !printed;
	for (size_t n = 0; printed && n < count; n++) {
		size_t at = most_frequent(o, printed);

		printed[at] = true;
		str_put(out, indent);
		text_print(out, &o->texts.data[at]);
		str_putf(out, "  %" PRIu64 "\n", o->texts.data[at].count);
	}
	if (count < o->texts.len)
		str_putf(out, "%sand %zu more\n", indent, o->texts.len - count);
	if (o->is_capped && o->texts.len)
		str_putf(out, "%sand others past the cap\n", indent);
	if (o->is_sampled)
		str_putf(out, "%s(read at a part of the calls)\n", indent);
}

/* JSON has no unsigned 64-bit numbers here: what does not fit a signed one becomes a string. */
static json_t *number_json(const struct folded *f, uint64_t value)
{
	char text[24];

	if (f->is_signed || value <= INT64_MAX)
		return json_integer((json_int_t)value);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	return json_string(text);
}

/* The name of a value in the words of profiles, or NULL where that is the number itself. */
static json_t *word_json(const struct observation *o, const struct arg *arg, const struct folded *f)
{
	autostr struct str word = { 0 };

	print_one(&word, o, arg, f, f->low);
	if (strchr("-0123456789", *str_text(&word)))
		return NULL;
	return json_stringn(str_text(&word), word.len);
}

static int add_bounds(json_t *json, const struct folded *f)
{
	return json_object_set_new(json, "min", number_json(f, f->low)) |
	       json_object_set_new(json, "max", number_json(f, f->high));
}

static json_t *arg_json(const struct observation *o, const struct view *v, unsigned i)
{
	const struct folded *f = &o->args[i];
	json_t *json =
		json_pack("{s:s, s:s}", "name", name_of(v, i), "class", arg_class_name(f->class));
	json_t *word;
	int r = json ? 0 : -1;

	switch (f->kind) {
	case FOLD_VALUE:
		r |= json_object_set_new(json, "value", number_json(f, f->low));
		word = word_json(o, &v->signature->args[i], f);
		if (word)
			r |= json_object_set_new(json, "text", word);
		break;
	case FOLD_RANGE:
		r |= add_bounds(json, f);
		break;
	case FOLD_MANY:
		r |= add_bounds(json, f);
		r |= json_object_set_new(json, "kind", json_string(fold_kind_name(f->kind)));
		break;
	case FOLD_NONE:
	case FOLD_ANY:
	case FOLD_SELF:
		r |= json_object_set_new(json, "kind", json_string(fold_kind_name(f->kind)));
		break;
	}
	if (!r)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *args_json(const struct observation *o, const struct view *v)
{
	json_t *args = json_array();

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		if (o->args[i].kind == FOLD_NONE)
			continue;
		if (json_array_append_new(args, arg_json(o, v, i))) {
			json_decref(args);
			return NULL;
		}
	}
	return args;
}

static json_t *text_json(const struct text *text)
{
	autostr struct str word = { 0 };

	if (text->class != ARG_SOCKADDR && text->class != ARG_ARGV)
		return json_bytes(text->bytes, text->len);
	text_print(&word, text);
	return word.failed ? NULL : json_stringn(str_text(&word), word.len);
}

/* texts, and beside each its count and its argument's name. */
static int add_texts(json_t *json, const struct observation *o, const struct view *v)
{
	json_t *texts = json_array(), *counts = json_array(), *args = json_array();
	int r = 0;

	vec_for(text, &o->texts) {
		r |= json_array_append_new(texts, text_json(text));
		r |= json_array_append_new(counts, json_integer((json_int_t)text->count));
		r |= json_array_append_new(args, json_string(name_of(v, text->arg)));
	}
	r |= json_object_set_new(json, "texts", texts);
	r |= json_object_set_new(json, "text_counts", counts);
	r |= json_object_set_new(json, "text_args", args);
	return r;
}

/* The frames of a backtrace, innermost first. */
static json_t *stack_json(const char *stack)
{
	json_t *frames = json_array();

	while (*stack) {
		size_t len = strcspn(stack, "\n");

		if (json_array_append_new(frames, json_bytes(stack, len))) {
			json_decref(frames);
			return NULL;
		}
		stack += len + (stack[len] == '\n');
	}
	return frames;
}

/* What is not there for every tuple. */
static int add_rest(json_t *json, const struct observation *o)
{
	autostr struct str command = { 0 };
	int r = 0;

	argv_print(&command, o->command ? o->command : "", o->command_len);
	if (command.len)
		r |= json_object_set_new(json, "command", json_stringn(command.data, command.len));
	if (o->stack)
		r |= json_object_set_new(json, "stack", stack_json(o->stack));
	return r | -(int)command.failed;
}

json_t *tuple_json(const struct observation *o)
{
	char first[32], last[32];
	autostr struct str name = { 0 };
	struct view v = view_of(o);
	json_t *json;

	time_print(o->first, first);
	time_print(o->last, last);
	call_print(&name, o->arch, o->nr);
	json = json_pack("{s:o, s:o, s:s, s:s, s:I, s:o, s:I, s:s, s:s, s:i, s:b, s:b}", "exe",
			 json_bytes(o->exe, strlen(o->exe)), "exe_id",
			 json_bytes(o->exe_id, strlen(o->exe_id)), "arch", o->arch->name, "syscall",
			 str_text(&name), "nr", (json_int_t)o->nr, "args", args_json(o, &v),
			 "count", (json_int_t)o->count, "first", first, "last", last, "runs",
			 (int)o->runs, "capped", o->is_capped, "sampled", o->is_sampled);
	if (json && !add_texts(json, o, &v) && !add_rest(json, o))
		return json;
	json_decref(json);
	return NULL;
}
