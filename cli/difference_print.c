/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The difference of two policies as text, JSON and Markdown. */
#include "cli/difference.h"

#include "cli/say.h"
#include "policy/text.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH_MAX = 72 }; /* conditions up to it share their line with what follows */

/* "socket: domain == AF_NETLINK", with the arch in front where it is not the native one. */
static void put_call(struct str *s, const struct change *c, bool with_arch)
{
	if (with_arch && c->arch != arch_native())
		str_putf(s, "%s ", c->arch->name);
	syscall_print(s, c->arch, c->nr);
}

static void put_cond(struct str *s, const struct change *c)
{
	if (c->cond)
		cond_print(s, c->cond, c->arch, arch_syscall(c->arch, c->nr));
}

static void put_newer(struct str *s, const struct policy *p)
{
	if (!p->newer.version) {
		str_put(s, "none");
		return;
	}
	str_putf(s, "%u.%u ", p->newer.version >> 8, p->newer.version & 255);
	action_print(s, p->newer.action, arch_native());
}

enum clause { CLAUSE_DEFAULT, CLAUSE_FOREIGN, CLAUSE_NEWER, CLAUSES };

static const char *const clause_names[] = { "default", "foreign-arch", "newer" };

static bool is_clause_changed(const struct difference *d, enum clause clause)
{
	switch (clause) {
	case CLAUSE_DEFAULT:
		return d->changes.is_default_changed;
	case CLAUSE_FOREIGN:
		return d->changes.is_foreign_changed;
	case CLAUSE_NEWER:
		return d->changes.is_newer_changed;
	case CLAUSES:
		break;
	}
	return false;
}

static void put_clause(struct str *s, const struct policy *p, enum clause clause)
{
	if (clause == CLAUSE_NEWER)
		put_newer(s, p);
	else
		action_print(s, clause == CLAUSE_DEFAULT ? p->fallback : p->foreign_arch,
			     arch_native());
}

/* "no difference" or "2 added, 1 widened"; nothing where only the clauses differ. */
static void put_summary(struct str *s, const struct difference *d)
{
	static const enum change_kind kinds[] = { CHANGE_ADDED, CHANGE_WIDENED, CHANGE_NARROWED,
						  CHANGE_REMOVED };
	const char *comma = "";

	if (!difference_is_some(d))
		str_put(s, "no difference");
	for (size_t i = 0; i < countof(kinds); i++) {
		size_t count = difference_count(d, kinds[i]);

		if (!count)
			continue;
		str_putf(s, "%s%zu %s", comma, count, change_kind_name(kinds[i]));
		comma = ", ";
	}
}

/* ---- text ---- */

static const struct look {
	char mark;
	const char *colour;
} looks[] = {
	[CHANGE_ADDED] = { '+', "\033[32m" },
	[CHANGE_REMOVED] = { '-', "\033[31m" },
	[CHANGE_WIDENED] = { '~', "\033[33m" },
	[CHANGE_NARROWED] = { '~', "\033[36m" },
};

/* How wide the column of calls and conditions has to be. */
static size_t measure(const struct difference *d)
{
	size_t width = 0;

	vec_for(row, &d->rows) {
		autostr struct str s = { 0 };

		put_call(&s, row->change, true);
		str_put(&s, ": ");
		put_cond(&s, row->change);
		if (s.len > width && s.len <= WIDTH_MAX)
			width = s.len;
	}
	return width + 14;
}

static void put_exes(struct str *s, const struct row *row)
{
	if (row->is_floor && !row->makers.all.len)
		str_put(s, "the floor");
	for (size_t i = 0; i < row->makers.all.len; i++) {
		str_put(s, i ? ", " : "");
		str_put_escaped(s, row->makers.all.data[i], strlen(row->makers.all.data[i]));
	}
}

