/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random sequences of calls of libseccomp's interface, to our library and to the system's side by
 * side: the same answers, and filters with the same verdicts. What the manual pages promise
 * (expected.h) says who is right where they differ; libseccomp's mistakes are counted.
 *
 * usage: compat [--seed N] [--sequences N] [--seconds N]     what comes first ends it
 */
#include "base/cleanup.h"
#include "fuzz/draw.h"
#include "fuzz/library.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SEQUENCES = 400,   /* where neither number nor time is asked for */
	PATIENCE = 60,	   /* seconds for a sequence, which takes milliseconds */
	STEPS = 40,	   /* of a sequence */
	EVALUATIONS = 400, /* of each pair of filters */
	SLOTS = 3,	   /* filters of a sequence */
	EXIT_DIFFERS = 1,
	EXIT_USE = 2,
	EXIT_SKIP = 77,
};

/* One filter in both libraries, and what it must do. */
struct slot {
	scmp_filter_ctx ours, theirs;
	struct expected expected;
	/*
	 * libseccomp 2.5.4 keeps a copy of the filter to go back to where a rule cannot be added,
	 * and does not update it when arches come and go: the next rule that fails takes them back,
	 * or crashes. So no rules are added to a filter whose arches changed after its first rule.
	 */
	bool has_rules, is_sealed;
};

struct campaign {
	struct library ours, theirs;
	struct random random;
	struct slot slots[SLOTS];
	uint64_t steps, verdicts, open, open_differing, inexact, clashes;
	bool has_failed;
};

static uint64_t below(struct campaign *c, uint64_t n)
{
	return random_below(&c->random, n);
}

__attribute__((format(printf, 2, 3))) static void complain(struct campaign *c, const char *format,
							   ...)
{
	va_list list;

	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	putchar('\n');
	c->has_failed = true;
}

static void same(struct campaign *c, const char *what, int64_t ours, int64_t theirs)
{
	c->steps++;
	if (ours != theirs)
		complain(c, "%s: %" PRId64 ", libseccomp: %" PRId64, what, ours, theirs);
}

/* libseccomp's tree of some rule sets grows without end: that ends the campaign, and is no fault.
 */
static volatile sig_atomic_t is_asking_theirs;

static void give_up(int signal)
{
	static const char theirs[] = "ended early: libseccomp adds a rule for ever; go on with "
				     "another seed\n";
	static const char ours[] = "a sequence does not end\n";
	bool is_theirs = is_asking_theirs;
	ssize_t n;

	(void)signal;
	n = is_theirs ? write(STDOUT_FILENO, theirs, sizeof(theirs) - 1)
		      : write(STDOUT_FILENO, ours, sizeof(ours) - 1);
	_exit(is_theirs && n > 0 ? 0 : EXIT_DIFFERS);
}

static int add_to(const struct library *l, scmp_filter_ctx ctx, const struct added_rule *r,
		  unsigned form)
{
	switch (form) {
	case 0:
		return l->rule_add(ctx, r->action, r->nr, r->count, r->args[0], r->args[1],
				   r->args[2]);
	case 1:
		return l->rule_add_exact(ctx, r->action, r->nr, r->count, r->args[0], r->args[1],
					 r->args[2]);
	case 2:
		return l->rule_add_exact_array(ctx, r->action, r->nr, r->count, r->args);
	default:
		return l->rule_add_array(ctx, r->action, r->nr, r->count, r->args);
	}
}

/*
 * libseccomp looks for clashes in a tree of 32-bit words, where rules with different bounds can
 * share a node and are then taken for rules that clash.
 */
static bool has_bound(const struct added_rule *r)
{
	for (unsigned i = 0; i < r->count; i++)
		if (r->args[i].op != SCMP_CMP_EQ && r->args[i].op != SCMP_CMP_MASKED_EQ)
			return true;
	return false;
}

static void init(struct campaign *c, struct slot *s);

