/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open addressing with linear probing and backward-shift deletion. */
#include "base/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Multiplies to 128 bits and folds: every input bit reaches every output bit. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
	const unsigned char *p = bytes;
	uint64_t h = seed ^ 0x9e3779b97f4a7c15u;
	uint64_t word;

	for (size_t left = len; left; p += sizeof(word)) {
		size_t n = left < sizeof(word) ? left : sizeof(word);

		word = 0;
		memcpy(&word, p, n);
		h = mix(h ^ word, seed | 0xd6e8feb86659fd93u);
		left -= n;
	}
	return mix(h ^ len, 0xa0761d6478bd642fu ^ seed);
}

void map_fini(struct map *m)
{
	for (size_t i = 0; i < m->cap; i++)
		free(m->entries[i].key);
	free(m->entries);
	*m = (struct map){ 0 };
}

/* The place of key, or the free place where it would go. The map is never full. */
static size_t find(const struct map *m, const void *key, size_t len, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);

	for (;; i = (i + 1) & (m->cap - 1)) {
		const struct map_entry *e = &m->entries[i];

		if (!e->key)
			return i;
		if (e->hash == hash && e->len == len && memcmp(e->key, key, len) == 0)
			return i;
	}
}

static int grow(struct map *m)
{
	size_t cap = m->cap ? m->cap * 2 : 16;
	struct map_entry *old = m->entries;
	struct map_entry *entries = calloc(cap, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	if (!m->seed && getrandom(&m->seed, sizeof(m->seed), GRND_NONBLOCK) != sizeof(m->seed))
		m->seed =
			(uintptr_t)entries; /* too early in boot for entropy: an address must do */
	for (size_t i = 0; i < m->cap; i++) {
		if (!old[i].key)
			continue;
		size_t at = old[i].hash & (cap - 1);
		while (entries[at].key)
			at = (at + 1) & (cap - 1);
		entries[at] = old[i];
	}
	free(old);
	m->entries = entries;
	m->cap = cap;
	return 0;
}

void *map_get(const struct map *m, const void *key, size_t len)
{
	if (!m->cap)
		return NULL;
	return m->entries[find(m, key, len, hash_bytes(key, len, m->seed))].value;
}

int map_put(struct map *m, const void *key, size_t len, void *value)
{
	if (m->count + 1 > m->cap / 4 * 3) {
		int r = grow(m);

		if (r)
			return r;
	}
	uint64_t hash = hash_bytes(key, len, m->seed);
	struct map_entry *e = &m->entries[find(m, key, len, hash)];
	if (!e->key) {
		void *copy = malloc(len ? len : 1);

		if (!copy)
			return -ENOMEM;
		memcpy(copy, key, len);
		*e = (struct map_entry){ .hash = hash, .key = copy, .len = len };
		m->count++;
	}
	e->value = value;
	return 0;
}

void *map_remove(struct map *m, const void *key, size_t len)
{
	if (!m->cap)
		return NULL;
	size_t hole = find(m, key, len, hash_bytes(key, len, m->seed));
	void *value = m->entries[hole].value;
	if (!m->entries[hole].key)
		return NULL;
	free(m->entries[hole].key);
	m->count--;
	/* Close the hole: move back every later entry of the cluster that may not be reached past
	 * it. */
	for (size_t i = (hole + 1) & (m->cap - 1); m->entries[i].key; i = (i + 1) & (m->cap - 1)) {
		size_t home = m->entries[i].hash & (m->cap - 1);

		if (((i - home) & (m->cap - 1)) < ((i - hole) & (m->cap - 1)))
			continue;
		m->entries[hole] = m->entries[i];
		hole = i;
	}
	m->entries[hole] = (struct map_entry){ 0 };
	return value;
}

const struct map_entry *map_next(const struct map *m, size_t *at)
{
	while (*at < m->cap) {
		const struct map_entry *e = &m->entries[(*at)++];

		if (e->key)
			return e;
	}
	return NULL;
}
