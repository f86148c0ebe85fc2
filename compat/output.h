/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMPAT_OUTPUT_H
#define COMPAT_OUTPUT_H

#include "base/compiler.h"

#include <stddef.h>

/* Writes it all, or fails with a negative errno. */
int output_write(int fd, const void *bytes, size_t len) must_check;

#endif