static void add_rule(struct campaign *c, struct slot *s)
{
	struct added_rule r = draw_rule(&c->random);
	unsigned form = (unsigned)below(c, 8);
	int ours, theirs;

	if (s->is_sealed)
		return;
	ours = add_to(&c->ours, s->ours, &r, form);
	is_asking_theirs = 1;
	theirs = add_to(&c->theirs, s->theirs, &r, form);
	is_asking_theirs = 0;
	s->has_rules = true;
	c->steps++;
	if (!ours && !theirs) {
		expected_add_rule(&s->expected, &r);
		return;
	}
	if (!ours && theirs == -EEXIST && has_bound(&r)) {
		c->clashes++;
		init(c, s);
		return;
	}
	if (ours != theirs)
		complain(c, "rule_add (form %u) of call %d, action 0x%x: %d, libseccomp: %d", form,
			 r.nr, r.action, ours, theirs);
}

static void init(struct campaign *c, struct slot *s)
{
	uint32_t action = draw_action(&c->random);

	c->ours.release(s->ours);
	c->theirs.release(s->theirs);
	s->ours = c->ours.init(action);
	s->theirs = c->theirs.init(action);
	same(c, "init", !!s->ours, !!s->theirs);
	if (!s->ours || !s->theirs) {
		c->ours.release(s->ours);
		c->theirs.release(s->theirs);
		action = SCMP_ACT_KILL;
		s->ours = c->ours.init(action);
		s->theirs = c->theirs.init(action);
	}
	expected_reset(&s->expected, action);
	s->has_rules = s->is_sealed = false;
}

static void reset(struct campaign *c, struct slot *s)
{
	uint32_t action = draw_action(&c->random);
	int r = c->ours.reset(s->ours, action);

	same(c, "reset", r, c->theirs.reset(s->theirs, action));
	if (r)
		return;
	expected_reset(&s->expected, action);
	s->has_rules = s->is_sealed = false;
}

static void change_arch(struct campaign *c, struct slot *s)
{
	const struct arch *arch = draw_arch(&c->random);
	uint32_t token = arch_token(arch);
	bool is_addition = below(c, 3);
	int r = is_addition ? c->ours.arch_add(s->ours, token)
			    : c->ours.arch_remove(s->ours, token);

	same(c, is_addition ? "arch_add" : "arch_remove", r,
	     is_addition ? c->theirs.arch_add(s->theirs, token)
			 : c->theirs.arch_remove(s->theirs, token));
	s->is_sealed |= r == 0 && s->has_rules;
	if (r == 0 && is_addition)
		expected_add_arch(&s->expected, arch);
	if (r == 0 && !is_addition)
		expected_remove_arch(&s->expected, arch);
	same(c, "arch_exist", c->ours.arch_exist(s->ours, token),
	     c->theirs.arch_exist(s->theirs, token));
	same(c, "arch_add of none", c->ours.arch_add(s->ours, 123),
	     c->theirs.arch_add(s->theirs, 123));
}

static void change_attribute(struct campaign *c, struct slot *s)
{
	int attribute = (int)below(c, 10); /* WAITKILL came later */
	uint32_t value = below(c, 2) ? (uint32_t)below(c, 4) : draw_action(&c->random);
	int r = c->ours.attr_set(s->ours, attribute, value);
	uint32_t got[2] = { 77, 77 };

	same(c, "attr_set", r, c->theirs.attr_set(s->theirs, attribute, value));
	same(c, "attr_get", c->ours.attr_get(s->ours, attribute, &got[0]),
	     c->theirs.attr_get(s->theirs, attribute, &got[1]));
	same(c, "attribute", got[0], got[1]);
	if (r == 0 && attribute == SCMP_FLTATR_ACT_BADARCH)
		s->expected.bad_arch = value;
}

static void merge(struct campaign *c, struct slot *s)
{
	struct slot *src = &c->slots[below(c, SLOTS)];
	int r;

	if (src == s)
		return;
	r = c->ours.merge(s->ours, src->ours);
	same(c, "merge", r, c->theirs.merge(s->theirs, src->theirs));
	if (r)
		return;
	expected_merge(&s->expected, &src->expected);
	s->is_sealed = true;
	src->ours = c->ours.init(SCMP_ACT_KILL);
	src->theirs = c->theirs.init(SCMP_ACT_KILL);
	expected_reset(&src->expected, SCMP_ACT_KILL);
	src->has_rules = src->is_sealed = false;
}

