/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_SECRET_H
#define ENFORCE_SECRET_H

/*
 * Memory at an address that cannot be guessed: what the launcher's pass rests on. An address is
 * drawn from getrandom(2) over the whole of user space, so that one tells nothing about another;
 * execve(2) unmaps it, and nothing that could be read tells the new image where it was.
 */

#include "base/compiler.h"
#include "base/err.h"

#include <stddef.h>

/* Invariant: address lies within the pages; all zero: nothing is mapped. */
struct secret {
	void *address; /* of the bytes asked for */
	size_t size;
	void *pages;
	size_t pages_size;
};

/*
 * Maps size zeroed bytes at a random address that is a multiple of align (a power of two, at most a
 * page). About 47 bits less those of align are unknown on a 64-bit machine. -ENOMEM, or what
 * getrandom and mmap say; never another mapping's place.
 */
int secret_map(size_t size, size_t align, struct secret *s, struct err *e) must_check;
void secret_unmap(struct secret *s);

/* A copy of a string in secret memory. */
int secret_string(const char *text, struct secret *s, struct err *e) must_check;

/* A copy of a NULL-terminated array of strings: address is the array, its strings lie behind it. */
int secret_strings(char *const strings[], struct secret *s, struct err *e) must_check;

#endif
