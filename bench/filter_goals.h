/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_GOALS_H
#define BENCH_FILTER_GOALS_H

/* What the compiler sets out to reach, and whether it does. */

#include "bench/filter_figures.h"
#include "bench/filter_published.h"

enum column { OURS, CHAIN, TREE, RUN_COUNT, COLUMNS = RUN_COUNT + PUBLISHED_COUNT };

/* Where a published compiler stands among the columns. */
#define PUBLISHED_COLUMN(which) (RUN_COUNT + (int)(which))

/* All figures of one input. */
struct outcome {
	const char *name;
	bool is_recorded; /* a profile that was learned, and not a list made for the purpose */
	double bound;
	struct figures by[COLUMNS];
};

extern const char *const column_names[COLUMNS];

/* Prints the geometric means of peer / ours, and every goal with what was reached. */
void goals_print(const struct outcome *outcomes, size_t count);

#endif
