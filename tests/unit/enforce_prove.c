/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about the proof, with policy_eval and filter_simulate as the judges. */
#include "enforce/symbolic.h"

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#define LOAD(member)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define ALU(op, k)	   BPF_STMT(BPF_ALU | (op) | BPF_K, k)
#define ALU_X(op)	   BPF_STMT(BPF_ALU | (op) | BPF_X, 0)
#define IF(op, k, yes, no) BPF_JUMP(BPF_JMP | (op) | BPF_K, k, yes, no)
#define TAX		   BPF_STMT(BPF_MISC | BPF_TAX, 0)
#define RET(k)		   BPF_STMT(BPF_RET | BPF_K, k)
#define RET_A		   BPF_STMT(BPF_RET | BPF_A, 0)

static void append(struct filter *f, struct sock_filter code)
{
	struct insn insn = { .code = code };

	assert_int_equal(vec_push(&f->insns, insn), 0);
}

/* Proves the instructions against a policy that gives everything one action. */
#define PROVE(kind, ce, ...)                                                                       \
	prove_code(kind, ce, (const struct sock_filter[]){ __VA_ARGS__ },                          \
		   countof(((const struct sock_filter[]){ __VA_ARGS__ })))

/* A policy that gives everything one action. */
static struct policy *constant_policy(enum action_kind kind)
{
	struct policy *p = policy_new();

	assert_non_null(p);
	p->fallback.kind = p->foreign_arch.kind = kind;
	return p;
}

static int prove_code(enum action_kind kind, struct counterexample *ce,
		      const struct sock_filter *code, size_t count)
{
	autopolicy struct policy *p = constant_policy(kind);
	autofilter struct filter f = { 0 };

	for (size_t i = 0; i < count; i++)
		append(&f, code[i]);
	return filter_prove(&f, p, NULL, ce, NULL);
}

static struct action simulated(const struct filter *f, const struct call *call)
{
	uint32_t ret;

	assert_int_equal(filter_simulate(f, call, &ret, NULL, NULL), 0);
	return action_from_ret(ret);
}

static struct action meant(const struct policy *p, const struct pass *pass, const struct call *call)
{
	if (pass_admits(pass, call))
		return (struct action){ ACTION_ALLOW, 0 };
	return policy_eval(p, call, NULL);
}

/* The counter-example is one, by the two judges. */
static void check_counterexample(const struct filter *f, const struct policy *p,
				 const struct pass *pass, const struct counterexample *ce)
{
	assert_true(action_equal(ce->filter, simulated(f, &ce->call)));
	assert_true(action_equal(ce->policy, meant(p, pass, &ce->call)));
	assert_false(action_equal(ce->filter, ce->policy));
}

static struct pass random_pass(struct random *r)
{
	struct pass pass = { .path = random_next(r) >> 17,
			     .argv = random_value(r),
			     .envp = random_value(r),
			     .messages = { { random_value(r), random_value(r) },
					   { random_value(r), random_value(r) } },
			     .message_count = (unsigned)random_below(r, 3) };

	return pass;
}

static void proves_what_the_compiler_makes(void **state)
{
	struct random r = { .state = 10 };

	(void)state;
	for (int round = 0; round < 500; round++) {
		autopolicy struct policy *p = random_policy(&r);
		autofilter struct filter f = { 0 };
		struct pass pass = random_pass(&r);
		struct compile_options options = { .pass = random_below(&r, 2) ? &pass : NULL };
		struct err e = { 0 };

		if (filter_compile(p, &options, &f, &e) == -E2BIG)
			continue;
		if (filter_prove(&f, p, options.pass, NULL, &e) < 0)
			fail_msg("round %d: %s", round, e.text);
	}
}

static void mutate_jump(struct random *r, struct sock_filter *c)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	uint8_t yes = c->jt;

	switch (random_below(r, 5)) {
	case 0:
		c->k += random_below(r, 2) ? 1 : -1u;
		break;
	case 1:
		c->k ^= 1u << random_below(r, 32);
		break;
	case 2:
		c->jt = (uint8_t)(c->jt + (random_below(r, 2) ? 1 : -1));
		break;
	case 3:
		c->jt = c->jf;
		c->jf = yes;
		break;
	case 4:
		c->code = (uint16_t)(BPF_JMP | ops[random_below(r, 4)] | BPF_SRC(c->code));
		break;
	}
}

