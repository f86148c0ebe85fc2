/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growth with checked multiplication. */
#include "base/vec.h"

#include <errno.h>

int vec_grow(void **data, size_t *cap, size_t need, size_t size)
{
	size_t want = *cap ? *cap : 8;

	_Static_assert(ENOMEM == 12,
		       "vec_push returns -12 for -ENOMEM, so that its users need no errno.h");
	if (need <= *cap)
		return 0;
	while (want < need)
		if (__builtin_mul_overflow(want, 2, &want))
			return -ENOMEM;
	void *grown = reallocarray(*data, want, size);
	if (!grown)
		return -ENOMEM;
	*data = grown;
	*cap = want;
	return 0;
}
