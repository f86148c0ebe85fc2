/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any program: what it is understood to say is what it says when it is run. */
#include "enforce/symbolic.h"
#include "fuzz/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Small enough to be quick, large enough for what programs of this size should do. */
enum { NODES = 1 << 15, CALLS = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct call draw_call(struct source *s)
{
	struct call call = { .nr = (uint32_t)source_value(s),
			     .token = (uint32_t)source_value(s),
			     .ip = source_value(s) };

	for (int i = 0; i < SYSCALL_ARGS; i++)
		call.args[i] = source_value(s);
	return call;
}

static void check(const struct filter *f, const struct diagram *d, node_t node,
		  const struct call *call)
{
	uint32_t ret, leaf = diagram_eval(d, node, call);
	struct err e = { 0 };

	if (filter_simulate(f, call, &ret, NULL, &e)) {
		fprintf(stderr, "understood, but: %s\n", e.text);
		abort();
	}
	if (leaf != diagram_action(action_from_ret(ret))) {
		fprintf(stderr, "nr 0x%x token 0x%x: 0x%x, understood as 0x%x\n", call->nr,
			call->token, ret, leaf);
		abort();
	}
}

/* One call for each verdict: the rarest ones, which no random call finds. */
static void check_leaves(const struct filter *f, struct diagram *d, node_t node)
{
	for (enum action_kind kind = ACTION_KILL_PROCESS; kind <= ACTION_ALLOW; kind++) {
		node_t where = diagram_where(d, node, diagram_action((struct action){ kind, 0 }));
		struct call call;

		if (diagram_witness(d, where, &call))
			check(f, d, node, &call);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s = { data, size, 0 };
	autodiagram struct diagram *d = diagram_new();
	autofilter struct filter f = { 0 };
	struct sock_filter program[64];
	uint32_t count = source_program(&s, program, countof(program));
	node_t node;

	if (!d || filter_from_bytes(program, count * sizeof(program[0]), &f, NULL))
		return 0;
	f.is_big_endian = source_below(&s, 2);
	diagram_limit(d, NODES);
	if (filter_diagram(&f, d, &node, NULL))
		return 0;
	check_leaves(&f, d, node);
	for (int i = 0; i < CALLS; i++) {
		struct call call = draw_call(&s);

		check(&f, d, node, &call);
	}
	return 0;
}
