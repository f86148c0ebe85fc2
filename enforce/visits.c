/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exploring a loop-free program: every instruction in every state it can be met in. */
#include "enforce/visits.h"

#include "enforce/value.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

/* A program that carries more different states to one instruction is not a filter but a puzzle. */
enum { MAX_STATES = 256, MAX_VISITS = 1 << 15 };

/* The registers: A, X and the scratch memory. Dead ones hold 0 so that like states are equal. */
enum { REG_A, REG_X, REG_MEMORY, REG_COUNT = REG_MEMORY + BPF_MEMWORDS };

struct state {
	value_t regs[REG_COUNT];
};

/* A visit being made. */
struct draft {
	struct visit visit;
	struct state state;
	uint32_t other; /* another visit of the same instruction, or NO_VISIT */
};

struct explorer {
	const struct filter *f;
	struct values values;
	vec_of(struct draft) drafts;
	uint32_t first[FILTER_MAX]; /* visit of each instruction */
	uint32_t alive[FILTER_MAX]; /* bit: the register is read after, and before written */
	struct err *e;
};

static const struct sock_filter *code_at(const struct explorer *x, size_t pc)
{
	return &x->f->insns.data[pc].code;
}

/* Why a diagram or a value failed. */
static int give_up(const struct explorer *x, size_t pc)
{
	if (!diagram_is_full(x->values.d))
		return err_set(x->e, -ENOMEM, "out of memory");
	return err_set(x->e, -E2BIG,
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
	const uint32_t index = BPF_SRC(c->code) == BPF_X ? bit(REG_X) : 0;

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
		*reads = bit(REG_A) | index;
		*writes = bit(REG_A);
		break;
	case BPF_JMP:
		*reads = BPF_OP(c->code) == BPF_JA ? 0 : bit(REG_A) | index;
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

static void find_alive(struct explorer *x)
{
	for (size_t pc = x->f->insns.len; pc-- > 0;) {
		const struct sock_filter *c = code_at(x, pc);
		uint32_t after = 0, reads, writes;

		uses(c, &reads, &writes);
		if (c->code == (BPF_JMP | BPF_JA))
			after = x->alive[pc + 1 + c->k];
		else if (BPF_CLASS(c->code) == BPF_JMP)
			after = x->alive[pc + 1 + c->jt] | x->alive[pc + 1 + c->jf];
		else if (BPF_CLASS(c->code) != BPF_RET)
			after = x->alive[pc + 1];
		x->alive[pc] = (after & ~writes) | reads;
	}
}

/* The visit of an instruction in that state: an old one, or one that is added. */
static int visit(struct explorer *x, size_t pc, const struct state *state, struct way *way)
{
	struct draft new = { .state = *state, .other = x->first[pc], .visit.pc = (uint32_t)pc };
	unsigned states = 0;

	for (unsigned i = 0; i < REG_COUNT; i++) {
		if (!(x->alive[pc] & bit(i)))
			new.state.regs[i] = 0;
		else if (new.state.regs[i] == VALUE_FAILED)
			return give_up(x, pc);
	}
	for (uint32_t i = x->first[pc]; i != NO_VISIT; i = x->drafts.data[i].other, states++) {
		if (memcmp(&x->drafts.data[i].state, &new.state, sizeof(new.state)) == 0) {
			way->visit = i;
			return 0;
		}
	}
	if (states >= MAX_STATES || x->drafts.len >= MAX_VISITS)
		return err_set(x->e, -E2BIG,
			       "instruction %zu is met in too many states to be proved", pc);
	if (vec_push(&x->drafts, new) < 0)
		return err_set(x->e, -ENOMEM, "out of memory");
	x->first[pc] = way->visit = (uint32_t)x->drafts.len - 1;
	return 0;
}

/* One of the two words of a 64-bit member: which stands first is the byte order's. */
static unsigned half_word(const struct explorer *x, unsigned high_word, bool is_first)
{
	return is_first == x->f->is_big_endian ? high_word : high_word + 1;
}

/* struct seccomp_data (linux/seccomp.h). */
static unsigned word_at(const struct explorer *x, uint32_t offset)
{
	if (offset == offsetof(struct seccomp_data, nr))
		return WORD_NR;
	if (offset == offsetof(struct seccomp_data, arch))
		return WORD_TOKEN;
	if (offset < offsetof(struct seccomp_data, args))
		return half_word(x, WORD_IP_HIGH, offset % 8 == 0);
	offset -= (uint32_t)offsetof(struct seccomp_data, args);
	return half_word(x, diagram_arg_word(offset / 8, true), offset % 8 == 0);
}

static value_t load(struct explorer *x, const struct sock_filter *c, const struct state *s)
{
	switch (BPF_MODE(c->code)) {
	case BPF_ABS:
		return value_word(&x->values, word_at(x, c->k));
	case BPF_LEN:
		return value_constant(&x->values, sizeof(struct seccomp_data));
	case BPF_IMM:
		return value_constant(&x->values, c->k);
	case BPF_MEM:
		return s->regs[REG_MEMORY + c->k % BPF_MEMWORDS];
	}
	return VALUE_FAILED;
}

static value_t operand(struct explorer *x, const struct sock_filter *c, const struct state *s)
{
	return BPF_SRC(c->code) == BPF_X ? s->regs[REG_X] : value_constant(&x->values, c->k);
}

/* What an instruction that goes on to the next one does to the registers. */
static void execute(struct explorer *x, size_t pc, struct state *s)
{
	const struct sock_filter *c = code_at(x, pc);

	switch (BPF_CLASS(c->code)) {
	case BPF_LD:
		s->regs[REG_A] = load(x, c, s);
		break;
	case BPF_LDX:
		s->regs[REG_X] = load(x, c, s);
		break;
	case BPF_ST:
		s->regs[REG_MEMORY + c->k % BPF_MEMWORDS] = s->regs[REG_A];
		break;
	case BPF_STX:
		s->regs[REG_MEMORY + c->k % BPF_MEMWORDS] = s->regs[REG_X];
		break;
	case BPF_ALU:
		/* Nobody needs to know what nobody reads. */
		if (x->alive[pc + 1] & bit(REG_A))
			s->regs[REG_A] = value_alu(&x->values, BPF_OP(c->code), s->regs[REG_A],
						   operand(x, c, s));
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
static void branch(struct explorer *x, const struct state *s, struct visit *v, size_t *yes,
		   size_t *no)
{
	const struct sock_filter *c = code_at(x, v->pc);

	v->test = false;
	*yes = *no = v->pc + 1;
	if (BPF_CLASS(c->code) == BPF_RET) {
		v->test = true;
		v->ways[1].verdict = BPF_RVAL(c->code) == BPF_A
					     ? value_verdict(&x->values, s->regs[REG_A])
					     : diagram_action(action_from_ret(c->k));
	} else if (c->code == (BPF_JMP | BPF_JA)) {
		*no += c->k;
	} else if (BPF_CLASS(c->code) == BPF_JMP) {
		v->test = value_test(&x->values, BPF_OP(c->code), s->regs[REG_A], operand(x, c, s));
		*yes += c->jt;
		*no += c->jf;
	} else if (c->code == (BPF_ALU | BPF_DIV | BPF_X)) {
		/* Dividing by 0 ends the program with 0 (net/core/filter.c, bpf_convert_filter). */
		v->test = value_test(&x->values, BPF_JEQ, s->regs[REG_X],
				     value_constant(&x->values, 0));
		v->ways[1].verdict = kill_thread();
	}
}

static bool ends_program(const struct sock_filter *c)
{
	return BPF_CLASS(c->code) != BPF_JMP;
}

static int explore_visit(struct explorer *x, uint32_t at)
{
	struct visit v = x->drafts.data[at].visit;
	struct state after = x->drafts.data[at].state;
	const struct sock_filter *c = code_at(x, v.pc);
	size_t yes, no;
	int r = 0;

	v.ways[0] = v.ways[1] = (struct way){ NO_VISIT, false };
	branch(x, &after, &v, &yes, &no);
	if (v.test == NODE_FAILED || v.ways[1].verdict == NODE_FAILED)
		return give_up(x, v.pc);
	execute(x, v.pc, &after);
	if (v.test != true)
		r = visit(x, no, &after, &v.ways[0]);
	if (r == 0 && v.test != false && !ends_program(c))
		r = visit(x, yes, &after, &v.ways[1]);
	x->drafts.data[at].visit = v;
	return r;
}

static int explore(struct explorer *x)
{
	struct state start;
	struct way way;
	int r;

	memset(x->first, 0xff, sizeof(x->first));
	/* The kernel clears A and X; memory is not read before it is written. */
	for (unsigned i = 0; i < REG_COUNT; i++)
		start.regs[i] = value_constant(&x->values, 0);
	r = visit(x, 0, &start, &way);
	for (size_t pc = 0; r == 0 && pc < x->f->insns.len; pc++) {
		for (uint32_t i = x->first[pc]; r == 0 && i != NO_VISIT;
		     i = x->drafts.data[i].other)
			r = explore_visit(x, i);
	}
	return r;
}

/* Drafts are in order of discovery; out they go in order of the program. */
static int deliver(struct explorer *x, struct visits *out)
{
	uint32_t *place = reallocarray(NULL, x->drafts.len, sizeof(*place));

	if (!place || vec_reserve(out, x->drafts.len) < 0) {
		free(place);
		return err_set(x->e, -ENOMEM, "out of memory");
	}
	for (size_t pc = 0; pc < x->f->insns.len; pc++) {
		for (uint32_t i = x->first[pc]; i != NO_VISIT; i = x->drafts.data[i].other) {
			place[i] = (uint32_t)out->len;
			out->data[out->len++] = x->drafts.data[i].visit;
		}
	}
	vec_for(v, out) {
		for (int i = 0; i < 2; i++) {
			if (v->ways[i].visit != NO_VISIT)
				v->ways[i].visit = place[v->ways[i].visit];
		}
	}
	free(place);
	return 0;
}

int visits_explore(const struct filter *f, struct diagram *d, struct visits *out, struct err *e)
{
	struct explorer x = { .f = f, .values.d = d, .e = e };
	int r;

	find_alive(&x);
	r = explore(&x);
	if (r == 0)
		r = deliver(&x, out);
	vec_fini(&x.drafts);
	values_fini(&x.values);
	return r;
}
