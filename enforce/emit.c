/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instructions out, last one first. */
#include "enforce/emit.h"

#include <errno.h>

enum { REACH = 255 }; /* of the 8-bit offsets of a conditional jump */

static const uint32_t UNPLACED = UINT32_MAX;

void emit_fini(struct emit *e)
{
	vec_fini(&e->code);
	vec_fini(&e->places);
}

static void put(struct emit *e, struct sock_filter code)
{
	struct insn insn = {
		.code = code,
		.arch = e->purpose.arch,
		.nr = e->purpose.nr,
		.has_nr = e->purpose.has_nr,
		.rule = e->purpose.rule,
	};

	if (!e->failed && e->code.len >= EMIT_MAX)
		e->failed = -E2BIG;
	if (!e->failed)
		e->failed = vec_push(&e->code, insn);
}

uint32_t emit_label(struct emit *e)
{
	if (!e->failed)
		e->failed = vec_push(&e->places, UNPLACED);
	return e->failed ? UINT32_MAX : (uint32_t)e->places.len - 1;
}

void emit_place(struct emit *e, uint32_t label)
{
	if (!e->failed)
		e->places.data[label] = (uint32_t)e->code.len - 1;
}

void emit_ret(struct emit *e, uint32_t k)
{
	put(e, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, k));
}

void emit_load(struct emit *e, uint32_t offset)
{
	put(e, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

void emit_and(struct emit *e, uint32_t k)
{
	put(e, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, k));
}

/* The offset that a jump emitted now needs to reach the label. */
static uint32_t distance(const struct emit *e, uint32_t label)
{
	return (uint32_t)e->code.len - 1 - e->places.data[label];
}

/* Puts something right here that does what the label's instruction does. */
static void bring_near(struct emit *e, uint32_t label)
{
	struct insn target = e->code.data[e->places.data[label]];

	if (BPF_CLASS(target.code.code) == BPF_RET && !e->failed && e->code.len < EMIT_MAX)
		e->failed = vec_push(&e->code, target);
	else
		put(e, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, distance(e, label)));
	emit_place(e, label);
}

void emit_jump(struct emit *e, uint16_t op, uint32_t k, uint32_t yes, uint32_t no)
{
	/* Each bridge pushes the other target one further away: look again after every one. */
	while (!e->failed && (distance(e, yes) > REACH || distance(e, no) > REACH))
		bring_near(e, distance(e, yes) > REACH ? yes : no);
	if (e->failed)
		return;
	put(e, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | op | BPF_K), k,
					    (uint8_t)distance(e, yes), (uint8_t)distance(e, no)));
}

void emit_goto(struct emit *e, uint32_t label)
{
	if (!e->failed && distance(e, label) > 0)
		bring_near(e, label);
}

int emit_finish(struct emit *e, struct filter *f)
{
	int r = e->failed;

	if (!r)
		r = vec_reserve(&f->insns, e->code.len);
	for (size_t i = e->code.len; !r && i > 0; i--)
		f->insns.data[f->insns.len++] = e->code.data[i - 1];
	emit_fini(e);
	return r;
}