static void text_row(struct str *s, const struct row *row, size_t width, bool has_colour)
{
	const struct look *look = &looks[row->change->kind];
	autostr struct str line = { 0 };

	str_putf(&line, "%c %s", look->mark, change_kind_name(row->change->kind));
	str_pad(&line, 12);
	put_call(&line, row->change, true);
	if (row->change->cond) {
		str_put(&line, ": ");
		put_cond(&line, row->change);
	}
	if (row->makers.all.len || row->is_floor) {
		if (line.len >= width)
			str_putc(&line, '\n');
		str_pad(&line, width);
		put_exes(&line, row);
	}
	str_putf(s, "%s%s%s\n", has_colour ? look->colour : "", str_text(&line),
		 has_colour ? "\033[0m" : "");
	if (row->danger && row_is_gain(row))
		str_putf(s, "            %sdanger %s: %s%s\n", has_colour ? "\033[1;31m" : "",
			 row->danger->name, row->danger->reason, has_colour ? "\033[0m" : "");
	if (row->denied)
		str_putf(s, "            denied %" PRIu64 " time%s so far\n", row->denied,
			 plural_s(row->denied));
	s->failed |= line.failed;
}

int difference_text(const struct difference *d)
{
	bool has_colour = say_has_colour(STDOUT_FILENO);
	autostr struct str s = { 0 };
	size_t width = measure(d);

	str_put_escaped(&s, d->a.word, strlen(d->a.word));
	str_put(&s, " -> ");
	str_put_escaped(&s, d->b.word, strlen(d->b.word));
	str_put(&s, d->rows.len || !difference_is_some(d) ? ": " : "");
	put_summary(&s, d);
	str_putc(&s, '\n');
	for (unsigned i = 0; i < CLAUSES; i++) {
		if (!is_clause_changed(d, i))
			continue;
		str_putf(&s, "~ %s: ", clause_names[i]);
		put_clause(&s, d->a.policy, i);
		str_put(&s, " -> ");
		put_clause(&s, d->b.policy, i);
		str_putc(&s, '\n');
	}
	vec_for(row, &d->rows)
		text_row(&s, row, width, has_colour);
	return say_text(&s);
}

/* ---- JSON ---- */

static json_t *json_text(const struct str *s)
{
	return s->len ? json_bytes(str_text(s), s->len) : json_null();
}

static json_t *json_entry(const struct row *row, const char *exe)
{
	autostr struct str call = { 0 }, cond = { 0 };

	put_call(&call, row->change, false);
	put_cond(&cond, row->change);
	json_t *entry = json_pack("{s:s, s:o, s:o, s:o, s:s?}", "arch", row->change->arch->name,
				  "syscall", json_text(&call), "condition", json_text(&cond), "exe",
				  exe ? json_bytes(exe, strlen(exe)) : json_null(), "danger",
				  row->danger ? row->danger->name : NULL);
	if (entry && row->denied &&
	    json_object_set_new(entry, "denied", json_integer((json_int_t)row->denied))) {
		json_decref(entry);
		return NULL;
	}
	return entry;
}

/* One entry for every executable, as everywhere in wont's JSON: `exe` is a path. */
static json_t *json_entries(const struct difference *d, enum change_kind kind)
{
	json_t *list = json_array();

	vec_for(row, &d->rows) {
		if (row->change->kind != kind)
			continue;
		vec_for(exe, &row->makers.all)
			json_array_append_new(list, json_entry(row, *exe));
		if (!row->makers.all.len)
			json_array_append_new(list, json_entry(row, NULL));
	}
	return list;
}

static json_t *json_clause(const struct difference *d, enum clause clause)
{
	autostr struct str a = { 0 }, b = { 0 };

	put_clause(&a, d->a.policy, clause);
	put_clause(&b, d->b.policy, clause);
	return json_pack("{s:o, s:o}", "a", json_text(&a), "b", json_text(&b));
}

