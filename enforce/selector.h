/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_SELECTOR_H
#define ENFORCE_SELECTOR_H

/* What tests are lowered to: anything that can go several ways by the value of a word. */

#include "enforce/dispatch.h"

/* select makes the node that goes where the cells say, by the operand's value; NODE_NONE on
 * failure. */
struct selector {
	uint32_t (*select)(void *context, struct operand o, const struct cells *cells);
	void *context;
	bool is_big_endian;
};

#endif