static void set_priority(struct campaign *c, struct slot *s)
{
	int nr = draw_number(&c->random);
	uint8_t priority = (uint8_t)below(c, 256);

	if (s->is_sealed)
		return;
	s->has_rules = true;
	same(c, "priority", c->ours.priority(s->ours, nr, priority),
	     c->theirs.priority(s->theirs, nr, priority));
}

/* Names that libseccomp does not know yet, or not on that arch, are left out. */
static void resolve(struct campaign *c)
{
	const struct arch *arch = draw_arch(&c->random);
	uint32_t token = arch_token(arch);
	const char *name = arch_native()->syscalls[below(c, 335)].name;
	int theirs = c->theirs.resolve_name_arch(token, name);
	int nr = below(c, 2) ? theirs : draw_number(&c->random);
	autofree char *our_name = c->ours.resolve_num_arch(token, nr);
	autofree char *their_name = c->theirs.resolve_num_arch(token, nr);

	if (theirs == __NR_SCMP_ERROR)
		return;
	if (our_name && !their_name &&
	    c->theirs.resolve_name_arch(token, our_name) == __NR_SCMP_ERROR)
		return;
	same(c, name, c->ours.resolve_name_arch(token, name), theirs);
	same(c, "resolve_name", c->ours.resolve_name(name), c->theirs.resolve_name(name));
	same(c, "resolve_name_rewrite", c->ours.resolve_name_rewrite(token, name),
	     c->theirs.resolve_name_rewrite(token, name));
	if (!!our_name != !!their_name || (our_name && strcmp(our_name, their_name) != 0))
		complain(c, "resolve_num_arch of %d on %s: %s, libseccomp: %s", nr, arch->name,
			 our_name, their_name);
}

static uint32_t called_number(struct campaign *c, const struct arch *arch)
{
	const char *name;
	int nr = draw_number(&c->random);
	const struct syscall *call = NULL;

	if (!below(c, 6))
		return arch->nr_base + (uint32_t)below(c, 450);
	if (nr == -1)
		return (uint32_t)nr;
	/* socketcall and ipc are worth a visit */
	name = below(c, 4) ? NULL : below(c, 2) ? "socketcall" : "ipc";
	if (!name && nr >= 0 && arch_syscall(arch_native(), (uint32_t)nr))
		name = arch_syscall(arch_native(), (uint32_t)nr)->name;
	if (name)
		call = arch_syscall_named(arch, name);
	return call ? call->nr : arch->nr_base + (uint32_t)below(c, 64);
}

static struct call some_call(struct campaign *c, const struct slot *s)
{
	const struct arch *arch = draw_arch(&c->random);
	struct call call = { .token = arch->token, .nr = called_number(c, arch) };

	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		call.args[i] = below(c, 4) ? random_value(&c->random) : below(c, 26);
	/* Values that rules compare with, or their neighbours. */
	vec_for(a, &s->expected.arches) {
		const struct added_rule *r;

		if (!a->rules.len)
			continue;
		r = &a->rules.data[below(c, a->rules.len)];
		for (unsigned i = 0; i < r->count; i++)
			if (below(c, 2))
				call.args[r->args[i].arg] =
					(r->args[i].op == SCMP_CMP_MASKED_EQ ? r->args[i].datum_b
									     : r->args[i].datum_a) +
					below(c, 3) - 1;
	}
	return call;
}

static bool is_among(const struct verdicts *v, uint32_t verdict)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->all[i] == verdict)
			return true;
	return false;
}

static void compare_verdicts(struct campaign *c, const struct slot *s, const struct filter *ours,
			     const struct filter *theirs)
{
	struct call call = some_call(c, s);
	struct verdicts v;
	uint32_t our, their;

	expected_verdicts(&s->expected, &call, &v);
	if (filter_simulate(ours, &call, &our, NULL, NULL) ||
	    filter_simulate(theirs, &call, &their, NULL, NULL)) {
		complain(c, "a filter cannot be simulated");
		return;
	}
	c->verdicts++;
	if (!is_among(&v, our))
		complain(c,
			 "verdict 0x%x on token 0x%x nr %d args 0x%" PRIx64 " 0x%" PRIx64
			 " 0x%" PRIx64 ": not 0x%x; libseccomp 0x%x",
			 our, call.token, (int)call.nr, call.args[0], call.args[1], call.args[2],
			 v.all[0], their);
	c->open += v.count > 1;
	c->open_differing += v.count > 1 && our != their;
	c->inexact += !is_among(&v, their);
}