int difference_json(const struct difference *d)
{
	json_t *json = json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o}", "a", json_bytes(d->a.word, strlen(d->a.word)),
		"b", json_bytes(d->b.word, strlen(d->b.word)), "added",
		json_entries(d, CHANGE_ADDED), "removed", json_entries(d, CHANGE_REMOVED),
		"widened", json_entries(d, CHANGE_WIDENED), "narrowed",
		json_entries(d, CHANGE_NARROWED));

	for (unsigned i = 0; json && i < CLAUSES; i++)
		if (is_clause_changed(d, i))
			json_object_set_new(json, clause_names[i], json_clause(d, i));
	return say_json(json);
}

/* ---- Markdown ---- */

/*
 * Text from outside in a table cell: as code where it is harmless there, else with every special
 * character as an entity, since code has no way to write a backquote or a pipe after a backslash.
 */
static void put_outside(struct str *s, const char *text)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789 /._+@:,=-";
	autostr struct str safe = { 0 };

	str_put_escaped(&safe, text, strlen(text));
	if (safe.len && strspn(str_text(&safe), harmless) == safe.len) {
		str_putf(s, "`%s`", str_text(&safe));
		return;
	}
	for (size_t i = 0; i < safe.len; i++) {
		unsigned char c = (unsigned char)safe.data[i];

		if (c < 0x80 && !strchr(harmless, c))
			str_putf(s, "&#%u;", c);
		else
			str_putc(s, (char)c);
	}
}

/* A condition: names, numbers and operators, where a pipe is escaped for the table. */
static void put_code(struct str *s, const struct str *code)
{
	str_putc(s, '`');
	for (size_t i = 0; i < code->len; i++) {
		if (code->data[i] == '|')
			str_putc(s, '\\');
		str_putc(s, code->data[i]);
	}
	str_putc(s, '`');
}

static void markdown_row(struct str *s, const struct row *row)
{
	autostr struct str call = { 0 }, cond = { 0 };

	put_call(&call, row->change, true);
	put_cond(&cond, row->change);
	str_putf(s, "| %s | ", change_kind_name(row->change->kind));
	put_code(s, &call);
	str_put(s, " | ");
	if (cond.len)
		put_code(s, &cond);
	else
		str_put(s, "always");
	str_put(s, " | ");
	if (row->is_floor && !row->makers.all.len)
		str_put(s, "the floor");
	for (size_t i = 0; i < row->makers.all.len; i++) {
		str_put(s, i ? ", " : "");
		put_outside(s, row->makers.all.data[i]);
	}
	str_put(s, " | ");
	if (row->danger && row_is_gain(row))
		str_putf(s, "**%s**: %s", row->danger->name, row->danger->reason);
	if (row->denied)
		str_putf(s, "%sdenied %" PRIu64 " time%s so far",
			 row->danger && row_is_gain(row) ? "; " : "", row->denied,
			 plural_s(row->denied));
	str_put(s, " |\n");
	s->failed |= call.failed || cond.failed;
}

int difference_markdown(const struct difference *d)
{
	autostr struct str s = { 0 };
	bool has_clause = false;

	str_put(&s, "### Syscalls: ");
	put_outside(&s, d->a.word);
	str_put(&s, " to ");
	put_outside(&s, d->b.word);
	str_put(&s, d->rows.len || !difference_is_some(d) ? ": " : "");
	put_summary(&s, d);
	str_put(&s, difference_is_some(d) ? "\n\n" : "\n");
	for (unsigned i = 0; i < CLAUSES; i++) {
		if (!is_clause_changed(d, i))
			continue;
		str_putf(&s, "- `%s`: `", clause_names[i]);
		put_clause(&s, d->a.policy, i);
		str_put(&s, "` to `");
		put_clause(&s, d->b.policy, i);
		str_put(&s, "`\n");
		has_clause = true;
	}
	if (d->rows.len)
		str_put(&s, has_clause ? "\n" : "");
	if (d->rows.len)
		str_put(&s, "| Change | Syscall | Condition | Executable | Danger |\n"
			    "|---|---|---|---|---|\n");
	vec_for(row, &d->rows)
		markdown_row(&s, row);
	return say_text(&s);
}
