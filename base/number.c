/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers in text. */
#include "base/number.h"

#include <string.h>

bool number_read(const char **at, uint64_t *number)
{
	const char *p = *at;
	uint64_t n = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*p - '0'), &n))
			return false;
	*at = p;
	*number = n;
	return true;
}

bool number_after(const char *text, const char *word, uint64_t *number)
{
	size_t len = strlen(word);

	if (strncmp(text, word, len) != 0)
		return false;
	text += len;
	text += strspn(text, " \t");
	return number_read(&text, number);
}
