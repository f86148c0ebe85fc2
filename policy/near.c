/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The distance between words. */
#include "policy/near.h"

#include "base/compiler.h"

#include <string.h>

enum { WORD_MAX = 32 }; /* longer words are not looked at */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be changed, added, left out or swapped with their neighbour to make b of a
 * (the restricted Damerau-Levenshtein distance). Both at most WORD_MAX long.
 */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = least(change, 1 + least(above[j], row[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], 1 + rows[(i - 2) % 3][j - 2]);
		}
	}
	return rows[a_len % 3][b_len];
}

const char *near_word(const char *text, size_t len, const char *const *words)
{
	const char *best = NULL;
	size_t best_distance = least(len, WORD_MAX) / 3 + 1;

	for (; len <= WORD_MAX && *words; words++) {
		size_t word_len = strlen(*words);
		size_t d = word_len <= WORD_MAX ? distance(text, len, *words, word_len) : len;

		if (d < best_distance) {
			best = *words;
			best_distance = d;
		}
	}
	return best;
}
