/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_CUBE_H
#define ENFORCE_CUBE_H

/* Sets of words that some of their bits tell. */

#include <stdbool.h>
#include <stdint.h>

/* All x with (x & mask) == value. */
struct cube {
	uint32_t mask, value;
};

static inline bool cube_has(const struct cube *c, uint32_t x)
{
	return (x & c->mask) == c->value;
}

/* How many of the values low..high it has. */
uint64_t cube_count(const struct cube *c, uint32_t low, uint32_t high);

/* What values have in common. Zero-initialise. */
struct likeness {
	uint64_t count;
	uint32_t any;	  /* bits that one of them has */
	uint32_t lacking; /* bits that one of them lacks */
};

/* Adds the values low..high. */
void likeness_add(struct likeness *l, uint32_t low, uint32_t high);

#endif
