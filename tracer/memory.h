/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_MEMORY_H
#define TRACER_MEMORY_H

/* Reading a stopped tracee's memory. Advisory: another thread of it may write at the same time. */

#include "tracer/event.h"

/* The two look-ups of struct probe (event.h) that need memory alone. */
int memory_text(const struct event *event, unsigned arg, enum arg_class class, struct str *out);
int memory_words(const struct event *event, uint64_t address, uint64_t *words, unsigned n);

#endif