static void compare_filters(struct campaign *c, struct slot *s)
{
	autofilter struct filter ours = { 0 };
	autofilter struct filter theirs = { 0 };
	int r = library_filter(&c->ours, s->ours, &ours);
	int t = library_filter(&c->theirs, s->theirs, &theirs);

	same(c, "export_bpf", r, t);
	for (int i = 0; !r && !t && !c->has_failed && i < EVALUATIONS; i++)
		compare_verdicts(c, s, &ours, &theirs);
}

static void step(struct campaign *c)
{
	struct slot *s = &c->slots[below(c, SLOTS)];

	switch (below(c, 20)) {
	case 0:
	case 1:
		change_arch(c, s);
		break;
	case 2:
		change_attribute(c, s);
		break;
	case 3:
		merge(c, s);
		break;
	case 4:
		set_priority(c, s);
		break;
	case 5:
		resolve(c);
		break;
	case 6:
		same(c, "notify_fd", c->ours.notify_fd(s->ours), c->theirs.notify_fd(s->theirs));
		break;
	case 7:
		if (!below(c, 8))
			reset(c, s);
		break;
	default:
		add_rule(c, s);
		break;
	}
}

static void run_sequence(struct campaign *c)
{
	random_refill(&c->random);
	for (int i = 0; i < SLOTS; i++)
		init(c, &c->slots[i]);
	for (int i = 0; i < STEPS && !c->has_failed; i++)
		step(c);
	for (int i = 0; i < SLOTS && !c->has_failed; i++)
		compare_filters(c, &c->slots[i]);
}

static bool open_libraries(struct campaign *c)
{
	const char *top = getenv("top_builddir");
	autostr struct str path = { 0 };

	str_putf(&path, "%s/compat/libseccomp.so.2", top ? top : ".");
	/* The system's first: a name without a folder would then find ours. */
	if (!library_open("libseccomp.so.2", &c->theirs))
		return false;
	if (!library_open(str_text(&path), &c->ours))
		exit(EXIT_USE);
	/* One level for both, that of libseccomp 2.5. */
	same(c, "api_set", c->ours.api_set(6), c->theirs.api_set(6));
	same(c, "api_set", c->ours.api_set(0), c->theirs.api_set(0));
	same(c, "arch_native", c->ours.arch_native(), c->theirs.arch_native());
	return true;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 'r' },
		{ "sequences", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ 0 },
	};
	struct campaign c = { 0 };
	uint64_t seed = 1, sequences = SEQUENCES, done = 0;
	time_t end = 0;

	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (o) {
		case 'r':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			sequences = strtoull(optarg, NULL, 0);
			break;
		case 's':
			end = time(NULL) + strtol(optarg, NULL, 0);
			sequences = UINT64_MAX;
			break;
		default:
			return EXIT_USE;
		}
	}
	if (!open_libraries(&c))
		return EXIT_SKIP;
	signal(SIGALRM, give_up);
	for (; done < sequences && !c.has_failed && (!end || time(NULL) < end); done++) {
		c.random.state = seed + done;
		alarm(PATIENCE);
		run_sequence(&c);
		if (c.has_failed)
			printf("seed %" PRIu64 "\n", seed + done);
	}
	printf("%" PRIu64 " sequences, %" PRIu64 " answers, %" PRIu64 " verdicts; in %" PRIu64
	       " several rules were right (in %" PRIu64 " libseccomp took another), in %" PRIu64
	       " libseccomp was wrong; it refused %" PRIu64 " rules\n",
	       done, c.steps, c.verdicts, c.open, c.open_differing, c.inexact, c.clashes);
	return c.has_failed ? EXIT_DIFFERS : 0;
}