/* One instruction made slightly wrong, in the ways in which generators go wrong. */
static void mutate(struct random *r, struct filter *f)
{
	struct sock_filter *c = &f->insns.data[random_below(r, f->insns.len)].code;

	if (BPF_CLASS(c->code) == BPF_JMP && BPF_OP(c->code) != BPF_JA)
		mutate_jump(r, c);
	else if (!random_below(r, 4)) /* a mask, a load, a bridge, a return lost */
		*c = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 0, 0, 0);
	else if (BPF_CLASS(c->code) == BPF_LD)
		c->k ^= random_below(r, 2) ? 4 : 8; /* the other half, another argument */
	else if (BPF_CLASS(c->code) == BPF_RET)
		c->k ^= random_below(r, 2) ? 1u << random_below(r, 32) : 0x00050000;
	else
		c->k ^= 1u << random_below(r, 32);
}

/* Neither judge can tell the filter from the policy, however hard the edges are tried. */
static void check_alike(struct random *r, const struct filter *f, const struct policy *p, int tries)
{
	for (int i = 0; i < tries; i++) {
		struct call call = random_call(r, p);

		assert_true(action_equal(simulated(f, &call), policy_eval(p, &call, NULL)));
	}
}

static int prove_mutant(struct random *r, const struct filter *f, const struct policy *p)
{
	autofilter struct filter mutant = { 0 };
	struct counterexample ce;
	int result;

	vec_for(insn, &f->insns)
		append(&mutant, insn->code);
	mutate(r, &mutant);
	result = filter_prove(&mutant, p, NULL, &ce, NULL);
	if (result == 0)
		check_alike(r, &mutant, p, 200);
	if (result == -EPROTO)
		check_counterexample(&mutant, p, NULL, &ce);
	return result;
}

static void rejects_every_mutant_that_differs(void **state)
{
	struct random r = { .state = 11 };
	int rejected = 0, accepted = 0;

	(void)state;
	for (int round = 0; round < 80; round++) {
		autopolicy struct policy *p = random_policy(&r);
		autofilter struct filter f = { 0 };

		if (filter_compile(p, NULL, &f, NULL) < 0)
			continue;
		for (int i = 0; i < 25; i++) {
			int result = prove_mutant(&r, &f, p);

			/* -EINVAL: the kernel would not even take it. */
			assert_true(result == 0 || result == -EPROTO || result == -EINVAL);
			rejected += result == -EPROTO;
			accepted += result == 0;
		}
	}
	/* Some mutants mean the same: a bit of ALLOW's data, a test of what is known already. */
	assert_true(rejected > 900);
	assert_true(accepted < rejected / 2);
}

/* Arithmetic of every kind, on whatever the registers hold. */
static struct sock_filter random_arithmetic(struct random *r)
{
	static const uint16_t ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_AND,
					BPF_OR,	 BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG };
	uint16_t op = ops[random_below(r, countof(ops))];
	uint16_t source = op != BPF_NEG && !random_below(r, 3) ? BPF_X : BPF_K;
	uint32_t k = (uint32_t)random_value(r);

	if (op == BPF_LSH || op == BPF_RSH)
		k &= 31;
	return (struct sock_filter)BPF_STMT((uint16_t)(BPF_ALU | op | source), k | (op == BPF_DIV));
}

static struct sock_filter random_move(struct random *r)
{
	uint32_t memory = (uint32_t)random_below(r, 2), k = (uint32_t)random_value(r);

	switch (random_below(r, 5)) {
	case 0:
		return (struct sock_filter)TAX;
	case 1:
		return (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TXA, 0);
	case 2:
		return (struct sock_filter)BPF_STMT(random_below(r, 2) ? BPF_ST : BPF_STX, memory);
	case 3:
		return (struct sock_filter)BPF_STMT(
			(random_below(r, 2) ? BPF_LD : BPF_LDX) | BPF_MEM, memory);
	default:
		return (struct sock_filter)BPF_STMT(
			(random_below(r, 2) ? BPF_LD : BPF_LDX) | BPF_IMM, k);
	}
}

/* A jump over fewer than `left` instructions. */
static struct sock_filter random_jump(struct random *r, size_t left)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	uint16_t source = random_below(r, 3) ? BPF_K : BPF_X;

	return (struct sock_filter)BPF_JUMP(
		(uint16_t)(BPF_JMP | ops[random_below(r, 4)] | source), (uint32_t)random_value(r),
		(uint8_t)random_below(r, left), (uint8_t)random_below(r, left));
}

/* At most four bits of a word: sums and products of such have diagrams of bearable size. */
static void append_load(struct random *r, struct filter *f)
{
	uint32_t mask = 0xfu << random_below(r, 29);

	append(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					       (uint32_t)random_below(r, 4) * 4 + 16));
	append(f, (struct sock_filter)ALU(BPF_AND, random_below(r, 2) ? mask : 0x10000003));
}

