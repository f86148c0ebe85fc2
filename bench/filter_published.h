/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_FILTER_PUBLISHED_H
#define BENCH_FILTER_PUBLISHED_H

/* Figures of compilers that do not run here, from a table that comes with the inputs. */

#include "bench/filter_figures.h"

/* Compilers of which figures may be known. */
enum published { PUBLISHED_MINIJAIL, PUBLISHED_KAFEL, PUBLISHED_GVISOR, PUBLISHED_COUNT };

extern const char *const published_names[PUBLISHED_COUNT];

/*
 * Looks beside the input's file for README.md with a table `| input | compiler... |` whose cells
 * are `instructions / executed / worst path`; the columns' names begin with those above.
 */
void published_read(const char *path, const char *name, struct figures figures[PUBLISHED_COUNT]);

#endif
