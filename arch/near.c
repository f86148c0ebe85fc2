/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names that someone may have meant who mistyped one. */
#include "arch/near.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 };

static unsigned min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A' + 'a') : (unsigned char)c;
}

/*
 * How many characters to insert, remove, replace, or swap with a neighbour; case does not count.
 * Past the limit it is not counted further.
 */
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len, unsigned limit)
{
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0];
	unsigned *above = rows[1];
	unsigned *row = rows[2];

	for (unsigned j = 0; j <= b_len; j++)
		above[j] = j;
	for (unsigned i = 1; i <= a_len; i++) {
		unsigned *next = before;
		unsigned least = i;

		row[0] = i;
		for (unsigned j = 1; j <= b_len; j++) {
			unsigned differs = lower(a[i - 1]) != lower(b[j - 1]);

			row[j] = min(min(above[j] + 1, row[j - 1] + 1), above[j - 1] + differs);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = min(row[j], before[j - 2] + 1);
			least = min(least, row[j]);
		}
		/* A swap reaches over one row, at a price. */
		if (least > limit + 1)
			return least;
		before = above;
		above = row;
		row = next;
	}
	return above[b_len];
}

void nearest_try(struct nearest *n, const char *candidate)
{
	size_t name_len = strlen(n->name);
	size_t len = strlen(candidate);
	size_t max = n->max < NEAREST_MAX ? n->max : NEAREST_MAX;
	size_t limit = 1 + name_len / 4;
	unsigned d;
	size_t at;

	if (name_len > LONGEST || len > LONGEST || !max)
		return;
	if (len > name_len + limit || name_len > len + limit)
		return;
	d = distance(n->name, name_len, candidate, len, (unsigned)limit);
	if (d > limit)
		return;
	for (at = n->count; at > 0 && n->distances[at - 1] > d; at--)
		;
	if (at == max)
		return;
	if (n->count < max)
		n->count++;
	for (size_t i = n->count - 1; i > at; i--) {
		n->near[i] = n->near[i - 1];
		n->distances[i] = n->distances[i - 1];
	}
	n->near[at] = candidate;
	n->distances[at] = d;
}