static void random_program(struct random *r, struct filter *f)
{
	size_t count = 4 + random_below(r, 30);

	f->insns.len = 0;
	append(f, (struct sock_filter)BPF_STMT(BPF_ST, 0));
	append(f, (struct sock_filter)BPF_STMT(BPF_ST, 1));
	append_load(r, f);
	while (f->insns.len < count) {
		switch (random_below(r, 6)) {
		case 0:
			append_load(r, f);
			break;
		case 1:
			append(f, random_move(r));
			break;
		case 2:
			append(f, random_jump(r, count - f->insns.len));
			break;
		default:
			append(f, random_arithmetic(r));
			break;
		}
	}
	if (random_below(r, 4)) {
		/* Show one half of the accumulator as a tracer's message. */
		append(f, (struct sock_filter)ALU(BPF_RSH, (uint32_t)random_below(r, 17)));
		append(f, (struct sock_filter)ALU(BPF_AND, 0xffff));
		append(f, (struct sock_filter)ALU(BPF_OR, SECCOMP_RET_TRACE));
	}
	append(f, (struct sock_filter)RET_A);
}

static void understands_every_program_the_kernel_takes(void **state)
{
	struct random r = { .state = 12 };
	int understood = 0, refused = 0;

	(void)state;
	for (int round = 0; round < 700; round++) {
		autodiagram struct diagram *d = diagram_new();
		autofilter struct filter f = { .is_big_endian = round % 2 };
		node_t node;

		random_refill(&r);
		random_program(&r, &f);
		int result = filter_diagram(&f, d, &node, NULL);
		refused += result == -E2BIG;
		if (result < 0)
			continue;
		understood++;
		for (int i = 0; i < 50; i++) {
			struct call call = { .token = (uint32_t)random_value(&r),
					     .nr = (uint32_t)random_value(&r),
					     .ip = random_value(&r) };

			random_args(&r, call.args);
			assert_int_equal(diagram_eval(d, node, &call),
					 diagram_action(simulated(&f, &call)));
		}
	}
	assert_true(understood > 690);
	assert_true(refused < 10);
}

static void takes_arithmetic_for_what_it_computes(void **state)
{
	(void)state;
	/* (nr - 5) ^ nr ^ (nr - 5) ^ nr is 0. */
	assert_int_equal(PROVE(ACTION_ALLOW, NULL, LOAD(nr), TAX, ALU(BPF_SUB, 5), ALU_X(BPF_XOR),
			       BPF_STMT(BPF_ST, 3), LOAD(nr), TAX, ALU(BPF_ADD, UINT32_MAX - 4),
			       ALU_X(BPF_XOR), BPF_STMT(BPF_LDX | BPF_MEM, 3), ALU_X(BPF_XOR),
			       IF(BPF_JEQ, 0, 0, 1), RET(SECCOMP_RET_ALLOW),
			       RET(SECCOMP_RET_KILL_PROCESS)),
			 0);
	/* No 32-bit number divided by 16 reaches 2^28; one reaches 2^28 - 1. */
	assert_int_equal(PROVE(ACTION_LOG, NULL, LOAD(args[0]), ALU(BPF_DIV, 16),
			       IF(BPF_JGE, 1 << 28, 0, 1), RET(SECCOMP_RET_ALLOW),
			       RET(SECCOMP_RET_LOG)),
			 0);
	assert_int_equal(PROVE(ACTION_LOG, NULL, LOAD(args[0]), ALU(BPF_DIV, 16),
			       IF(BPF_JGT, (1 << 28) - 2, 0, 1), RET(SECCOMP_RET_ALLOW),
			       RET(SECCOMP_RET_LOG)),
			 -EPROTO);
}

static void reads_verdicts_from_the_accumulator(void **state)
{
	struct counterexample ce;

	(void)state;
	assert_int_equal(PROVE(ACTION_KILL_PROCESS, NULL, LOAD(nr), ALU(BPF_OR, 0x80000000),
			       ALU(BPF_AND, 0x8000ffff), RET_A),
			 0);
	assert_int_equal(PROVE(ACTION_KILL_PROCESS, &ce, LOAD(nr), RET_A), -EPROTO);
	assert_true(action_equal(ce.filter, action_from_ret(ce.call.nr)));
	assert_int_not_equal(ce.filter.kind, ACTION_KILL_PROCESS);
}

static void knows_that_dividing_by_zero_kills_the_thread(void **state)
{
	struct counterexample ce;

	(void)state;
	assert_int_equal(
		PROVE(ACTION_ALLOW, &ce, LOAD(nr), TAX, ALU_X(BPF_DIV), RET(SECCOMP_RET_ALLOW)),
		-EPROTO);
	assert_int_equal(ce.call.nr, 0);
	assert_int_equal(ce.filter.kind, ACTION_KILL_THREAD);
	assert_int_equal(PROVE(ACTION_ALLOW, NULL, LOAD(nr), ALU(BPF_OR, 1), TAX, ALU_X(BPF_DIV),
			       RET(SECCOMP_RET_ALLOW)),
			 0);
}

