/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbolic execution of a loop-free program. Forward, it finds the states in which each instruction
 * can be met (registers as functions of the call); backward, what the program says from there on.
 */
#include "enforce/symbolic.h"

#include "enforce/validate.h"
#include "enforce/value.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

/* A program that carries more different states to one instruction is not a filter but a puzzle. */
enum { MAX_STATES = 256, MAX_VISITS = 1 << 17 };

#define NO_VISIT UINT32_MAX

/* The registers: A, X and the scratch memory. Dead ones hold 0 so that like states are equal. */
enum { REG_A, REG_X, REG_MEMORY, REG_COUNT = REG_MEMORY + BPF_MEMWORDS };

struct state {
	value_t regs[REG_COUNT];
};

/* Where a visit goes: to another one, or, where that is NO_VISIT, to its end with a verdict. */
struct way {
	uint32_t visit;
	node_t verdict;
};

/* One instruction met in one state. */
struct visit {
	struct state state;
	node_t test; /* which way: 1 where ways[1] is taken */
	struct way ways[2];
	uint32_t other; /* another visit of the same instruction, or NO_VISIT */
	node_t verdict; /* of the program from here on */
};

struct walk {
	const struct filter *f;
	struct values values;
	vec_of(struct visit) visits;
	uint32_t first[FILTER_MAX]; /* visit of each instruction */
	uint32_t alive[FILTER_MAX]; /* bit: the register is read after, and before written */
	struct err *e;
};

static const struct sock_filter *code_at(const struct walk *w, size_t pc)
{
	return &w->f->insns.data[pc].code;
}

/* Why a diagram or a value failed. */
static int give_up(const struct walk *w, size_t pc)
{
	if (!diagram_is_full(w->values.d))
		return err_set(w->e, -ENOMEM, "out of memory");
	return err_set(w->e, -E2BIG,
		       "what the filter computes by instruction %zu is too intricate to be proved",
		       pc);
}

static uint32_t bit(unsigned reg)
{
	return 1u << reg;
}

static uint32_t memory_bit(const struct sock_filter *c)
{
	return bit(REG_MEMORY + c->k % BPF_MEMWORDS);
}

/* The registers that an instruction reads and writes. */
static void uses(const struct sock_filter *c, uint32_t *reads, uint32_t *writes)
{
	const uint32_t x = BPF_SRC(c->code) == BPF_X ? bit(REG_X) : 0;

	*reads = *writes = 0;
	switch (BPF_CLASS(c->code)) {
	case BPF_LD:
	case BPF_LDX:
		*reads = BPF_MODE(c->code) == BPF_MEM ? memory_bit(c) : 0;
		*writes = bit(BPF_CLASS(c->code) == BPF_LD ? REG_A : REG_X);
		break;
	case BPF_ST:
	case BPF_STX:
		*reads = bit(BPF_CLASS(c->code) == BPF_ST ? REG_A : REG_X);
		*writes = memory_bit(c);
		break;
	case BPF_ALU:
		*reads = bit(REG_A) | x;
		*writes = bit(REG_A);
		break;
	case BPF_JMP:
		*reads = BPF_OP(c->code) == BPF_JA ? 0 : bit(REG_A) | x;
		break;
	case BPF_RET:
		*reads = BPF_RVAL(c->code) == BPF_A ? bit(REG_A) : 0;
		break;
	case BPF_MISC:
		*reads = bit(BPF_MISCOP(c->code) == BPF_TAX ? REG_A : REG_X);
		*writes = bit(BPF_MISCOP(c->code) == BPF_TAX ? REG_X : REG_A);
		break;
	}
}

static void find_alive(struct walk *w)
{
	for (size_t pc = w->f->insns.len; pc-- > 0;) {
		const struct sock_filter *c = code_at(w, pc);
		uint32_t after = 0, reads, writes;

		uses(c, &reads, &writes);
		if (c->code == (BPF_JMP | BPF_JA))
			after = w->alive[pc + 1 + c->k];
		else if (BPF_CLASS(c->code) == BPF_JMP)
			after = w->alive[pc + 1 + c->jt] | w->alive[pc + 1 + c->jf];
		else if (BPF_CLASS(c->code) != BPF_RET)
			after = w->alive[pc + 1];
		w->alive[pc] = (after & ~writes) | reads;
	}
}

