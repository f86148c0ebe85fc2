/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

/*
 * The lock that a recorder holds while its run lasts: an open file description lock on a file
 * "DATABASE-run-UUID" beside the database. It goes with its process, however that dies, and is
 * never on the database itself, whose locks belong to SQLite.
 */

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>

/* Creates the file and takes the lock; *fd holds it until lock_release. */
int lock_take(const char *database, const char *uuid, int *fd, struct err *e) must_check;

/* Removes the file and lets go. */
void lock_release(const char *database, const char *uuid, int fd);

/* Does a recorder hold it? False where there is no such file. */
bool lock_is_held(const char *database, const char *uuid);

/* Removes the file that a dead recorder left behind, where there is one. */
void lock_remove(const char *database, const char *uuid);

#endif
