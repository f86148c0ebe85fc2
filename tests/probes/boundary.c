/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * boundary PROFILE...: asks the kernel what each profile's filter says at the edges of its rules.
 *
 * For every call that a rule names: each argument in turn takes every value one step inside and
 * one step outside what the rules mention, and every single bit beyond it, while the others keep
 * values that satisfy a rule. The call is really made, from a child under the really loaded
 * filter, and the kernel's verdict must be policy_eval's. Nothing is executed: a second filter
 * answers every call that the first one admits.
 *
 * Exit status 0: all verdicts are right, and each rule with a condition had calls on both sides.
 */
#include "base/cleanup.h"
#include "base/file.h"
#include "enforce/filter.h"
#include "policy/diagram.h"
#include "policy/text.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ADMITTED = 4000,  /* the errno that the second filter gives: none of the kernel's own */
	VALUES_MAX = 256, /* of one argument of one call */
};

struct values {
	uint64_t all[VALUES_MAX];
	unsigned count;
};

struct tally {
	unsigned long calls, killed, wrong;
	unsigned rules, one_sided;
};

/* Where the child leaves the answer to its call: it shares our memory. */
static volatile long answer;

static void die(const char *what)
{
	fprintf(stderr, "boundary: %s\n", what);
	exit(2);
}

