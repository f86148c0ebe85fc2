/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What runs and canaries are known by everywhere. */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

int uuid_make(char out[37], struct err *e)
{
	uint8_t b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return err_sys(e, -errno, "no random numbers");
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		 b[13], b[14], b[15]);
	return 0;
}