/* The visit of an instruction in that state: an old one, or one that is added. */
static int visit(struct walk *w, size_t pc, const struct state *state, struct way *way)
{
	struct visit new = { .state = *state, .other = w->first[pc] };
	unsigned states = 0;

	for (unsigned i = 0; i < REG_COUNT; i++) {
		if (!(w->alive[pc] & bit(i)))
			new.state.regs[i] = 0;
		else if (new.state.regs[i] == VALUE_FAILED)
			return give_up(w, pc);
	}
	for (uint32_t i = w->first[pc]; i != NO_VISIT; i = w->visits.data[i].other, states++) {
		if (memcmp(&w->visits.data[i].state, &new.state, sizeof(new.state)) == 0) {
			way->visit = i;
			return 0;
		}
	}
	if (states >= MAX_STATES || w->visits.len >= MAX_VISITS)
		return err_set(w->e, -E2BIG,
			       "instruction %zu is met in too many states to be proved", pc);
	if (vec_push(&w->visits, new) < 0)
		return err_set(w->e, -ENOMEM, "out of memory");
	w->first[pc] = way->visit = (uint32_t)w->visits.len - 1;
	return 0;
}

/* One of the two words of a 64-bit member: which stands first is the byte order's. */
static unsigned half_word(const struct walk *w, unsigned high_word, bool is_first)
{
	return is_first == w->f->is_big_endian ? high_word : high_word + 1;
}

/* struct seccomp_data (linux/seccomp.h). */
static unsigned word_at(const struct walk *w, uint32_t offset)
{
	if (offset == offsetof(struct seccomp_data, nr))
		return WORD_NR;
	if (offset == offsetof(struct seccomp_data, arch))
		return WORD_TOKEN;
	if (offset < offsetof(struct seccomp_data, args))
		return half_word(w, WORD_IP_HIGH, offset % 8 == 0);
	offset -= (uint32_t)offsetof(struct seccomp_data, args);
	return half_word(w, diagram_arg_word(offset / 8, true), offset % 8 == 0);
}

static value_t load(struct walk *w, const struct sock_filter *c, const struct state *s)
{
	switch (BPF_MODE(c->code)) {
	case BPF_ABS:
		return value_word(&w->values, word_at(w, c->k));
	case BPF_LEN:
		return value_constant(&w->values, sizeof(struct seccomp_data));
	case BPF_IMM:
		return value_constant(&w->values, c->k);
	case BPF_MEM:
		return s->regs[REG_MEMORY + c->k % BPF_MEMWORDS];
	}
	return VALUE_FAILED;
}

static value_t operand(struct walk *w, const struct sock_filter *c, const struct state *s)
{
	return BPF_SRC(c->code) == BPF_X ? s->regs[REG_X] : value_constant(&w->values, c->k);
}

/* What an instruction that goes on to the next one does to the registers. */
static void execute(struct walk *w, const struct sock_filter *c, struct state *s)
{
	switch (BPF_CLASS(c->code)) {
	case BPF_LD:
		s->regs[REG_A] = load(w, c, s);
		break;
	case BPF_LDX:
		s->regs[REG_X] = load(w, c, s);
		break;
	case BPF_ST:
		s->regs[REG_MEMORY + c->k % BPF_MEMWORDS] = s->regs[REG_A];
		break;
	case BPF_STX:
		s->regs[REG_MEMORY + c->k % BPF_MEMWORDS] = s->regs[REG_X];
		break;
	case BPF_ALU:
		s->regs[REG_A] =
			value_alu(&w->values, BPF_OP(c->code), s->regs[REG_A], operand(w, c, s));
		break;
	case BPF_MISC:
		if (BPF_MISCOP(c->code) == BPF_TAX)
			s->regs[REG_X] = s->regs[REG_A];
		else
			s->regs[REG_A] = s->regs[REG_X];
		break;
	}
}

static node_t kill_thread(void)
{
	return diagram_action((struct action){ ACTION_KILL_THREAD, 0 });
}

