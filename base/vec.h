/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_VEC_H
#define BASE_VEC_H

/*
 * The one growing array. Declare `vec_of(struct rule) rules;`, zero it, and use data[0..len-1]
 * directly. Invariant: len <= cap, and data holds cap elements (NULL when cap is 0). Free with
 * vec_fini.
 */

#include "base/compiler.h"

#include <stddef.h>
#include <stdlib.h>

#define vec_of(type)                                                                               \
	struct {                                                                                   \
		type *data;                                                                        \
		size_t len;                                                                        \
		size_t cap;                                                                        \
	}

/* Makes room for need elements of the given size; 0, or -ENOMEM with the array unchanged. */
int vec_grow(void **data, size_t *cap, size_t need, size_t size) must_check;

/* Makes room for n more elements: 0 or -ENOMEM. */
#define vec_reserve(v, n)                                                                          \
	vec_grow((void **)&(v)->data, &(v)->cap, (v)->len + (n), sizeof(*(v)->data))

/* Appends a copy of x: 0 or -ENOMEM. */
#define vec_push(v, x) (vec_reserve(v, 1) ? -12 : ((v)->data[(v)->len++] = (x), 0))

/* Appends a zeroed element and yields its address, or NULL when memory is out. */
#define vec_add(v)                                                                                 \
	(vec_reserve(v, 1) ? NULL                                                                  \
			   : (__typeof__((v)->data))__builtin_memset(&(v)->data[(v)->len++], 0,    \
								     sizeof(*(v)->data)))

#define vec_fini(v)                                                                                \
	do {                                                                                       \
		free((v)->data);                                                                   \
		(v)->data = NULL;                                                                  \
		(v)->len = (v)->cap = 0;                                                           \
	} while (0)

/* An empty array may have no data, and adding to NULL is undefined even where it is nothing. */
#define vec_for(item, v)                                                                           \
	for (__typeof__(&*(v)->data) item = (v)->data; (v)->len && item < (v)->data + (v)->len;    \
	     item++)

#endif
