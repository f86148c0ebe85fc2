/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_MAP_H
#define BASE_MAP_H

/*
 * A hash table from byte strings to pointers. The hash is keyed with a random seed, since the keys
 * may come from a hostile program that would like them all to collide.
 */

#include "base/compiler.h"

#include <stddef.h>
#include <stdint.h>

struct map_entry {
	uint64_t hash;
	void *key; /* a copy that the map owns; NULL in a free place */
	size_t len;
	void *value; /* borrowed */
};

/* Zero-initialise. Invariant: cap is 0 or a power of two, and at most three quarters of the places
 * are taken. */
struct map {
	struct map_entry *entries;
	size_t count;
	size_t cap;
	uint64_t seed; /* 0 until the first entry */
};

void map_fini(struct map *m);

/* The value under key, or NULL. */
void *map_get(const struct map *m, const void *key, size_t len);

/* Stores value (not NULL) under a copy of key, replacing what was there: 0 or -ENOMEM. */
int map_put(struct map *m, const void *key, size_t len, void *value) must_check;

/* Removes key and returns the value that it had, or NULL. */
void *map_remove(struct map *m, const void *key, size_t len);

/*
 * The first taken entry at or after *at, which moves past it; NULL at the end. Start with *at = 0.
 * No order. The entry that was handed out last may be removed on the way: step *at back by one
 * then, since removing moves later entries towards it. One at the very end may be met twice so.
 */
const struct map_entry *map_next(const struct map *m, size_t *at);

/* A 64-bit hash of the bytes under a seed; not for security beyond spreading keys. */
uint64_t hash_bytes(const void *bytes, size_t len, uint64_t seed);

#endif
