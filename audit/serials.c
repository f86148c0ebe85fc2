/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sliding window of bits, so that an event of several records counts once. */
#include "audit/serials.h"

#include <string.h>

static uint64_t *word(struct serials *s, uint32_t serial)
{
	return &s->seen[serial % SERIALS_WINDOW / 64];
}

static uint64_t bit(uint32_t serial)
{
	return (uint64_t)1 << serial % 64;
}

/* The window moves up to the serial, which is `ahead` of its end. */
static void advance(struct serials *s, uint32_t serial, uint32_t ahead)
{
	if (ahead >= SERIALS_WINDOW)
		memset(s->seen, 0, sizeof(s->seen));
	else
		for (uint32_t i = 0; i <= ahead; i++)
			*word(s, s->next + i) &= ~bit(s->next + i);
	s->next = serial + 1;
	s->span += (uint64_t)ahead + 1;
}

void serials_note(struct serials *s, uint32_t serial)
{
	uint32_t ahead = serial - s->next; /* wraps around as serials do */

	if (!s->is_begun) {
		s->is_begun = true;
		s->next = serial;
		ahead = 0;
	}
	uint32_t behind = s->next - serial;
	if (ahead <= INT32_MAX) {
		advance(s, serial, ahead);
	} else if (behind > SERIALS_WINDOW || behind > s->span) {
		/* From before the first, or so late that it was given up: no news either way. */
		return;
	}
	if (*word(s, serial) & bit(serial))
		return;
	*word(s, serial) |= bit(serial);
	s->came++;
}

uint64_t serials_missing(const struct serials *s)
{
	return s->span - s->came;
}
