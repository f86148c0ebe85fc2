/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole files in and out. */
#include "base/file.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int check_kind(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_sys(e, -errno, "cannot look at %s", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, -EISDIR, "%s is a folder, not a file", path);
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return err_set(e, -EINVAL, "%s is not a regular file", path);
	return 0;
}

static int read_all(int fd, const char *path, size_t max, char **text, size_t *len, struct err *e)
{
	vec_of(char) bytes = { 0 };

	for (;;) {
		if (vec_reserve(&bytes, 65536)) {
			vec_fini(&bytes);
			return err_set(e, -ENOMEM, "reading %s: out of memory", path);
		}
		ssize_t n = read(fd, bytes.data + bytes.len, bytes.cap - bytes.len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int code = -errno;

			vec_fini(&bytes);
			return err_sys(e, code, "cannot read %s", path);
		}
		bytes.len += (size_t)n;
		if (bytes.len > max) {
			vec_fini(&bytes);
			return err_set(e, -EFBIG, "%s is larger than %zu bytes", path, max);
		}
		if (n == 0)
			break;
	}
	bytes.data[bytes.len] = 0;
	*text = bytes.data;
	*len = bytes.len;
	return 0;
}

int file_read(const char *path, size_t max, char **text, size_t *len, struct err *e)
{
	autoclose int fd = -1;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, "standard input", max, text, len, e);
	/* O_NONBLOCK so that a FIFO without a writer or a device cannot hold us up before its kind
	 * is checked. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return err_sys(e, -errno, "cannot open %s", path);
	int r = check_kind(fd, path, e);
	if (r)
		return r;
	if (fcntl(fd, F_SETFL, 0))
		return err_sys(e, -errno, "cannot read %s", path);
	return read_all(fd, path, max, text, len, e);
}

int file_write_fd(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The descriptor that a path of /dev or /proc names, as shells read it; -1 for other paths. */
static int named_descriptor(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	uint64_t fd;

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < countof(folders); i++) {
		size_t len = strlen(folders[i]);
		const char *digits = path + len;

		if (strncmp(path, folders[i], len) == 0 && number_read(&digits, &fd) && !*digits &&
		    fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

/* Writes to a device or a pipe, which there is only where it was looked at. */
static int write_into(const char *path, const void *bytes, size_t len)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	return S_ISREG(st.st_mode) ? -ESTALE : file_write_fd(fd, bytes, len);
}

/* A new file with this very mode in the place of path. */
static int replace(const char *path, mode_t mode, const void *bytes, size_t len, struct err *e)
{
	autofree char *near = NULL;

	if (asprintf(&near, "%s.XXXXXX", path) < 0)
		return err_set(e, -ENOMEM, "writing %s: out of memory", path);
	autoclose int fd = mkostemp(near, O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, -errno, "cannot create a file beside %s", path);
	int r = file_write_fd(fd, bytes, len);
	if (!r && (fchmod(fd, mode) || fsync(fd) || rename(near, path)))
		r = -errno;
	if (r) {
		unlink(near);
		return err_sys(e, r, "cannot write %s", path);
	}
	return 0;
}

static mode_t without_umask(mode_t mode)
{
	mode_t mask = umask(0);

	umask(mask);
	return mode & ~mask;
}

int file_write(const char *path, mode_t mode, const void *bytes, size_t len, struct err *e)
{
	int r, fd = named_descriptor(path);
	struct stat st;

	if (fd >= 0) {
		r = file_write_fd(fd, bytes, len);
		return !r		     ? 0
		       : fd == STDOUT_FILENO ? err_sys(e, r, "cannot write to standard output")
					     : err_sys(e, r, "cannot write %s", path);
	}
	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		return replace(path, st.st_mode & 0777, bytes, len, e);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		r = write_into(path, bytes, len);
		return r ? err_sys(e, r, "cannot write %s", path) : 0;
	}
	return replace(path, without_umask(mode), bytes, len, e);
}
