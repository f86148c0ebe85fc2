/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_DRAW_H
#define FUZZ_DRAW_H

/* What calls of libseccomp's interface are made of, drawn at random; a little of it is wrong. */

#include "fuzz/expected.h"
#include "tests/unit/random.h"

uint32_t draw_action(struct random *r);

/* One that both libraries know. */
const struct arch *draw_arch(struct random *r);
uint32_t arch_token(const struct arch *arch); /* SCMP_ARCH_* */

/* A call's number as rules name it, pseudo numbers included. */
int draw_number(struct random *r);
struct added_rule draw_rule(struct random *r);

#endif
