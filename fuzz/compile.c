/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any policy: what is compiled says what policy_eval says, the proof agrees, and a program that is
 * damaged is either found out with a call that shows it or not told apart by any call tried.
 * WONT_JUDGE=calls leaves the judgement to the calls, WONT_JUDGE=proof to the proof
 * (tools/mutants.sh asks each).
 */
#include "enforce/filter.h"
#include "fuzz/source.h"
#include "policy/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 64, BYTES_CALL = 96 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const struct policy *p, const struct filter *f, const struct call *call,
		 const char *what)
{
	autostr struct str text = { 0 };

	policy_print(p, &text);
	str_putf(&text, "\n%s\n", what);
	if (call)
		str_putf(&text,
			 "nr 0x%x token 0x%x args 0x%llx 0x%llx 0x%llx 0x%llx 0x%llx 0x%llx\n",
			 call->nr, call->token, (unsigned long long)call->args[0],
			 (unsigned long long)call->args[1], (unsigned long long)call->args[2],
			 (unsigned long long)call->args[3], (unsigned long long)call->args[4],
			 (unsigned long long)call->args[5]);
	filter_format_by_name("asm")->print(f, p, &text);
	fputs(str_text(&text), stderr);
	abort();
}

/* Does the filter say of the call what the policy and the pass say? */
static bool agrees(const struct filter *f, const struct policy *p, const struct pass *pass,
		   const struct call *call)
{
	struct action want = policy_eval(p, call, NULL);
	struct err e = { 0 };
	uint32_t ret = 0;

	if (pass_admits(pass, call))
		want = (struct action){ ACTION_ALLOW, 0 };
	/* Data bits that the kernel ignores do not tell programs apart. */
	return filter_simulate(f, call, &ret, NULL, &e) == 0 &&
	       action_equal(action_from_ret(ret), want);
}

/* A call that the pass admits, or one bit away from such a call. */
static struct call pass_call(struct source *s, const struct pass *pass)
{
	const struct arch *native = arch_native();
	struct call call = { .token = native->token };
	unsigned message = source_below(s, 2);

	if (source_below(s, 2) && message < pass->message_count) {
		call.nr = arch_syscall_named(native, "write")->nr;
		call.args[0] = 2;
		call.args[1] = pass->messages[message].address;
		call.args[2] = pass->messages[message].length;
	} else {
		call.nr = arch_syscall_named(native, "execve")->nr;
		call.args[0] = pass->path;
		call.args[1] = pass->argv;
		call.args[2] = pass->envp;
	}
	if (source_below(s, 4))
		call.args[source_below(s, 3)] ^= UINT64_C(1) << source_below(s, 64);
	return call;
}

static bool agrees_on_many(const struct filter *f, const struct policy *p, const struct pass *pass,
			   uint64_t seed, struct call *call)
{
	uint8_t bytes[BYTES_CALL];

	for (int i = 0; i < CALLS; i++) {
		seed = random_bytes(seed, bytes, sizeof(bytes));
		struct source s = { bytes, sizeof(bytes), 0 };

		*call = pass && i % 8 == 0 ? pass_call(&s, pass) : source_call(&s, p);
		if (!agrees(f, p, pass, call))
			return false;
	}
	return true;
}

/* Changes one instruction's constant or one jump by a little. */
static void damage(struct source *s, struct filter *f)
{
	struct insn *insn = &f->insns.data[source_below(s, (uint32_t)f->insns.len)];
	bool is_jump = BPF_CLASS(insn->code.code) == BPF_JMP && BPF_OP(insn->code.code) != BPF_JA;
	uint8_t jt = insn->code.jt;

	switch (source_below(s, is_jump ? 4 : 2)) {
	case 0:
		insn->code.k ^= UINT32_C(1) << source_below(s, 32);
		break;
	case 1:
		insn->code.k += source_below(s, 2) ? 1 : UINT32_MAX;
		break;
	case 2:
		insn->code.jt = insn->code.jf;
		insn->code.jf = jt;
		break;
	case 3:
		insn->code.code ^= BPF_JEQ ^ BPF_JGE;
		break;
	}
}

static void check_damaged(struct source *s, struct filter *f, const struct policy *p,
			  const struct pass *pass, uint64_t seed)
{
	struct counterexample ce = { 0 };
	struct err e = { 0 };
	struct call call;
	uint32_t ret;
	int r;

	damage(s, f);
	if (filter_simulate(f, &(struct call){ 0 }, &ret, NULL, &e))
		return; /* the kernel would refuse it */
	r = filter_prove(f, p, pass, &ce, &e);
	if (r == 0 && !agrees_on_many(f, p, pass, seed, &call))
		fail(p, f, &call, "the proof accepts a wrong program");
	if (r == -EPROTO && agrees(f, p, pass, &ce.call))
		fail(p, f, &ce.call, "the counter-example is none");
}

/* Is the judge asked? */
static bool has_judge(const char *name)
{
	const char *only = getenv("WONT_JUDGE");

	return !only || strcmp(only, name) == 0;
}

static void check(struct source *s, const struct policy *p, const struct pass *pass, uint64_t seed)
{
	static const double thrifts[] = { 0, 0.001, 0.1, 1, 1000 };
	struct compile_options options = { .pass = pass,
					   .thrift = thrifts[source_below(s, countof(thrifts))] };
	autofilter struct filter f = { 0 };
	struct err e = { 0 };
	struct call call;
	int r = filter_compile(p, &options, &f, &e);

	if (r == -E2BIG)
		return;
	if (r)
		fail(p, &f, NULL, e.text);
	if (has_judge("calls") && !agrees_on_many(&f, p, pass, seed, &call))
		fail(p, &f, &call, "the program does not say what the policy says");
	if (!has_judge("proof"))
		return;
	r = filter_prove(&f, p, pass, NULL, &e);
	if (r && r != -E2BIG)
		fail(p, &f, NULL, e.text);
	if (has_judge("calls"))
		check_damaged(s, &f, p, pass, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s = { data, size, 0 };
	struct pass pass = { .path = 0x7f1234561000,
			     .argv = 0x7fabcdef2000,
			     .envp = 0x55667788a000 };
	bool has_pass = source_below(&s, 4) == 0;
	autopolicy struct policy *p = source_policy(&s, &shape_full);
	uint64_t seed = size;

	for (size_t i = 0; i < size; i++)
		seed = seed * 31 + data[i];
	if (!p ||
	    (has_pass && p->blocks.data[0].arch->is_big_endian != arch_native()->is_big_endian))
		return 0;
	pass.message_count = source_below(&s, 3);
	pass.messages[0] = (struct pass_message){ 0x7f0000001000, 40 };
	pass.messages[1] = (struct pass_message){ 0x7f0000002000, 41 };
	check(&s, p, has_pass ? &pass : NULL, seed);
	return 0;
}
