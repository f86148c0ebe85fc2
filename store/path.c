/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the store is. */
#include "store/store.h"

#include "base/cleanup.h"
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The folder that the XDG rules give this user, or NULL with e set. */
static int user_path(char **path, struct err *e)
{
	const char *xdg = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");
	int n;

	if (xdg && *xdg == '/')
		n = asprintf(path, "%s/wont/wont.db", xdg);
	else if (home && *home == '/')
		n = asprintf(path, "%s/.local/share/wont/wont.db", home);
	else
		return err_set(e, -ENOENT,
			       "no place for the database: HOME is not set; name a file with -d "
			       "or in WONT_DB");
	return n < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static int default_path(char **path, struct err *e)
{
	if (geteuid() != 0)
		return user_path(path, e);
	*path = strdup("/var/lib/wont/wont.db");
	return *path ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int store_path(const char *option, char **path, struct err *e)
{
	const char *variable = getenv("WONT_DB");
	const char *named = option ? option : variable && *variable ? variable : NULL;
	char *found = NULL;
	int r = 0;

	if (option && !*option)
		return err_set(e, -EINVAL, "-d needs the name of a file");
	if (named) {
		found = strdup(named);
		r = found ? 0 : err_set(e, -ENOMEM, "out of memory");
	} else {
		r = default_path(&found, e);
	}
	if (!r)
		*path = found;
	return r;
}

/* 0700 whatever the umask, which may take folders even from ourselves. */
static int make_folder(const char *path)
{
	mode_t mask = umask(077);
	int r = mkdir(path, 0700) ? -errno : 0;

	umask(mask);
	return r;
}

/* mkdir -p with 0700 of everything before the last slash. */
static int make_folders(char *path, struct err *e)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int r;

		*slash = 0;
		r = make_folder(path);
		if (r && access(path, F_OK))
			return err_sys(e, r, "cannot create the folder %s", path);
		*slash = '/';
	}
	return 0;
}

int path_make_default(const char *path, struct err *e)
{
	autofree char *usual = NULL;

	/* Elsewhere a missing folder is a typing error, which shall not grow a tree. */
	if (default_path(&usual, NULL) || strcmp(path, usual) != 0)
		return 0;
	return make_folders(usual, e);
}
