/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont simulate: what a filter says to one call, and the way it takes there. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/raw.h"
#include "cli/say.h"
#include "enforce/view.h"
#include "policy/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { NEAR_NAMES = 3 };

struct question {
	const char *db;
	bool want_json;
	struct policy *policy; /* NULL: a raw program */
	struct filter filter;
	const struct arch *arch;
	struct call call;
	unsigned arg_count;
	struct steps path;
	struct action verdict;
};

/* A program is for machines of one byte order; of a profile, the arch's is meant. */
static int load(struct question *q, const char *word, struct err *e)
{
	int r;

	if (raw_is_named(word)) {
		r = raw_read(word, &q->filter, e);
		if (!r && q->filter.is_big_endian != q->arch->is_big_endian)
			r = err_set(e, -EINVAL, "%s is a program in the other byte order than %s's",
				    word, q->arch->name);
		return r;
	}
	r = profile_load(word, q->db, &q->policy, e);
	if (r)
		return r;
	policy_keep_order(q->policy, q->arch->is_big_endian);
	return filter_compile(q->policy, NULL, &q->filter, e);
}

static void put_near(struct str *out, const char *const near[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_putf(out, "%s%s", i ? ", " : "; did you mean ", near[i]);
}

/* A number in C's notation, also negative, all of the word; false when it is none. */
static bool read_number(const char *word, size_t len, uint64_t *value)
{
	autofree char *text = strndup(word, len);
	bool is_negative = len > 0 && word[0] == '-';
	const char *digits = text ? text + is_negative : "";
	char *end;

	if (digits[0] < '0' || digits[0] > '9')
		return false;
	errno = 0;
	unsigned long long n = strtoull(digits, &end, 0);
	if (errno || *end || (is_negative && n > UINT64_C(1) << 63))
		return false;
	*value = is_negative ? -n : n;
	return true;
}

static int read_arch(struct question *q, const char *name, struct err *e)
{
	autostr struct str known = { 0 };

	q->arch = arch_by_name(name);
	if (q->arch)
		return 0;
	for (const struct arch *const *a = arches; *a; a++)
		str_putf(&known, "%s%s", a == arches ? "" : ", ", (*a)->name);
	return err_set(e, -EINVAL, "unknown arch \"%s\"; known are %s", name, str_text(&known));
}

/* A name, a number, or '#' and a number. Numbers below the arch's first one count from it. */
static int read_syscall(struct question *q, const char *word, struct err *e)
{
	const struct syscall *call = arch_syscall_named(q->arch, word);
	const char *number = word[0] == '#' ? word + 1 : word;
	const char *near[NEAR_NAMES];
	autostr struct str hint = { 0 };
	uint64_t nr;

	if (call) {
		q->call.nr = call->nr;
		return 0;
	}
	if (read_number(number, strlen(number), &nr)) {
		if (nr > UINT32_MAX && nr < (uint64_t)INT32_MIN)
			return err_set(e, -EINVAL, "syscall number %s does not fit into 32 bits",
				       number);
		q->call.nr = (uint32_t)nr;
		if (q->call.nr < SYSCALL_TABLE)
			q->call.nr += q->arch->nr_base;
		return 0;
	}
	put_near(&hint, near, arch_syscalls_near(q->arch, word, near, NEAR_NAMES));
	return err_set(e, -EINVAL, "%s has no syscall \"%s\"%s", q->arch->name, word,
		       str_text(&hint));
}

static int read_term(const struct arch *arch, const char *word, size_t len, uint64_t *value,
		     struct err *e)
{
	autofree char *name = strndup(word, len);
	const char *near[NEAR_NAMES];
	autostr struct str hint = { 0 };

	if (!name)
		return err_set(e, -ENOMEM, "out of memory");
	if (read_number(word, len, value) || arch_constant(arch, name, value))
		return 0;
	put_near(&hint, near, arch_constants_near(arch, name, near, NEAR_NAMES));
	return err_set(e, -EINVAL, "\"%s\" is neither a number nor a constant of %s%s", name,
		       arch->name, str_text(&hint));
}

/* Numbers and constants, joined by '|'. */
static int read_arg(const struct arch *arch, const char *word, uint64_t *value, struct err *e)
{
	uint64_t joined = 0, term = 0;

	for (const char *at = word;;) {
		size_t len = strcspn(at, "|");
		int r = read_term(arch, at, len, &term, e);

		if (r)
			return r;
		joined |= term;
		if (!at[len])
			break;
		at += len + 1;
	}
	*value = joined;
	return 0;
}

static int read_call(struct question *q, int count, char **words, struct err *e)
{
	int r = read_syscall(q, words[1], e);

	if (r)
		return r;
	q->call.token = q->arch->token;
	q->arg_count = (unsigned)count - 2;
	for (unsigned i = 0; !r && i < q->arg_count; i++)
		r = read_arg(q->arch, words[2 + i], &q->call.args[i], e);
	return r;
}

static void put_call(struct str *out, const struct question *q)
{
	syscall_print(out, q->arch, q->call.nr);
	str_putc(out, '(');
	for (unsigned i = 0; i < q->arg_count; i++)
		str_putf(out, "%s0x%llx", i ? ", " : "", (unsigned long long)q->call.args[i]);
	str_putf(out, ") on %s\n", q->arch->name);
}

/* What of the policy decides: a rule, or one of its three clauses for what no rule names. */
static void put_reason(struct str *out, const struct question *q)
{
	const struct rule *by = NULL;
	struct action action = policy_eval(q->policy, &q->call, &by);
	struct insn insn = { .arch = q->arch, .nr = q->call.nr, .has_nr = true, .rule = by };

	if (by)
		insn_print_rule(out, &insn);
	else if (!policy_block(q->policy, q->arch))
		str_put(out, "foreign-arch");
	else if (q->policy->newer.version &&
		 q->call.nr > arch_highest_nr(q->arch, q->policy->newer.version) &&
		 action_equal(action, policy_newer(q->policy, q->arch)))
		str_put(out, "newer");
	else
		str_put(out, "default");
}

static void put_step(struct str *out, const struct question *q, uint32_t pc, const struct view *v)
{
	str_putf(out, "  %4u  ", pc);
	insn_print(out, &q->filter, pc);
	str_pad(out, 36);
	str_put(out, "; ");
	insn_explain(out, &q->filter, pc, v);
	while (out->len && (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == ';'))
		out->data[--out->len] = 0;
	str_putc(out, '\n');
}

static int put_text(const struct question *q, const struct view *views)
{
	autostr struct str out = { 0 };

	str_put(&out, "call     ");
	put_call(&out, q);
	str_put(&out, "verdict  ");
	action_print(&out, q->verdict, q->arch);
	if (q->policy) {
		str_put(&out, "\nby       ");
		put_reason(&out, q);
	}
	str_putf(&out, "\npath     %zu instruction%s\n", q->path.all.len,
		 plural_s(q->path.all.len));
	vec_for(step, &q->path.all)
		put_step(&out, q, step->pc, &views[step->pc]);
	return say_text(&out);
}

static json_t *path_json(const struct question *q, const struct view *views)
{
	json_t *path = json_array();

	vec_for(step, &q->path.all) {
		autostr struct str code = { 0 }, words = { 0 };

		insn_print(&code, &q->filter, step->pc);
		insn_explain(&words, &q->filter, step->pc, &views[step->pc]);
		json_array_append_new(path, json_pack("{s:i, s:s, s:s}", "pc", (int)step->pc,
						      "instruction", str_text(&code), "meaning",
						      str_text(&words)));
	}
	return path;
}

static int put_json(const struct question *q, const struct view *views)
{
	autostr struct str name = { 0 }, verdict = { 0 }, reason = { 0 };
	json_t *args = json_array(), *json;

	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		json_array_append_new(args,
				      json_sprintf("0x%llx", (unsigned long long)q->call.args[i]));
	syscall_print(&name, q->arch, q->call.nr);
	action_print(&verdict, q->verdict, q->arch);
	if (q->policy)
		put_reason(&reason, q);
	json = json_pack("{s:s, s:s, s:I, s:o, s:s, s:o}", "arch", q->arch->name, "syscall",
			 str_text(&name), "nr", (json_int_t)q->call.nr, "args", args, "verdict",
			 str_text(&verdict), "path", path_json(q, views));
	if (json && q->policy)
		json_object_set_new(json, "by", json_string(str_text(&reason)));
	return say_json(json);
}

static int answer(struct question *q, struct err *e)
{
	autofree struct view *views = NULL;
	uint32_t ret;
	int r = filter_simulate(&q->filter, &q->call, &ret, &q->path, e);

	if (r)
		return say_fail(e, EXIT_USAGE);
	views = filter_views(&q->filter);
	if (!views)
		return say_fail((err_set(e, -ENOMEM, "out of memory"), e), EXIT_USAGE);
	q->verdict = action_from_ret(ret);
	return (q->want_json ? put_json : put_text)(q, views);
}

static int parse_options(int argc, char **argv, struct question *q)
{
	const struct option_row options[] = {
		{ "db", 'd', .word = &q->db },
		{ "json", 0, .flag = &q->want_json },
	};
	int status = options_take(argc, argv, OPTIONS_FIRST, options, countof(options));

	if (status)
		return status;
	if (argc - optind < 3)
		return say_usage("PROFILE (or FILE.bpf), ARCH and SYSCALL are needed");
	if (argc - optind > 3 + SYSCALL_ARGS)
		return say_usage("a call has at most %d arguments", SYSCALL_ARGS);
	return EXIT_FINE;
}

static int run(int argc, char **argv)
{
	struct question q = { 0 };
	struct err e = { 0 };
	int status = parse_options(argc, argv, &q);

	if (!status && (read_arch(&q, argv[optind + 1], &e) || load(&q, argv[optind], &e) ||
			read_call(&q, argc - optind - 1, argv + optind + 1, &e)))
		status = say_fail(&e, EXIT_USAGE);
	if (!status)
		status = answer(&q, &e);
	filter_fini(&q.filter);
	policy_free(q.policy);
	vec_fini(&q.path.all);
	return status;
}

const struct command command_simulate = {
	.name = "simulate",
	.summary = "run one call through a filter on paper",
	.usage = "[-d DB] [--json] PROFILE|FILE.bpf ARCH SYSCALL [ARG...]",
	.options =
		"      --json   one object\n"
		"  -d, --db DB  the store that PROFILE is in, when it is no file\n"
		"\n"
		"ARG is a number (1000, 0x3e8, -1) or constants (O_RDONLY, PROT_READ|PROT_WRITE);\n"
		"those not given are 0.\n",
	.run = run,
};
