/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a profile. What is accepted must print, read back and print the same; the copy and
 * what was read back must mean what the first did.
 */
#include "policy/text.h"

#include "base/map.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program where the fuzzer sees it. */
static void demand(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "%s:\n%s\n", what, text);
	abort();
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Puts a value near an edge of one of the condition's tests into its argument. */
static void aim(const struct cond *c, uint64_t *seed, uint64_t args[SYSCALL_ARGS])
{
	const struct test *t = &c->test;
	uint64_t value = t->value;

	if (c->count) {
		aim(c->children[next_random(seed) % c->count], seed, args);
		return;
	}
	if (c->kind != COND_TEST)
		return;
	if (t->op == OP_IN)
		value = t->ranges[next_random(seed) % t->range_count].low;
	value += next_random(seed) % 3 - 1;
	if (t->bits == 32 && next_random(seed) % 2)
		value = (uint32_t)value | next_random(seed) << 32;
	args[t->arg] = value;
}

/* Do both give the same verdicts, where the conditions of a look? */
static void demand_same(const struct policy *a, const struct policy *b, uint64_t seed,
			const char *text)
{
	vec_for(block, &a->blocks) {
		vec_for(rule, &block->rules) {
			struct call call = { .nr = rule->nr, .token = block->arch->token };

			for (int i = 0; i < 8; i++) {
				struct action x, y;

				for (int k = 0; rule->cond && k < 4; k++)
					aim(rule->cond, &seed, call.args);
				x = policy_eval(a, &call, NULL);
				y = policy_eval(b, &call, NULL);
				demand(action_equal(x, y), "another meaning", text);
			}
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autopolicy struct policy *first = NULL, *again = NULL, *copy = NULL;
	autostr struct str once = { 0 }, twice = { 0 }, copied = { 0 };
	struct err e = { 0 };

	if (policy_parse((const char *)data, size, "input", &first, &e)) {
		demand(e.code && *e.text, "an error that says nothing", "");
		return 0;
	}
	policy_print(first, &once);
	demand(!policy_parse(str_text(&once), once.len, "printed", &again, &e), e.text,
	       str_text(&once));
	policy_print(again, &twice);
	demand(!strcmp(str_text(&once), str_text(&twice)), str_text(&once), str_text(&twice));
	copy = policy_clone(first);
	demand(copy, "no copy", "");
	policy_print(copy, &copied);
	demand(!strcmp(str_text(&once), str_text(&copied)), str_text(&once), str_text(&copied));
	if (first->blocks.len && first->blocks.data[0].rules.len < 100)
		demand_same(first, again, hash_bytes(data, size, 1) | 1, str_text(&once));
	return 0;
}
