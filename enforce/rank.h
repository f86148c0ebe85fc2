/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_RANK_H
#define ENFORCE_RANK_H

/* A total order of rules, so that the order they were written in cannot show in a program. */

#include "policy/policy.h"

/*
 * By number, then by the kernel's precedence of actions (the one that wins first; between equal
 * kinds the smaller data, as policy_eval has it), then by condition, the unconditional ones first.
 * Zero for rules that mean the same in the same words.
 */
int rule_compare(const struct rule *a, const struct rule *b);

/* The same without the number: zero for rules that do the same to their calls. */
int rule_compare_meaning(const struct rule *a, const struct rule *b);

#endif
