/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_ARRANGE_H
#define ENFORCE_ARRANGE_H

/* From the rules of every call to graphs: several ways for each, of which the best one is kept. */

#include "enforce/errand.h"
#include "enforce/forest.h"

/* Fills in every errand's node. Failures are left in the forest's graph. */
void arrange(struct forest *f, struct errand *errands, size_t count);

#endif