static void notices_a_filter_that_looks_at_the_instruction_pointer(void **state)
{
	struct counterexample ce;

	(void)state;
	assert_int_equal(PROVE(ACTION_ALLOW, &ce, LOAD(instruction_pointer),
			       IF(BPF_JEQ, 0x1234, 0, 1), RET(SECCOMP_RET_TRAP),
			       RET(SECCOMP_RET_ALLOW)),
			 -EPROTO);
	assert_int_equal((uint32_t)ce.call.ip, 0x1234);
	/* Idle curiosity does no harm. */
	assert_int_equal(PROVE(ACTION_ALLOW, NULL, LOAD(instruction_pointer),
			       IF(BPF_JEQ, 0x1234, 0, 0), RET(SECCOMP_RET_ALLOW)),
			 0);
}

static void refuses_what_the_kernel_would_refuse(void **state)
{
	(void)state;
	assert_int_equal(PROVE(ACTION_ALLOW, NULL, LOAD(nr)), -EINVAL);
	assert_int_equal(PROVE(ACTION_ALLOW, NULL, IF(BPF_JEQ, 0, 1, 0), RET(SECCOMP_RET_ALLOW)),
			 -EINVAL);
	assert_int_equal(PROVE(ACTION_ALLOW, NULL, BPF_STMT(BPF_LD | BPF_MEM, 0), RET_A), -EINVAL);
}

/* Which words have a given product is beyond any diagram: say so, in bounded time. */
static void gives_up_on_a_puzzle(void **state)
{
	autodiagram struct diagram *d = diagram_new();
	autofilter struct filter f = { 0 };
	struct err e = { 0 };
	node_t node;

	(void)state;
	append(&f, (struct sock_filter)LOAD(args[0]));
	append(&f, (struct sock_filter)TAX);
	append(&f, (struct sock_filter)LOAD(args[1]));
	append(&f, (struct sock_filter)ALU_X(BPF_MUL));
	append(&f, (struct sock_filter)IF(BPF_JEQ, 0x12345678, 0, 1));
	append(&f, (struct sock_filter)RET(SECCOMP_RET_TRAP));
	append(&f, (struct sock_filter)RET(SECCOMP_RET_ALLOW));
	diagram_limit(d, 1 << 16);
	assert_int_equal(filter_diagram(&f, d, &node, &e), -E2BIG);
	assert_non_null(strstr(e.text, "too intricate"));
}

static void at_most_lets_stricter_filters_pass(void **state)
{
	struct random r = { .state = 13 };

	(void)state;
	for (int round = 0; round < 200; round++) {
		autopolicy struct policy *p = random_policy(&r);
		autopolicy struct policy *strict = policy_clone(p);
		autofilter struct filter f = { 0 };
		struct counterexample ce;
		int result;

		for (size_t i = 0; i < strict->blocks.len; i++) {
			struct block *b = &strict->blocks.data[i];

			if (b->rules.len > 0)
				rule_fini(&b->rules.data[--b->rules.len]);
		}
		if (filter_compile(strict, NULL, &f, NULL) < 0)
			continue;
		/* A rule that forbade something, lost, makes the filter laxer. */
		result = filter_at_most(&f, p, &ce, NULL);
		assert_true(result == 0 || result == -EPROTO);
		for (int i = 0; result == 0 && i < 200; i++) {
			struct call call = random_call(&r, p);

			if (simulated(&f, &call).kind >= ACTION_LOG)
				assert_true(policy_eval(p, &call, NULL).kind >= ACTION_LOG);
		}
		if (result == -EPROTO) {
			assert_true(simulated(&f, &ce.call).kind >= ACTION_LOG);
			assert_true(policy_eval(p, &ce.call, NULL).kind < ACTION_LOG);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proves_what_the_compiler_makes),
		cmocka_unit_test(rejects_every_mutant_that_differs),
		cmocka_unit_test(understands_every_program_the_kernel_takes),
		cmocka_unit_test(takes_arithmetic_for_what_it_computes),
		cmocka_unit_test(reads_verdicts_from_the_accumulator),
		cmocka_unit_test(knows_that_dividing_by_zero_kills_the_thread),
		cmocka_unit_test(notices_a_filter_that_looks_at_the_instruction_pointer),
		cmocka_unit_test(refuses_what_the_kernel_would_refuse),
		cmocka_unit_test(gives_up_on_a_puzzle),
		cmocka_unit_test(at_most_lets_stricter_filters_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
