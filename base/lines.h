/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_LINES_H
#define BASE_LINES_H

/* A text file line by line, of any length in bounded memory; unpacked where gzip or xz packed it.
 */

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINES_MAX = 1 << 20 }; /* bytes of a line; the rest of a longer one is cut off */

struct lines;

/* "-" is standard input. What kind it is stands in its first bytes, whatever its name. */
int lines_open(const char *path, struct lines **lines, struct err *e) must_check;
void lines_close(struct lines *lines);
static inline void lines_autoclose(struct lines **lines)
{
	lines_close(*lines);
}
#define autolines __attribute__((cleanup(lines_autoclose)))

/*
 * The next line without its newline, valid until the next call. 0; -ENODATA at the end; -EBADMSG
 * for packed bytes that are damaged or end too early; what read(2) says.
 */
int lines_next(struct lines *lines, const char **line, size_t *len, struct err *e) must_check;

#endif