static long call_native(uint32_t nr, const uint64_t args[SYSCALL_ARGS])
{
	long result = (long)nr;
	register uint64_t r10 __asm__("r10") = args[3];
	register uint64_t r8 __asm__("r8") = args[4];
	register uint64_t r9 __asm__("r9") = args[5];

	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(args[0]), "S"(args[1]), "d"(args[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* The sixth argument goes through ebp, which the compiler may be using. */
static long call_i386(uint32_t nr, const uint64_t args[SYSCALL_ARGS])
{
	long result = (long)nr;
	register uint64_t sixth __asm__("r8") = args[5];

	__asm__ volatile("push %%rbp\n\t"
			 "mov %%r8, %%rbp\n\t"
			 "int $0x80\n\t"
			 "pop %%rbp"
			 : "+a"(result), "+r"(sixth)
			 : "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]), "D"(args[4])
			 : "r9", "r10", "r11", "memory");
	return (int)result;
}

/* Answers everything but what the child needs to load the other filter and to end. */
static struct sock_filter answering[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 3),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 2, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ADMITTED),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static __attribute__((no_sanitize("address", "undefined"))) long
load(const struct sock_fprog *program)
{
	const uint64_t args[SYSCALL_ARGS] = { SECCOMP_SET_MODE_FILTER, 0, (uintptr_t)program };

	return call_native(SYS_seccomp, args);
}

/* Runs on its parent's memory and never comes back: no sanitizer may keep books about its frames,
 * and libc's exit may make calls that the filter forbids. */
static __attribute__((no_sanitize("address", "undefined"))) void
child(const struct sock_fprog *program, bool is_i386, const struct call *call)
{
	const struct sock_fprog first = { countof(answering), answering };
	const uint64_t failed[SYSCALL_ARGS] = { 2 }, done[SYSCALL_ARGS] = { 0 };

	if (load(&first) || load(program))
		call_native(SYS_exit_group, failed);
	if (is_i386)
		answer = call_i386(call->nr, call->args);
	else
		answer = call_native(call->nr, call->args);
	call_native(SYS_exit_group, done);
}

/* The kernel's verdict, as far as it shows: killed, an errno, or admitted. */
static struct action ask(const struct sock_fprog *program, const struct arch *arch,
			 const struct call *call)
{
	const bool is_i386 = strcmp(arch->name, "i386") == 0;
	int status;
	/* Copying a sanitizer's memory for each of thousands of calls would take minutes. */
	pid_t pid = vfork();

	if (!pid)
		child(program, is_i386, call);
	if (pid < 0)
		die("cannot fork");
	if (waitpid(pid, &status, 0) != pid)
		die("cannot wait");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return (struct action){ ACTION_KILL_PROCESS, 0 };
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("a child came to an unexpected end");
	if (answer == -ADMITTED)
		return (struct action){ ACTION_ALLOW, 0 };
	return (struct action){ ACTION_ERRNO, (uint16_t)-answer };
}

/* What ask() says of an action: trap kills, and what ranks below errno is answered as admitted. */
static struct action as_shown(struct action action)
{
	if (action.kind == ACTION_ERRNO)
		return action;
	return (struct action){ action.kind <= ACTION_TRAP ? ACTION_KILL_PROCESS : ACTION_ALLOW,
				0 };
}

static void print_call(const struct call *call, const struct arch *arch, const char *profile)
{
	autostr struct str s = { 0 };

	str_putf(&s, "%s: %s ", profile, arch->name);
	syscall_print(&s, arch, call->nr);
	for (int i = 0; i < SYSCALL_ARGS; i++)
		str_putf(&s, " %#lx", (unsigned long)call->args[i]);
	puts(str_text(&s));
}

struct subject {
	const char *name;
	const struct policy *policy;
	struct sock_fprog program;
	struct tally *tally;
};

/* Makes the call and compares; true when it was admitted. */
static bool check(const struct subject *s, const struct arch *arch, const struct call *call)
{
	struct action wanted = as_shown(policy_eval(s->policy, call, NULL));
	struct action got = ask(&s->program, arch, call);

	s->tally->calls++;
	s->tally->killed += got.kind == ACTION_KILL_PROCESS;
	if (!action_equal(wanted, got)) {
		s->tally->wrong++;
		printf("wanted %d(%u), got %d(%u): ", wanted.kind, wanted.data, got.kind, got.data);
		print_call(call, arch, s->name);
	}
	return got.kind == ACTION_ALLOW;
}

static void add(struct values *v, uint64_t value)
{
	for (unsigned i = 0; i < v->count; i++)
		if (v->all[i] == value)
			return;
	if (v->count < VALUES_MAX)
		v->all[v->count++] = value;
}

static void add_around(struct values *v, uint64_t value)
{
	add(v, value);
	add(v, value + 1);
	add(v, value - 1);
}

static void add_of_test(struct values *v, const struct test *t)
{
	if (t->op != OP_IN)
		add_around(v, t->value);
	for (size_t i = 0; t->op == OP_IN && i < t->range_count; i++) {
		add_around(v, t->ranges[i].low);
		add_around(v, t->ranges[i].high);
	}
	if (t->mask != UINT64_MAX) {
		add(v, t->mask);
		add(v, ~t->mask);
	}
}

/* What the condition mentions of argument arg. */
static void add_of_cond(struct values *v, const struct cond *c, unsigned arg)
{
	if (c->kind == COND_TEST && c->test.arg == arg)
		add_of_test(v, &c->test);
	for (size_t i = 0; i < c->count; i++)
		add_of_cond(v, c->children[i], arg);
}

static bool mentions(const struct cond *c, unsigned arg)
{
	if (c->kind == COND_TEST)
		return c->test.arg == arg;
	for (size_t i = 0; i < c->count; i++)
		if (mentions(c->children[i], arg))
			return true;
	return false;
}

/* Every value of interest for an argument: of all rules on the call, and each bit flipped. */
static void collect(struct values *v, const struct block *b, const struct call *base, unsigned arg)
{
	*v = (struct values){ 0 };
	vec_for(rule, &b->rules) {
		if (rule->nr == base->nr && rule->cond)
			add_of_cond(v, rule->cond, arg);
	}
	for (unsigned bit = 0; bit < b->arch->bits; bit++)
		add(v, base->args[arg] ^ (uint64_t)1 << bit);
}

/* The neighbours of a call that satisfies the rule. */
static void check_around(const struct subject *s, const struct block *b, const struct rule *rule,
			 const struct call *base)
{
	struct values values;
	bool in = check(s, b->arch, base), out = !in;

	for (unsigned arg = 0; arg < SYSCALL_ARGS; arg++) {
		if (!mentions(rule->cond, arg))
			continue;
		collect(&values, b, base, arg);
		for (unsigned i = 0; i < values.count; i++) {
			struct call call = *base;

			call.args[arg] = values.all[i];
			if (b->arch->bits == 32)
				call.args[arg] = (uint32_t)call.args[arg];
			*(check(s, b->arch, &call) ? &in : &out) = true;
		}
	}
	if (rule->action.kind < ACTION_LOG)
		return;
	s->tally->rules++;
	if (in && out)
		return;
	s->tally->one_sided++;
	printf("line %u: only one side of it was met: ", rule->line);
	print_call(base, b->arch, s->name);
}

/* Where other rules admit the call. */
static node_t others_hold(struct diagram *d, const struct block *b, const struct rule *rule)
{
	node_t all = diagram_leaf(d, 0);

	vec_for(other, &b->rules) {
		if (other != rule && other->nr == rule->nr && other->action.kind >= ACTION_LOG)
			all = diagram_or(d, all,
					 other->cond ? diagram_cond(d, other->cond)
						     : diagram_leaf(d, 1));
	}
	return all;
}

/* Around a call that this rule alone admits, so that a step out of the rule is a step outside. */
static void check_rule(const struct subject *s, const struct block *b, const struct rule *rule)
{
	struct diagram *d = diagram_new();
	struct call base = { 0 };
	node_t alone = NODE_FAILED;

	if (d)
		alone = diagram_and(d, diagram_cond(d, rule->cond),
				    diagram_not(d, others_hold(d, b, rule)));
	if (alone == NODE_FAILED)
		die("out of memory");
	if (diagram_witness(d, alone, &base)) {
		base.nr = rule->nr;
		base.token = b->arch->token;
		for (int i = 0; b->arch->bits == 32 && i < SYSCALL_ARGS; i++)
			base.args[i] = (uint32_t)base.args[i];
		check_around(s, b, rule, &base);
	}
	diagram_free(d);
}

/* Numbers that no argument decides about: unlisted ones, past the table, other ABIs' numbers. */
static void check_numbers(const struct subject *s, const struct arch *arch)
{
	static const uint32_t odd[] = { 512,	    547,	1000,	    1023,      1024,
					0x3fffffff, 0x7fffffff, 0x80000000, 0xffffffff };

	for (uint32_t nr = 0; nr < 480 + countof(odd); nr++) {
		struct call call = { .token = arch->token };

		call.nr = nr < 480 ? arch->nr_base + nr : odd[nr - 480];
		/* The launcher's way out, and two calls that the kernel exempts from seccomp. */
		if (arch == arch_native() && (call.nr == SYS_exit_group || call.nr == SYS_seccomp ||
					      call.nr == 335 || call.nr == 336))
			continue;
		check(s, arch, &call);
	}
}

/* The children need exit_group, which a pass admits. Its secrets are random enough here. */
static void compile(const char *path, const struct policy *p, struct sock_fprog *program)
{
	static const struct pass pass = { .path = 1, .argv = 2, .envp = 3 };
	autofilter struct filter f = { 0 };
	struct err e = { 0 };

	if (filter_compile(p, &(struct compile_options){ .pass = &pass }, &f, &e)) {
		fprintf(stderr, "boundary: %s: %s\n", path, e.text);
		exit(2);
	}
	program->filter = calloc(f.insns.len, sizeof(*program->filter));
	program->len = (unsigned short)f.insns.len;
	for (size_t i = 0; program->filter && i < f.insns.len; i++)
		program->filter[i] = f.insns.data[i].code;
}

static struct policy *parse(const char *path)
{
	autofree char *text = NULL;
	struct policy *p = NULL;
	struct err e = { 0 };
	size_t len;

	if (file_read(path, 1 << 20, &text, &len, &e) || policy_parse(text, len, path, &p, &e)) {
		fprintf(stderr, "boundary: %s\n", e.text);
		exit(2);
	}
	return p;
}

/* What this machine can be asked about. */
static const char *const callable[] = { "x86_64", "x32", "i386" };

static void check_profile(const char *path, struct tally *tally)
{
	autopolicy struct policy *p = parse(path);
	struct subject s = { .name = path, .policy = p, .tally = tally };

	compile(path, p, &s.program);
	autofree struct sock_filter *code = s.program.filter;
	vec_for(block, &p->blocks) {
		vec_for(rule, &block->rules) {
			if (rule->cond)
				check_rule(&s, block, rule);
		}
	}
	for (size_t i = 0; i < countof(callable); i++)
		check_numbers(&s, arch_by_name(callable[i]));
	(void)code;
}

int main(int argc, char **argv)
{
	struct tally t = { 0 };

	if (argc < 2)
		return 2;
	/* Children inherit no_new_privs; a dump of one would wait for all who share its memory. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		die("prctl");
	for (int i = 1; i < argc; i++)
		check_profile(argv[i], &t);
	printf("%lu calls: %lu killed, %lu wrong; %u rules, %u met on one side only\n", t.calls,
	       t.killed, t.wrong, t.rules, t.one_sided);
	return t.wrong || t.one_sided || !t.calls;
}
