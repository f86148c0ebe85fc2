/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How watch shows denials. */
#include "cli/board.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "cli/event.h"
#include "cli/missing.h"
#include "cli/say.h"
#include "cli/tuple.h"
#include "enforce/remedy.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void stored_print(struct str *out, const char *text)
{
	for (size_t len; *text; text += len) {
		len = strcspn(text, "\\");
		str_put_escaped(out, text, len);
		if (text[len]) {
			str_putc(out, '\\');
			len++;
		}
	}
}

static struct call call_of(const struct denial *d)
{
	struct call call = { .nr = d->nr, .token = d->arch->token };

	memcpy(call.args, d->args, sizeof(call.args));
	return call;
}

void denial_print_call(struct str *out, const struct denial *d)
{
	struct event event = { .kind = EVENT_SYSCALL, .arch = d->arch, .nr = d->nr };

	memcpy(event.args, d->args, sizeof(event.args));
	if (d->has_args)
		event_print(out, &event, NULL);
	else
		call_print(out, d->arch, d->nr);
}

const struct danger *denial_danger(const struct denial *d)
{
	const struct call call = call_of(d);
	autocond struct cond *cond = NULL;

	if (d->has_args && remedy_rule(&call, &cond, NULL))
		return NULL;
	return danger_of(d->arch, d->nr, cond);
}

/* ---- JSON ---- */

static json_t *args_json(const struct denial *d)
{
	json_t *args = d->has_args ? json_array() : json_null();

	for (unsigned i = 0; d->has_args && args && i < SYSCALL_ARGS; i++)
		if (json_array_append_new(args, json_sprintf("0x%" PRIx64, d->args[i]))) {
			json_decref(args);
			return NULL;
		}
	return args;
}

static json_t *text_json(const struct str *text)
{
	return json_bytes(str_text(text), text->len);
}

static json_t *time_json(int64_t time)
{
	char text[32];

	time_print(time, text);
	return json_string(text);
}

