/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H

/* Folding: what is kept of an argument, and how it is written down. Pure. */

#include "base/str.h"
#include "store/observation.h"

#include <sys/types.h>

/*
 * Folds the register `raw` of an argument by its class (docs/design.md, "Recording"). pid and tid
 * are the caller's own, which fold to FOLD_SELF.
 */
struct folded fold_arg(const struct arg *arg, uint64_t raw, pid_t pid, pid_t tid);

/*
 * What an argument folds to that the back end could not see: FOLD_MANY, with every value that it
 * may have, so that nothing is ever learned of it.
 */
struct folded fold_unknown(const struct arg *arg);

/* Are two folded arguments the same as far as a tuple's identity goes? Bounds are no part of it. */
bool folded_is_same(const struct folded *a, const struct folded *b);

/* An order over the same identity: negative, 0 or positive. */
int folded_compare(const struct folded *a, const struct folded *b);

/* Widens a to hold b, which is the same: the bounds of ranges grow. */
void folded_widen(struct folded *a, const struct folded *b);

/* Widens a to hold b, whatever that is: FOLD_MANY where they are not the same. */
void folded_join(struct folded *a, const struct folded *b);

/*
 * How a column of the store says it (docs/formats.md, "Store"): "*", "self", "1..4096", "*1..7".
 * FOLD_NONE and FOLD_VALUE have no text: they are NULL and an integer.
 */
enum { FOLD_TEXT_MAX = 48 };
void folded_print(const struct folded *f, char out[FOLD_TEXT_MAX]);

/* The inverse, into kind, low and high; is_signed is read. False for what print never wrote. */
bool folded_parse(const char *text, struct folded *f);

/*
 * The classes of a tuple's arguments as one word each, "-" before a signed one's: "-fd path -flags
 * mode". Arguments after the last that is there are left out.
 */
void fold_classes_print(const struct folded args[SYSCALL_ARGS], struct str *out);

/* The inverse, into class and is_signed of all six. False for what print never wrote. */
bool fold_classes_parse(const char *text, struct folded args[SYSCALL_ARGS]);

#endif
