/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont explain: who made a call, when, how often, with what. */
#include "cli/commands.h"

#include "base/cleanup.h"
#include "cli/board.h"
#include "cli/option.h"
#include "cli/seen.h"
#include "learn/danger.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { TEXTS_SHOWN = 20 };

struct request {
	const char *what, *call, *db;
	uint32_t nr; /* of a call that was named by its number */
	bool is_number, is_json;
};

/* "openat", "257" or "#463": 0, or -EINVAL when no arch has such a name. */
static int parse_call(struct request *request, struct err *e)
{
	const char *number = request->call + (*request->call == '#');
	const char *near[3];
	char *end;

	if (*number && strspn(number, "0123456789") == strlen(number)) {
		errno = 0;
		unsigned long nr = strtoul(number, &end, 10);
		if (errno || nr > UINT32_MAX)
			return err_set(e, -EINVAL, "\"%s\" is no syscall number", request->call);
		request->nr = (uint32_t)nr;
		request->is_number = true;
		return 0;
	}
	for (const struct arch *const *arch = arches; *arch; arch++)
		if (arch_syscall_named(*arch, request->call))
			return 0;
	if (!arch_syscalls_near(arch_native(), request->call, near, countof(near)))
		return err_set(e, -EINVAL, "unknown syscall \"%s\"", request->call);
	return err_set(e, -EINVAL, "unknown syscall \"%s\"; did you mean %s?", request->call,
		       near[0]);
}

static bool is_asked_for(const struct request *request, const struct arch *arch, uint32_t nr)
{
	const struct syscall *call = arch_syscall(arch, nr);

	if (request->is_number)
		return nr == request->nr;
	return call && strcmp(call->name, request->call) == 0;
}

/* Leaves only what was asked for; how many runs have any of it. */
static uint32_t keep_asked_for(const struct request *request, struct observations *o)
{
	autofree bool *has_call = calloc(o->runs + 1, sizeof(*has_call));
	size_t kept = 0;
	uint32_t runs = 0;

	for (size_t i = 0; i < o->all.len; i++) {
		struct observation *this = &o->all.data[i], dropped;

		if (!is_asked_for(request, this->arch, this->nr))
			continue;
		vec_for(run, &this->run_indices)
			if (has_call)
				has_call[*run] = true;
		/* Swapped, so that what goes is still freed with the rest. */
		dropped = o->all.data[kept];
		o->all.data[kept++] = *this;
		*this = dropped;
	}
	for (uint32_t i = 0; has_call && i < o->runs; i++)
		runs += has_call[i];
	for (size_t i = kept; i < o->all.len; i++) {
		vec_fini(&o->all.data[i].run_indices);
		vec_fini(&o->all.data[i].texts);
	}
	o->all.len = kept;
	return runs;
}

/* The same of denials. */
static void keep_denials_asked_for(const struct request *request, struct denials *denials)
{
	size_t kept = 0;

	vec_for(d, &denials->all) {
		if (is_asked_for(request, d->arch, d->nr))
			denials->all.data[kept++] = *d;
	}
	denials->all.len = kept;
}

static void print_times(struct str *out, int64_t first, int64_t last)
{
	char from[32], to[32];

	time_print(first, from);
	time_print(last, to);
	str_putf(out, "first %s, last %s", from, to);
}

static void print_head(struct str *out, const struct request *request,
		       const struct observations *all, uint32_t runs)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	uint64_t count = 0;

	vec_for(o, &all->all) {
		count += o->count;
		first = o->first < first ? o->first : first;
		last = o->last > last ? o->last : last;
	}
	str_put_escaped(out, request->call, strlen(request->call));
	str_putf(out, ": %" PRIu64 " call%s in %u of %u run%s, ", count, plural_s(count), runs,
		 all->runs, plural_s(all->runs));
	print_times(out, first, last);
	str_putc(out, '\n');
}

static void print_stack(struct str *out, const char *stack)
{
	str_put(out, "      from\n");
	while (*stack) {
		size_t len = strcspn(stack, "\n");

		str_put(out, "        ");
		str_put_escaped(out, stack, len);
		str_putc(out, '\n');
		stack += len + (stack[len] == '\n');
	}
}

