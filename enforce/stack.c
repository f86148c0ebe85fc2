/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A policy as several filters: which of them judges which calls. */
#include "enforce/stack.h"

#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

/* kernel/seccomp.c: MAX_INSNS_PER_PATH, and what each filter but the newest costs beside. */
enum { KERNEL_MAX = 32768, KERNEL_PENALTY = 4 };

/* net/core/filter.c: what stands before the program. */
enum { PROLOGUE = 3 };

void stack_fini(struct stack *s)
{
	vec_for(f, &s->all)
		filter_fini(f);
	vec_fini(&s->all);
}

/* A conditional jump with a constant; the others are not what this compiler makes. */
static uint32_t jump_length(const struct sock_filter *code)
{
	uint32_t sign = (code->k >> 31) ? 1 : 0;
	bool is_turned = code->jt == 0 && BPF_OP(code->code) != BPF_JSET;

	return sign + (code->jf == 0 || is_turned ? 1 : 2);
}

uint32_t filter_kernel_length(const struct filter *f)
{
	uint32_t length = PROLOGUE;

	vec_for(insn, &f->insns) {
		const struct sock_filter *code = &insn->code;

		if (BPF_CLASS(code->code) == BPF_RET)
			length += 2;
		else if (BPF_CLASS(code->code) == BPF_JMP && BPF_OP(code->code) != BPF_JA)
			length += jump_length(code);
		else
			length++;
	}
	return length;
}

/* A call that takes more than a range of numbers, and about how much. */
struct load {
	struct part_call call;
	size_t size;
};

struct loads {
	vec_of(struct load) all; /* by call, each once */
	size_t size;
};

static size_t cond_size(const struct cond *c)
{
	size_t size = 1;

	if (!c)
		return 0;
	if (c->kind == COND_TEST && c->test.op == OP_IN)
		size = c->test.range_count;
	for (size_t i = 0; i < c->count; i++)
		size += cond_size(c->children[i]);
	return size;
}

static int by_call(const void *a, const void *b)
{
	const struct load *x = a, *y = b;
	uint64_t i = (uint64_t)x->call.arch->token << 32 | x->call.nr;
	uint64_t j = (uint64_t)y->call.arch->token << 32 | y->call.nr;

	return (i > j) - (i < j);
}

static void join_equal(struct loads *loads)
{
	size_t kept = 0;

	if (loads->all.len)
		qsort(loads->all.data, loads->all.len, sizeof(struct load), by_call);
	vec_for(load, &loads->all) {
		if (kept && by_call(&loads->all.data[kept - 1], load) == 0)
			loads->all.data[kept - 1].size += load->size;
		else
			loads->all.data[kept++] = *load;
	}
	loads->all.len = kept;
}

/* All calls but those that are just allowed, and but seccomp(2), which the last filter judges. */
static int find_loads(const struct policy *p, struct loads *loads)
{
	const struct arch *native = arch_native();
	uint32_t seccomp = arch_syscall_named(native, "seccomp")->nr;

	vec_for(block, &p->blocks) {
		vec_for(rule, &block->rules) {
			struct load load = { { block->arch, rule->nr }, 1 + cond_size(rule->cond) };

			if ((!rule->cond && rule->action.kind == ACTION_ALLOW) ||
			    (block->arch == native && rule->nr == seccomp) ||
			    arch_by_token(block->arch->token, rule->nr) != block->arch)
				continue;
			if (vec_push(&loads->all, load))
				return -ENOMEM;
			loads->size += load.size;
		}
	}
	join_equal(loads);
	return 0;
}

/* Deals the calls out evenly, neighbours together; parts[count - 1] has what is left. */
static int deal(const struct loads *loads, struct part *parts, size_t count)
{
	struct part *rest = &parts[count - 1];
	size_t dealt = 0;

	rest->is_rest = true;
	vec_for(load, &loads->all) {
		size_t to = dealt * count / loads->size;

		dealt += load->size;
		if (to < count - 1 &&
		    (vec_push(&parts[to].calls, load->call) || vec_push(&rest->calls, load->call)))
			return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		part_sort(&parts[i]);
	return 0;
}

static int compile_parts(const struct policy *p, const struct compile_options *options,
			 const struct part *parts, size_t count, struct stack *s, struct err *e)
{
	struct compile_options with_part = *options;
	uint32_t length = 0;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++) {
		struct filter f = { 0 };

		with_part.part = &parts[i];
		r = filter_compile(p, &with_part, &f, e);
		if (!r && vec_push(&s->all, f)) {
			filter_fini(&f);
			r = err_set(e, -ENOMEM, "out of memory");
		}
		length += r ? 0 : filter_kernel_length(&s->all.data[i]) + (i ? KERNEL_PENALTY : 0);
	}
	if (!r && length > KERNEL_MAX)
		r = err_set(
			e, -E2BIG,
			"%zu filters hold the policy, but the kernel counts %u instructions and "
			"takes %d",
			count, length, KERNEL_MAX);
	return r;
}

static int try_split(const struct policy *p, const struct compile_options *options,
		     const struct loads *loads, size_t count, struct stack *s, struct err *e)
{
	struct part parts[STACK_MAX] = { 0 };
	autostack struct stack made = { 0 };
	int r = deal(loads, parts, count);

	r = r ? err_set(e, r, "out of memory") : compile_parts(p, options, parts, count, &made, e);
	for (size_t i = 0; i < count; i++)
		part_fini(&parts[i]);
	if (r)
		return r;
	*s = made;
	made = (struct stack){ 0 };
	return 0;
}

int stack_compile(const struct policy *p, const struct compile_options *options, struct stack *s,
		  struct err *e)
{
	static const struct compile_options none;
	struct part whole[1] = { { .is_rest = true } };
	struct loads loads = { 0 };
	autostack struct stack one = { 0 };
	int r;

	options = options ? options : &none;
	r = compile_parts(p, options, whole, 1, &one, e);
	if (!r) {
		*s = one;
		one = (struct stack){ 0 };
		return 0;
	}
	if (r == -E2BIG && find_loads(p, &loads))
		r = err_set(e, -ENOMEM, "out of memory");
	for (size_t count = 2; r == -E2BIG && count <= STACK_MAX && loads.size; count++)
		r = try_split(p, options, &loads, count, s, e);
	vec_fini(&loads.all);
	return r;
}
