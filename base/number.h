/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

/* Numbers in text that others wrote, such as /proc. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads decimal digits at *at, which moves behind them. False, with nothing changed, where there is
 * none, or a number past 64 bits.
 */
bool number_read(const char **at, uint64_t *number);

/* The number that begins in the text behind the word, which begins it, and blanks: "Tgid:\t42". */
bool number_after(const char *text, const char *word, uint64_t *number);

#endif
