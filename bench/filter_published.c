/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of compilers that do not run here. */
#include "bench/filter_published.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

enum { TABLE_MAX = 1 << 20, COLUMNS_MAX = 16, CELL_MAX = 64 };

const char *const published_names[PUBLISHED_COUNT] = { "minijail", "kafel", "gVisor" };

/* A row of a table, cell by cell. */
struct row {
	char cells[COLUMNS_MAX][CELL_MAX];
	unsigned count;
};

static void read_row(const char *line, size_t len, struct row *row)
{
	const char *end = line + len, *cell = memchr(line, '|', len);

	row->count = 0;
	while (cell && row->count < COLUMNS_MAX) {
		const char *from = cell + 1, *next = memchr(from, '|', (size_t)(end - from));
		size_t size = next ? (size_t)(next - from) : 0;

		while (size && *from == ' ') {
			from++;
			size--;
		}
		while (size && from[size - 1] == ' ')
			size--;
		if (next)
			snprintf(row->cells[row->count++], CELL_MAX, "%.*s", (int)size, from);
		cell = next;
	}
}

static void read_figures(const struct row *head, const struct row *row, struct figures *figures)
{
	for (unsigned i = 1; i < row->count && i < head->count; i++) {
		for (unsigned j = 0; j < PUBLISHED_COUNT; j++) {
			struct figures *f = &figures[j];

			if (strncmp(head->cells[i], published_names[j],
				    strlen(published_names[j])) == 0)
				f->is_known =
					sscanf(row->cells[i], "%lf / %lf / %lf", &f->instructions,
					       &f->reaching, &f->worst) == 3;
		}
	}
}

void published_read(const char *path, const char *name, struct figures figures[PUBLISHED_COUNT])
{
	const char *slash = strrchr(path, '/');
	autostr struct str table = { 0 };
	autofree char *text = NULL;
	struct row head = { 0 }, row = { 0 };
	struct err e;
	size_t len;

	memset(figures, 0, PUBLISHED_COUNT * sizeof(*figures));
	str_putf(&table, "%.*sREADME.md", slash ? (int)(slash - path) + 1 : 0, path);
	if (table.failed || file_read(str_text(&table), TABLE_MAX, &text, &len, &e))
		return;
	for (const char *line = text, *next; line < text + len; line = next) {
		size_t size = strcspn(line, "\n");

		next = line + size + 1;
		if (*line != '|')
			continue;
		read_row(line, size, &row);
		if (row.count && strcmp(row.cells[0], "input") == 0)
			head = row;
		else if (row.count && strcmp(row.cells[0], name) == 0)
			read_figures(&head, &row, figures);
	}
}
