/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes of a text as unified diffs. */
#include "cli/patch.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "base/vec.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum {
	CONTEXT = 3,
	/* Lines that are compared each with each; past that, what differs is one change. */
	TABLE_MAX = 3000,
};

/* A line without its newline, borrowed. */
struct line {
	const char *text;
	size_t len;
};

struct lines {
	vec_of(struct line) all;
};

/* One line of a diff. */
struct edit {
	char kind; /* ' ', '-' or '+' */
	struct line line;
	size_t before, after; /* how many lines of each text stand above it */
};

struct edits {
	vec_of(struct edit) all;
};

static int split(const char *text, struct lines *lines)
{
	while (*text) {
		struct line line = { text, strcspn(text, "\n") };

		if (vec_push(&lines->all, line))
			return -ENOMEM;
		text += line.len + (text[line.len] == '\n');
	}
	return 0;
}

static bool is_same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* ---- making ---- */

/* Two stretches of lines that have nothing in common at either end, and what was found of them. */
struct match {
	const struct line *a, *b;
	size_t na, nb;
	size_t a0, b0; /* how many lines stand before them */
	/* common[i * (nb + 1) + j]: the longest common subsequence of what is left from there. */
	uint16_t *common;
};

static uint16_t *cell(const struct match *m, size_t i, size_t j)
{
	return &m->common[i * (m->nb + 1) + j];
}

static void fill(const struct match *m)
{
	for (size_t i = m->na; i-- > 0;) {
		for (size_t j = m->nb; j-- > 0;) {
			uint16_t down = *cell(m, i + 1, j), right = *cell(m, i, j + 1);

			if (is_same(&m->a[i], &m->b[j]))
				*cell(m, i, j) = (uint16_t)(*cell(m, i + 1, j + 1) + 1);
			else
				*cell(m, i, j) = down > right ? down : right;
		}
	}
}

static int put_edit(struct edits *edits, char kind, struct line line, size_t before, size_t after)
{
	return vec_push(&edits->all, ((struct edit){ kind, line, before, after }));
}

static int walk(const struct match *m, struct edits *edits)
{
	size_t i = 0, j = 0;
	int r = 0;

	while (!r && (i < m->na || j < m->nb)) {
		bool is_common = m->common && i < m->na && j < m->nb && is_same(&m->a[i], &m->b[j]);
		bool goes_down = i < m->na && (j == m->nb || !m->common ||
					       *cell(m, i + 1, j) >= *cell(m, i, j + 1));

		if (is_common) {
			r = put_edit(edits, ' ', m->a[i], m->a0 + i, m->b0 + j);
			i++;
			j++;
		} else if (goes_down) {
			r = put_edit(edits, '-', m->a[i], m->a0 + i, m->b0 + j);
			i++;
		} else {
			r = put_edit(edits, '+', m->b[j], m->a0 + i, m->b0 + j);
			j++;
		}
	}
	return r;
}

static int compare(const struct lines *a, const struct lines *b, struct edits *edits)
{
	size_t na = a->all.len, nb = b->all.len, head = 0, tail = 0;
	int r = 0;

	while (head < na && head < nb && is_same(&a->all.data[head], &b->all.data[head]))
		head++;
	while (tail < na - head && tail < nb - head &&
	       is_same(&a->all.data[na - 1 - tail], &b->all.data[nb - 1 - tail]))
		tail++;
	struct match m = { a->all.data + head,
			   b->all.data + head,
			   na - head - tail,
			   nb - head - tail,
			   head,
			   head,
			   NULL };
	if (m.na < TABLE_MAX && m.nb < TABLE_MAX) {
		m.common = calloc((m.na + 1) * (m.nb + 1), sizeof(*m.common));
		if (!m.common)
			return -ENOMEM;
		fill(&m);
	}
	for (size_t i = 0; !r && i < head; i++)
		r = put_edit(edits, ' ', a->all.data[i], i, i);
	if (!r)
		r = walk(&m, edits);
	for (size_t i = 0; !r && i < tail; i++)
		r = put_edit(edits, ' ', a->all.data[na - tail + i], na - tail + i, nb - tail + i);
	free(m.common);
	return r;
}

/* The end of the hunk that begins at the change `at`: changes with little between them are one. */
static size_t hunk_end(const struct edits *edits, size_t at)
{
	size_t end = at, i = at;

	for (; i < edits->all.len && i <= end + 2 * CONTEXT; i++)
		if (edits->all.data[i].kind != ' ')
			end = i;
	end += 1 + CONTEXT;
	return end < edits->all.len ? end : edits->all.len;
}