/* The exact arguments of an observation as a condition; NULL: out of memory. */
static struct cond *cond_of(const struct observation *o)
{
	struct cond *all = cond_bool(true);

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const struct folded *f = &o->args[i];
		struct test test = { .arg = (uint8_t)i,
				     .bits = 64,
				     .op = OP_EQ,
				     .mask = UINT64_MAX,
				     .value = f->low };

		if (f->kind != FOLD_VALUE)
			continue;
		/* 32 bits say enough where the value fits them, signed or not. */
		if ((uint32_t)f->low == f->low ||
		    (f->is_signed && (int32_t)f->low == (int64_t)f->low)) {
			test.bits = 32;
			test.is_signed = f->is_signed;
		}
		all = cond_and(all, cond_test(test));
	}
	return all;
}

/* What an attacker would like about it. */
static void print_danger(struct str *out, const struct observation *o)
{
	autocond struct cond *cond = cond_of(o);
	const struct danger *danger = cond ? danger_of(o->arch, o->nr, cond) : NULL;

	if (danger)
		str_putf(out, "      danger: %s: %s\n", danger->name, danger->reason);
}

static void print_tuple(struct str *out, const struct observation *o, uint32_t runs)
{
	str_putf(out, "%10" PRIu64 "  ", o->count);
	tuple_print(out, o);
	str_putf(out, "\n      in %u of %u run%s, ", o->runs, runs, plural_s(runs));
	print_times(out, o->first, o->last);
	if (o->command_len) {
		str_put(out, "\n      first by ");
		argv_print(out, o->command, o->command_len);
	}
	str_putc(out, '\n');
	if (o->is_capped)
		str_put(out, "      past a cap: stands for more than it shows\n");
	print_danger(out, o);
	texts_print(out, o, "      ", TEXTS_SHOWN);
	if (o->stack)
		print_stack(out, o->stack);
}

static int print_people(const struct request *request, const struct seen *seen, uint32_t having)
{
	const struct observations *all = &seen->observations;
	autostr struct str out = { 0 };

	if (all->all.len)
		print_head(&out, request, all, having);
	else
		str_putf(&out, "never made in %u run%s\n", all->runs, plural_s(all->runs));
	for (size_t i = 0; i < all->all.len; i++) {
		seen_heading(&out, seen, i);
		print_tuple(&out, &all->all.data[i], all->runs);
	}
	denials_print(&out, &seen->denials);
	return say_text(&out);
}

static int print_json(const struct seen *seen, uint32_t having)
{
	json_t *json = seen_json(seen);

	if (json && json_object_set_new(json, "runs_with_it", json_integer(having)))
		json_decref(take(json));
	return say_json(json);
}

static int explain(const struct request *request)
{
	autoseen struct seen seen = { 0 };
	struct observations *o = &seen.observations;
	struct err e = { 0 };
	int status;

	if (seen_find(&seen, request->what, request->db, &e))
		return say_fail(&e, EXIT_USAGE);
	uint32_t having = keep_asked_for(request, o);
	keep_denials_asked_for(request, &seen.denials);
	bool has_any = o->all.len || seen.denials.all.len;
	if (!has_any && !request->is_json) {
		err_set(&e, -ENOENT, "%s never made the call %s in %u run%s", request->what,
			request->call, o->runs, plural_s(o->runs));
		return say_fail(&e, EXIT_NO);
	}
	status =
		request->is_json ? print_json(&seen, having) : print_people(request, &seen, having);
	return status == EXIT_FINE && !has_any ? EXIT_NO : status;
}

static int run(int argc, char **argv)
{
	struct request request = { 0 };
	const struct option_row options[] = {
		{ "db", 'd', .word = &request.db },
		{ "json", 0, .flag = &request.is_json },
	};
	struct err e = { 0 };
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (argc - optind != 2)
		return say_usage("name an app and a syscall");
	request.what = argv[optind];
	request.call = argv[optind + 1];
	if (parse_call(&request, &e))
		return say_fail(&e, EXIT_USAGE);
	return explain(&request);
}

const struct command command_explain = {
	.name = "explain",
	.summary = "tell who made a call, when, how often, with what",
	.usage = "[-d DB] [--json] APP[@RELEASE]|RUN SYSCALL",
	.options = "  -d, --db DB    the store\n"
		   "      --json     one object, as of 'wont show --json'\n"
		   "\n"
		   "SYSCALL is a name or a number. The exit status is 1 when the call was "
		   "neither made nor denied.\n",
	.run = run,
};
