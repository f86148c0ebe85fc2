/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine that the kernel runs a filter on: 32-bit accumulator, index register, 16 words. */
#include "enforce/validate.h"

#include <errno.h>
#include <linux/seccomp.h>

struct machine {
	uint32_t a, x;
	uint32_t memory[BPF_MEMWORDS];
};

/* One word of the call as struct seccomp_data has it; offset is aligned and in range. */
static uint32_t load(const struct call *call, uint32_t offset, bool is_big_endian)
{
	uint32_t from_ip = offset - (uint32_t)offsetof(struct seccomp_data, instruction_pointer);
	uint64_t value;
	bool is_high;

	if (offset == offsetof(struct seccomp_data, nr))
		return call->nr;
	if (offset == offsetof(struct seccomp_data, arch))
		return call->token;
	value = from_ip < 8 ? call->ip : call->args[from_ip / 8 - 1];
	is_high = (offset % 8 != 0) != is_big_endian;
	return (uint32_t)(is_high ? value >> 32 : value);
}

static uint32_t compute(uint16_t code, uint32_t a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return a / b;
	case BPF_OR:
		return a | b;
	case BPF_AND:
		return a & b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH: /* the kernel cuts a count from the index register to five bits */
		return a << (b & 31);
	case BPF_RSH:
		return a >> (b & 31);
	case BPF_NEG:
		return -a;
	}
	return 0;
}

static bool holds(uint16_t code, uint32_t a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JSET:
		return (a & b) != 0;
	}
	return false;
}

/* How many instructions a jump skips. */
static uint32_t jump(const struct sock_filter *code, const struct machine *m)
{
	if (code->code == (BPF_JMP | BPF_JA))
		return code->k;
	return holds(code->code, m->a, BPF_SRC(code->code) == BPF_X ? m->x : code->k) ? code->jt
										      : code->jf;
}

static uint32_t source(const struct sock_filter *code, const struct machine *m)
{
	switch (BPF_MODE(code->code)) {
	case BPF_MEM:
		return m->memory[code->k];
	case BPF_LEN:
		return sizeof(struct seccomp_data);
	}
	return code->k;
}

/* Everything but jumps, returns and loads from the call. False: a division by zero ends the run. */
static bool step(const struct sock_filter *code, struct machine *m)
{
	uint32_t b = BPF_SRC(code->code) == BPF_X ? m->x : code->k;

	switch (BPF_CLASS(code->code)) {
	case BPF_LD:
		m->a = source(code, m);
		break;
	case BPF_LDX:
		m->x = source(code, m);
		break;
	case BPF_ST:
		m->memory[code->k] = m->a;
		break;
	case BPF_STX:
		m->memory[code->k] = m->x;
		break;
	case BPF_MISC:
		*(BPF_MISCOP(code->code) == BPF_TAX ? &m->x : &m->a) =
			BPF_MISCOP(code->code) == BPF_TAX ? m->a : m->x;
		break;
	case BPF_ALU:
		if (BPF_OP(code->code) == BPF_DIV && b == 0)
			return false;
		m->a = compute(code->code, m->a, b);
		break;
	}
	return true;
}

/*
 * Runs a valid program: jumps only go forward, so it ends. path and executed may be NULL. 0 or
 * -ENOMEM (for the path).
 */
static int run(const struct filter *f, const struct call *call, uint32_t *ret, struct steps *path,
	       uint32_t *executed)
{
	struct machine m = { 0 };
	uint32_t uncounted = 0;

	executed = executed ? executed : &uncounted;
	*executed = 0;
	for (uint32_t pc = 0;; pc++) {
		const struct sock_filter *code = &f->insns.data[pc].code;

		++*executed;
		if (path && vec_push(&path->all, (struct step){ .pc = pc }))
			return -ENOMEM;
		if (BPF_CLASS(code->code) == BPF_RET) {
			*ret = BPF_RVAL(code->code) == BPF_A ? m.a : code->k;
			return 0;
		}
		if (code->code == (BPF_LD | BPF_W | BPF_ABS)) {
			m.a = load(call, code->k, f->is_big_endian);
		} else if (BPF_CLASS(code->code) == BPF_JMP) {
			pc += jump(code, &m);
		} else if (!step(code, &m)) {
			*ret = SECCOMP_RET_KILL_THREAD; /* the program ends as if it returned 0 */
			return 0;
		}
	}
}

uint32_t filter_run(const struct filter *f, const struct call *call, uint32_t *executed)
{
	uint32_t ret = SECCOMP_RET_KILL_PROCESS;

	/* Without a path to keep it cannot fail; if it did, it would be a kill. */
	return run(f, call, &ret, NULL, executed) ? SECCOMP_RET_KILL_PROCESS : ret;
}

int filter_simulate(const struct filter *f, const struct call *call, uint32_t *ret,
		    struct steps *path, struct err *e)
{
	int r = filter_validate(f, e);

	if (r)
		return r;
	r = run(f, call, ret, path, NULL);
	return r ? err_set(e, r, "out of memory") : 0;
}