static void put_hunk(struct str *out, const struct edit *edits, size_t count)
{
	size_t before = 0, after = 0;

	for (size_t i = 0; i < count; i++) {
		before += edits[i].kind != '+';
		after += edits[i].kind != '-';
	}
	/* An empty side is said to be behind the line before it. */
	str_putf(out, "@@ -%zu,%zu +%zu,%zu @@\n", edits->before + (before ? 1 : 0), before,
		 edits->after + (after ? 1 : 0), after);
	for (size_t i = 0; i < count; i++) {
		str_putc(out, edits[i].kind);
		str_put_bytes(out, edits[i].line.text, edits[i].line.len);
		str_putc(out, '\n');
	}
}

int patch_make(const char *before, const char *after, struct str *out)
{
	struct lines a = { 0 }, b = { 0 };
	struct edits edits = { 0 };
	int r = split(before, &a);

	if (!r)
		r = split(after, &b);
	if (!r)
		r = compare(&a, &b, &edits);
	for (size_t i = 0; !r && i < edits.all.len;) {
		if (edits.all.data[i].kind == ' ') {
			i++;
			continue;
		}
		size_t start = i > CONTEXT ? i - CONTEXT : 0, end = hunk_end(&edits, i);

		put_hunk(out, &edits.all.data[start], end - start);
		i = end;
	}
	vec_fini(&a.all);
	vec_fini(&b.all);
	vec_fini(&edits.all);
	return r || out->failed ? -ENOMEM : 0;
}

/* ---- applying ---- */

struct press {
	const struct lines *text;
	size_t at; /* lines of the text that have been dealt with */
	struct str *out;
	struct err *e;
};

static void put_line(struct str *out, const struct line *line, size_t skip)
{
	str_put_bytes(out, line->text + skip, line->len - skip);
	str_putc(out, '\n');
}

/* "@@ -12,7 +12,9 @@": copies the text up to there. */
static int begin_hunk(struct press *p, const struct line *line, size_t number)
{
	const char *at = line->text + strlen("@@ -");
	uint64_t start = 0, count = 1;
	bool is_placed =
		strncmp(line->text, "@@ -", strlen("@@ -")) == 0 && number_read(&at, &start);

	if (is_placed && *at == ',') {
		at++;
		is_placed = number_read(&at, &count);
	}
	if (!is_placed || start < (count > 0) || start - (count > 0) < p->at ||
	    start - (count > 0) > p->text->all.len)
		return err_set(p->e, -EINVAL, "line %zu: this is no place in the profile: \"%.*s\"",
			       number, (int)line->len, line->text);
	while (p->at < start - (count > 0))
		put_line(p->out, &p->text->all.data[p->at++], 0);
	return 0;
}

/* A line of a hunk. */
static int take_line(struct press *p, const struct line *line, size_t number)
{
	const struct line old = { line->text + (line->len > 0), line->len - (line->len > 0) };

	if (line->len && *line->text == '+') {
		put_line(p->out, line, 1);
		return 0;
	}
	if (line->len && *line->text == '\\')
		return 0; /* "\ No newline at end of file" */
	if (p->at == p->text->all.len || !is_same(&old, &p->text->all.data[p->at]))
		return err_set(p->e, -EINVAL,
			       "line %zu: the profile has another line there: it has changed since "
			       "the patch was made, or the patch was damaged",
			       number);
	if (!line->len || *line->text == ' ')
		put_line(p->out, &old, 0);
	p->at++;
	return 0;
}

static bool is_heading(const struct line *line)
{
	static const char *const words[] = { "--- ", "+++ ", "diff ", "index " };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strncmp(line->text, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static int press(struct press *p, const struct lines *patch)
{
	bool is_in_hunk = false;
	int r = 0;

	for (size_t i = 0; !r && i < patch->all.len; i++) {
		const struct line *line = &patch->all.data[i];

		if (line->len > 2 && strncmp(line->text, "@@ ", 3) == 0) {
			is_in_hunk = true;
			r = begin_hunk(p, line, i + 1);
		} else if (is_heading(line)) {
			is_in_hunk = false;
		} else if (is_in_hunk) {
			r = take_line(p, line, i + 1);
		}
	}
	while (!r && p->at < p->text->all.len)
		put_line(p->out, &p->text->all.data[p->at++], 0);
	return r;
}

int patch_apply(const char *text, const char *patch, struct str *out, struct err *e)
{
	struct lines old = { 0 }, lines = { 0 };
	struct press p = { .text = &old, .out = out, .e = e };
	int r = split(text, &old);

	if (!r)
		r = split(patch, &lines);
	if (r)
		err_set(e, r, "out of memory");
	else
		r = press(&p, &lines);
	vec_fini(&old.all);
	vec_fini(&lines.all);
	return !r && out->failed ? err_set(e, -ENOMEM, "out of memory") : r;
}
