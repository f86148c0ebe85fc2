/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

/*
 * Ownership that ends with the scope. A variable marked so is initialised on its declaration line,
 * and ownership leaves it through take() only. Never in a function that also uses goto, never in a
 * child between fork and exec.
 */

#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define autofree  __attribute__((cleanup(cleanup_free)))
#define autoclose __attribute__((cleanup(cleanup_close)))

/* The value of pointer p, which is NULL from then on. */
#define take(p)                                                                                    \
	({                                                                                         \
		__auto_type t_ = (p);                                                              \
		(p) = NULL;                                                                        \
		t_;                                                                                \
	})

/* The same for a file descriptor, which is -1 from then on. */
#define take_fd(fd)                                                                                \
	({                                                                                         \
		int t_ = (fd);                                                                     \
		(fd) = -1;                                                                         \
		t_;                                                                                \
	})

#endif
