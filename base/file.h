/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/* Whole files in and out, opened the way root code should. */

#include "base/compiler.h"
#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads a whole regular file of at most max bytes; *text gets a NUL after its *len bytes and is the
 * caller's to free. "-" is standard input. A final symlink is followed (a profile may be one); a
 * folder, a device or a larger file is an error: -EISDIR, -EINVAL, -EFBIG, or what open and read
 * say.
 */
int file_read(const char *path, size_t max, char **text, size_t *len, struct err *e) must_check;

/*
 * Replaces path by a new file with these bytes, or leaves it as it was: written to a neighbour,
 * synced, renamed. It has the mode of the file that was there, else `mode` less the umask. A
 * symlink is replaced, not followed, except to what is no regular file: devices and pipes are
 * written to. "-", /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N are descriptors of ours:
 * written to as well, whatever they are.
 */
int file_write(const char *path, mode_t mode, const void *bytes, size_t len,
	       struct err *e) must_check;

/* Writes all bytes, going on after short writes and EINTR: 0 or a negative errno. */
int file_write_fd(int fd, const void *bytes, size_t len) must_check;

#endif
