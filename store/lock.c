/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks of runs: see lock.h. */
#include "store/lock.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_uuid(const char *uuid)
{
	return strlen(uuid) == 36 && strspn(uuid, "0123456789abcdef-") == 36;
}

static char *lock_path(const char *database, const char *uuid)
{
	char *path;

	return asprintf(&path, "%s-run-%s", database, uuid) < 0 ? NULL : path;
}

int lock_take(const char *database, const char *uuid, int *fd, struct err *e)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	autofree char *path = lock_path(database, uuid);

	if (!path)
		return err_set(e, -ENOMEM, "locking run %s: out of memory", uuid);
	autoclose int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return err_sys(e, -errno, "cannot create %s", path);
	/* One that an odd umask took from ourselves would seem to be held for ever. */
	if (fchmod(file, 0600) || fcntl(file, F_OFD_SETLK, &lock)) {
		int code = -errno;

		unlink(path);
		return err_sys(e, code, "cannot lock %s", path);
	}
	*fd = take_fd(file);
	return 0;
}

void lock_remove(const char *database, const char *uuid)
{
	/* A UUID out of a hostile database must not choose the file. */
	autofree char *path = is_uuid(uuid) ? lock_path(database, uuid) : NULL;

	if (path)
		unlink(path);
}

void lock_release(const char *database, const char *uuid, int fd)
{
	lock_remove(database, uuid);
	close(fd);
}

bool lock_is_held(const char *database, const char *uuid)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (!is_uuid(uuid))
		return false;
	autofree char *path = lock_path(database, uuid);
	if (!path)
		return true; /* no memory to look: calling it dead would be the worse error */
	autoclose int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return errno != ENOENT;
	return fcntl(file, F_OFD_GETLK, &lock) || lock.l_type != F_UNLCK;
}
