/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes to a descriptor. */
#include "compat/output.h"

#include <errno.h>
#include <unistd.h>

int output_write(int fd, const void *bytes, size_t len)
{
	for (const char *at = bytes; len;) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}