/* Can a rule of auditctl(8) take it as it stands? */
static bool is_plain(const char *path)
{
	return *path == '/' && !path[strspn(path, "/.-_+0123456789abcdefghijklmnopqrstuvwxyz"
						  "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

/* How to have the arguments that the kernel's record lacks; null where they are known. */
static json_t *how_json(const struct denial *d)
{
	bool is_logged = strcmp(d->action, "log") == 0;
	autostr struct str how = { 0 };

	if (d->has_args)
		return json_null();
	str_putf(&how, "wont enforce --supervise%s", is_logged ? " --action log" : "");
	/* Rules see no call that seccomp ends, and none of x32. */
	if (is_logged && !d->arch->nr_base && arch_syscall(d->arch, d->nr) && is_plain(d->exe))
		str_putf(&how,
			 "; or meanwhile: auditctl -e 1; auditctl -a always,exit -F arch=b%u -S %u "
			 "-F exe=%s",
			 d->arch->bits, d->nr, d->exe);
	return text_json(&how);
}

/* "" gives null. */
static json_t *word_json(const char *word)
{
	return word && *word ? json_bytes(word, strlen(word)) : json_null();
}

/* What the profile says of it: two members more. */
static int add_remedy(json_t *object, const struct denial *d, const struct policy *policy)
{
	const struct call call = call_of(d);
	autostr struct str nearest = { 0 }, rule = { 0 };

	missing_nearest(&nearest, policy, &call, d->has_args);
	bool has_rule = missing_rule(&rule, policy, &call, d->has_args);
	return json_object_set_new(object, "nearest", text_json(&nearest)) ||
	       json_object_set_new(object, "rule", has_rule ? text_json(&rule) : json_null());
}

json_t *denial_json(const struct denial *d, const struct policy *policy)
{
	const struct danger *danger = denial_danger(d);
	autostr struct str name = { 0 }, call = { 0 };

	call_print(&name, d->arch, d->nr);
	denial_print_call(&call, d);
	json_t *object = json_pack(
		"{s:o, s:o, s:I, s:o, s:o, s:o, s:i, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o}",
		"first", time_json(d->time), "last", time_json(d->last), "count",
		(json_int_t)d->count, "app", word_json(d->app), "release", word_json(d->release),
		"exe", word_json(d->exe), "pid", (int)d->pid, "arch", d->arch->name, "syscall",
		text_json(&name), "nr", (json_int_t)d->nr, "args", args_json(d), "how", how_json(d),
		"call", text_json(&call), "strings", word_json(d->text), "action",
		word_json(d->action), "source", word_json(d->source), "danger",
		danger ? json_string(danger->name) : json_null());
	if (object && policy && add_remedy(object, d, policy)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static int show_lines(struct board *b, struct docket *docket)
{
	autostr struct str out = { 0 };

	vec_for(at, &docket->all) {
		struct entry *entry = *at;
		json_t *object;
		autofree char *line = NULL;

		if (entry->is_told)
			continue;
		entry->is_told = true;
		object = denial_json(&entry->d, b->policy);
		line = object ? json_dumps(object, JSON_COMPACT) : NULL;
		json_decref(object);
		if (!line)
			return say_usage("out of memory");
		str_put(&out, line);
		str_putc(&out, '\n');
	}
	return out.len ? say_text(&out) : EXIT_FINE;
}

/* ---- the table ---- */

static size_t window(size_t *width)
{
	struct winsize size = { 0 };

	*width = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row)
		return 24;
	*width = size.ws_col ? size.ws_col : *width;
	return size.ws_row;
}

/* Adds a line, cut to the width of the terminal: one that wraps could not be drawn over. */
static void put_line(struct str *out, const struct str *line, size_t width)
{
	size_t len = 0, columns = 0;

	/* Bytes that begin no character take no column. */
	while (len < line->len && columns + 1 < width) {
		len++;
		while (len < line->len && ((unsigned char)line->data[len] & 0xc0) == 0x80)
			len++;
		columns++;
	}
	str_put_bytes(out, str_text(line), len);
	str_put(out, "\033[K\n"); /* ECMA-48: erase to the end of the line */
}

static void put_row(struct str *line, const struct board *b, const struct denial *d)
{
	const char *slash = strrchr(d->exe, '/');
	const char *name = slash ? slash + 1 : d->exe;
	const struct danger *danger = denial_danger(d);
	const struct call call = call_of(d);
	char last[32];

	time_print(d->last, last);
	str_putf(line, "%7" PRIu64 "  %.8s  ", d->count, strlen(last) > 11 ? last + 11 : last);
	str_put_escaped(line, name, strlen(name));
	str_pad(line, 37);
	str_put(line, "  ");
	denial_print_call(line, d);
	str_put(line, "  ");
	stored_print(line, d->text);
	str_put(line, *d->text ? "  " : "");
	stored_print(line, d->action);
	str_put(line, "  needs ");
	if (b->policy)
		missing_rule(line, b->policy, &call, d->has_args);
	else
		call_print(line, d->arch, d->nr);
	if (!d->has_args)
		str_put(line, " (arguments unknown)");
	if (danger)
		str_putf(line, "  DANGER %s", danger->name);
}

static void put_head(struct str *line, const struct board *b, const struct docket *docket)
{
	str_put(line, "wont watch: ");
	if (b->app)
		str_put_escaped(line, b->app, strlen(b->app));
	else
		str_put(line, "everybody");
	str_putf(line, ", by %s: %" PRIu64 " denials, %zu kinds, %u canar%s alive", b->source,
		 docket->denials, docket->all.len, b->canaries, b->canaries == 1 ? "y" : "ies");
	if (b->losses)
		str_putf(line, ", %" PRIu64 " LOST", b->losses);
}

static bool lacks_arguments(const struct docket *docket)
{
	vec_for(entry, &docket->all)
		if (!(*entry)->d.has_args)
			return true;
	return false;
}

/* The last ones, where they do not fit all. */
static int show_table(struct board *b, struct docket *docket)
{
	autostr struct str out = { 0 };
	size_t width, height = window(&width), count = docket->all.len;
	size_t room = height > 4 ? height - 4 : 1, lines = 2;

	if (b->drawn)
		str_putf(&out, "\033[%zuF", b->drawn); /* to the start of the line so far above */
	for (size_t i = 0; i < 2 + (count < room ? count : room); i++) {
		autostr struct str line = { 0 };

		if (i == 0)
			put_head(&line, b, docket);
		else if (i == 1)
			str_put(&line, "  count  last      executable           call");
		else
			put_row(&line, b,
				&docket->all.data[count - (count < room ? count : room) + i - 2]
					 ->d);
		lines = i + 1;
		put_line(&out, &line, width);
	}
	if (lacks_arguments(docket)) {
		autostr struct str line = { 0 };

		str_put(&line, "unknown arguments: wont enforce --supervise, also with --action "
			       "log, tells them");
		put_line(&out, &line, width);
		lines++;
	}
	str_put(&out, "\033[J");
	b->drawn = lines;
	return say_text(&out);
}

int board_show(struct board *b, struct docket *docket)
{
	return b->is_table ? show_table(b, docket) : show_lines(b, docket);
}

/* ---- elsewhere ---- */

void denials_print(struct str *out, const struct denials *denials)
{
	char first[32], last[32];

	if (denials->all.len)
		str_put(out, "\ndenied or logged:\n");
	vec_for(d, &denials->all) {
		const struct danger *danger = denial_danger(d);

		time_print(d->time, first);
		time_print(d->last, last);
		str_putf(out, "%10" PRIu64 "  ", d->count);
		denial_print_call(out, d);
		str_put(out, " -> ");
		stored_print(out, d->action);
		str_put(out, *d->text ? "\n              " : "");
		stored_print(out, d->text);
		str_put(out, "\n              by ");
		str_put_escaped(out, d->exe, strlen(d->exe));
		str_putf(out, "  %s, first %s, last %s, seen by ", d->arch->name, first, last);
		stored_print(out, d->source);
		str_putc(out, '\n');
		if (danger)
			str_putf(out, "              danger: %s: %s\n", danger->name,
				 danger->reason);
	}
}