/* Fills test and the ways that end here; a way that goes on gets its place in *yes or *no. */
static void branch(struct walk *w, size_t pc, struct visit *v, size_t *yes, size_t *no)
{
	const struct sock_filter *c = code_at(w, pc);
	const struct state *s = &v->state;

	v->test = false;
	*no = pc + 1;
	if (c->code == (BPF_RET | BPF_K)) {
		v->test = true;
		v->ways[1].verdict = diagram_action(action_from_ret(c->k));
	} else if (BPF_CLASS(c->code) == BPF_RET) {
		v->test = true;
		v->ways[1].verdict = value_verdict(&w->values, s->regs[REG_A]);
	} else if (c->code == (BPF_JMP | BPF_JA)) {
		*no = pc + 1 + c->k;
	} else if (BPF_CLASS(c->code) == BPF_JMP) {
		v->test = value_test(&w->values, BPF_OP(c->code), s->regs[REG_A], operand(w, c, s));
		*yes = pc + 1 + c->jt;
		*no = pc + 1 + c->jf;
	} else if (c->code == (BPF_ALU | BPF_DIV | BPF_X)) {
		/* Dividing by 0 ends the program with 0 (net/core/filter.c, bpf_convert_filter). */
		v->test = value_test(&w->values, BPF_JEQ, s->regs[REG_X],
				     value_constant(&w->values, 0));
		v->ways[1].verdict = kill_thread();
	}
}

static int walk_visit(struct walk *w, size_t pc, uint32_t at)
{
	struct visit v = w->visits.data[at];
	struct state after = v.state;
	size_t yes = SIZE_MAX, no;
	int r;

	v.ways[0].visit = v.ways[1].visit = NO_VISIT;
	branch(w, pc, &v, &yes, &no);
	if (v.test == NODE_FAILED || (v.test != false && v.ways[1].verdict == NODE_FAILED))
		return give_up(w, pc);
	execute(w, code_at(w, pc), &after);
	if (v.test != true) {
		r = visit(w, no, &after, &v.ways[0]);
		if (r < 0)
			return r;
	}
	if (v.test != false && yes != SIZE_MAX) {
		r = visit(w, yes, &after, &v.ways[1]);
		if (r < 0)
			return r;
	}
	w->visits.data[at] = v;
	return 0;
}

static int walk_forward(struct walk *w)
{
	struct state start;
	struct way way;
	int r;

	memset(w->first, 0xff, sizeof(w->first));
	/* The kernel clears A and X; memory is not read before it is written. */
	for (unsigned i = 0; i < REG_COUNT; i++)
		start.regs[i] = value_constant(&w->values, 0);
	r = visit(w, 0, &start, &way);
	for (size_t pc = 0; r == 0 && pc < w->f->insns.len; pc++) {
		for (uint32_t i = w->first[pc]; r == 0 && i != NO_VISIT;
		     i = w->visits.data[i].other)
			r = walk_visit(w, pc, i);
	}
	return r;
}

static node_t verdict_of(const struct walk *w, const struct way *way)
{
	return way->visit == NO_VISIT ? way->verdict : w->visits.data[way->visit].verdict;
}

static int walk_backward(struct walk *w)
{
	for (size_t pc = w->f->insns.len; pc-- > 0;) {
		for (uint32_t i = w->first[pc]; i != NO_VISIT; i = w->visits.data[i].other) {
			struct visit *v = &w->visits.data[i];

			v->verdict =
				diagram_choose(w->values.d, v->test, verdict_of(w, &v->ways[1]),
					       verdict_of(w, &v->ways[0]));
			if (v->verdict == NODE_FAILED)
				return give_up(w, pc);
		}
	}
	return 0;
}

int filter_diagram(const struct filter *f, struct diagram *d, node_t *verdict, struct err *e)
{
	struct walk w = { .f = f, .values.d = d, .e = e };
	int r = filter_validate(f, e);

	if (r < 0)
		return r;
	find_alive(&w);
	r = walk_forward(&w);
	if (r == 0)
		r = walk_backward(&w);
	if (r == 0)
		*verdict = w.visits.data[w.first[0]].verdict;
	vec_fini(&w.visits);
	values_fini(&w.values);
	return r;
}
