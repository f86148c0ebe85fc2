/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ENFORCE_FILTER_H
#define ENFORCE_FILTER_H

/* The classic BPF program that the kernel runs on every syscall: compile, simulate, prove, print.
 * All pure. */

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "policy/policy.h"

#include <linux/filter.h>
#include <stdint.h>

enum { FILTER_MAX = BPF_MAXINSNS }; /* 4096, linux/bpf_common.h */

/* An instruction and what it is for. */
struct insn {
	struct sock_filter code;
	const struct arch *arch; /* NULL: before the arch is known, or of several */
	uint32_t nr;		 /* the call that it decides about; meaningful when has_nr */
	bool has_nr;
	const struct rule *rule; /* the rule that it tests, borrowed from the policy, or NULL */
};

struct filter {
	vec_of(struct insn) insns;
	bool is_big_endian; /* byte order of the loads: struct seccomp_data's halves of 64-bit
			       arguments swap */
};

void filter_fini(struct filter *f);
#define autofilter __attribute__((cleanup(filter_fini)))

/*
 * The launcher's pass (docs/design.md, "Enforcing"): calls that are allowed beside the policy, by
 * the native arch's own numbers. execve where its three arguments are exactly path, argv and envp;
 * write to descriptor 2 (low word) where address and length are exactly those of a message;
 * exit_group whatever its status.
 */
struct pass {
	uint64_t path, argv, envp;
	struct pass_message {
		uint64_t address;
		uint64_t length;
	} messages[2];
	unsigned message_count;
};

/* Does the pass admit the call? NULL admits nothing. THE meaning of a pass, as policy_eval is a
 * policy's. */
bool pass_admits(const struct pass *pass, const struct call *call);

struct samples; /* enforce/sample.h */
struct part;	/* enforce/part.h */

struct compile_options {
	const struct pass *pass; /* NULL: none */
	/* Calls to be fast for; NULL: what the rules' weights stand for. Never changes a verdict.
	 */
	const struct samples *samples;
	/*
	 * How many executed instructions per call an instruction less in the program may cost; 0: a
	 * fair mean. When the program does not fit, size alone counts.
	 */
	double thrift;
	/* What the filter is to judge, allowing all else; NULL: everything. See stack.h. */
	const struct part *part;
};

/*
 * Compiles. Deterministic: the order of rules does not show. -E2BIG with the costliest rules named
 * when it does not fit; -EINVAL for a policy that contradicts itself or has arches of both byte
 * orders. p must outlive *f.
 */
int filter_compile(const struct policy *p, const struct compile_options *options, struct filter *f,
		   struct err *e) must_check;

/* One executed instruction. */
struct step {
	uint32_t pc;
};

struct steps {
	vec_of(struct step) all;
};

/*
 * Runs the program as the kernel would (kernel/seccomp.c: seccomp_check_filter's subset of classic
 * BPF). *ret gets the SECCOMP_RET word. path may be NULL. -EINVAL when the kernel would refuse the
 * program: checked whole, first.
 */
int filter_simulate(const struct filter *f, const struct call *call, uint32_t *ret,
		    struct steps *path, struct err *e) must_check;

/*
 * The SECCOMP_RET word of a program that filter_simulate has taken before: the same, without
 * looking at the whole program again. executed (may be NULL) gets the number of instructions.
 */
uint32_t filter_run(const struct filter *f, const struct call *call, uint32_t *executed);

/* What the proof found wrong. */
struct counterexample {
	struct call call;
	struct action filter; /* what the filter says */
	struct action policy; /* what the policy says */
};

/*
 * Shows that for every call (arch, nr, six arguments) the filter's verdict is the policy's, or the
 * pass's ALLOW where the pass matches. 0: proved. -EPROTO: it is not, *ce filled (may be NULL) and
 * told in e. -E2BIG: gave up; to be treated as not proved. Shares no code with filter_compile.
 */
int filter_prove(const struct filter *f, const struct policy *p, const struct pass *pass,
		 struct counterexample *ce, struct err *e) must_check;

/*
 * Shows that every call which the filter admits (ALLOW or LOG) is admitted by the policy; a filter
 * that is stricter passes. Results as filter_prove's.
 */
int filter_at_most(const struct filter *f, const struct policy *p, struct counterexample *ce,
		   struct err *e) must_check;

/* Reads a raw program (struct sock_filter array) in either byte order, and notes which: it is that
 * of the machines that it is for. -EINVAL when the kernel would refuse it. */
int filter_from_bytes(const void *bytes, size_t len, struct filter *f, struct err *e) must_check;

/* How a program is written out. Add one: one function, one line in the array in enforce/formats.c,
 * one test. */
struct filter_format {
	const char *name; /* "bpf", "asm", "pfc", "c" */
	const char *summary;
	void (*print)(const struct filter *f, const struct policy *p,
		      struct str *out); /* p may be NULL */
};
extern const struct filter_format *const filter_formats[]; /* ends with NULL */
const struct filter_format *filter_format_by_name(const char *name);

/* What a program costs. */
struct filter_cost {
	uint32_t instructions;
	uint32_t worst;	      /* longest path */
	double mean;	      /* executed, weighted by the rules' weights (uniform without) */
	double mean_reaching; /* the same over calls that the kernel's cache does not answer */
	double reaching;      /* the share of those, 0..1 */
	uint32_t constant;    /* numbers of the policy's arches that the kernel's cache answers */
};
int filter_cost(const struct filter *f, const struct policy *p, struct filter_cost *cost,
		struct err *e) must_check;

/* How many instructions serve one call alone (those that several share count for none). */
struct filter_share {
	const struct arch *arch;
	uint32_t nr;
	uint32_t count;
};

struct filter_shares {
	vec_of(struct filter_share) all; /* the costliest first */
};

/* Fills shares, which is empty: 0 or -ENOMEM. */
int filter_share_out(const struct filter *f, struct filter_shares *shares) must_check;
void filter_shares_fini(struct filter_shares *shares);
#define autoshares __attribute__((cleanup(filter_shares_fini)))

/* Loads into the calling thread (no_new_privs must be set or CAP_SYS_ADMIN held). flags:
 * SECCOMP_FILTER_FLAG_*. */
int filter_load(const struct filter *f, unsigned flags, struct err *e) must_check;

#endif
