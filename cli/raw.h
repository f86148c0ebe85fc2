/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CLI_RAW_H
#define CLI_RAW_H

/* Raw programs as files: arrays of struct sock_filter. */

#include "enforce/filter.h"

#include <stdbool.h>

/* Does the word name a raw program? Its ending ".bpf" decides. */
bool raw_is_named(const char *word);

/* Reads the program of a file; its byte order is left at little-endian. Errors name the file. */
int raw_read(const char *path, struct filter *f, struct err *e) must_check;

#endif
