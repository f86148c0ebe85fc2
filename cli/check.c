/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont check: does a profile parse, fit into a filter, and is that filter exactly the profile? */
#include "cli/commands.h"
#include "cli/option.h"
#include "cli/profile.h"
#include "cli/proved.h"
#include "cli/raw.h"
#include "cli/say.h"
#include "policy/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SHARES_SHOWN = 10 }; /* costliest calls of --cost */

struct choice {
	const char *db;
	const char *filter; /* a raw program to be checked in the compiler's place, or NULL */
	bool at_most;
	bool want_cost;
	bool want_json;
};

struct result {
	const struct policy *policy;
	struct filter filter;
	struct filter_cost cost;
	double seconds; /* of the proof */
};

static size_t count_rules(const struct policy *p)
{
	size_t count = 0;

	vec_for(block, &p->blocks)
		count += block->rules.len;
	return count;
}

static void put_arches(struct str *out, const struct policy *p)
{
	vec_for(block, &p->blocks)
		str_putf(out, "%s%s", block == p->blocks.data ? "" : ", ", block->arch->name);
}

/* Instructions that serve one call alone, per call, the costliest first. */
static void put_shares(struct str *out, const struct result *r)
{
	autoshares struct filter_shares shares = { 0 };

	if (filter_share_out(&r->filter, &shares)) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < shares.all.len && i < SHARES_SHOWN; i++) {
		const struct filter_share *share = &shares.all.data[i];

		str_put(out, i ? "  " : "costliest   ");
		str_pad(out, 12);
		syscall_print(out, share->arch, share->nr);
		str_putf(out, " on %s: %u instruction%s\n", share->arch->name, share->count,
			 plural_s(share->count));
	}
}

static void put_text(struct str *out, const struct choice *c, const struct result *r)
{
	size_t rules = count_rules(r->policy);

	str_putf(out, "profile     %zu rule%s for ", rules, plural_s(rules));
	put_arches(out, r->policy);
	str_put(out, r->policy->blocks.len ? "\n" : "no arch\n");
	str_putf(out, "filter      %u instruction%s of %d, at most %u executed, %.1f on average\n",
		 r->cost.instructions, plural_s(r->cost.instructions), FILTER_MAX, r->cost.worst,
		 r->cost.mean);
	str_putf(out, "proof       the filter is exactly the profile (%.1f ms)\n",
		 r->seconds * 1e3);
	if (c->want_cost) {
		str_putf(out,
			 "cache       %u numbers are answered by the kernel without the filter\n",
			 r->cost.constant);
		str_putf(out,
			 "reaching    %.1f %% of the calls reach the filter and execute %.1f "
			 "instructions on average\n",
			 r->cost.reaching * 100, r->cost.mean_reaching);
		put_shares(out, r);
	}
}

static json_t *share_json(const struct result *r)
{
	autoshares struct filter_shares shares = { 0 };
	json_t *list = json_array();

	if (filter_share_out(&r->filter, &shares))
		return list;
	vec_for(share, &shares.all) {
		autostr struct str name = { 0 };

		syscall_print(&name, share->arch, share->nr);
		json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "arch", share->arch->name,
						      "syscall", str_text(&name), "instructions",
						      (int)share->count));
	}
	return list;
}

static json_t *result_json(const struct choice *c, const struct result *r)
{
	json_t *names = json_array();
	json_t *json;

	vec_for(block, &r->policy->blocks)
		json_array_append_new(names, json_string(block->arch->name));
	json = json_pack("{s:b, s:I, s:o, s:i, s:i, s:f, s:i, s:f, s:f, s:f}", "proved", 1, "rules",
			 (json_int_t)count_rules(r->policy), "arches", names, "instructions",
			 (int)r->cost.instructions, "worst", (int)r->cost.worst, "mean",
			 r->cost.mean, "cached", (int)r->cost.constant, "reaching",
			 r->cost.reaching, "mean_reaching", r->cost.mean_reaching, "proof_seconds",
			 r->seconds);
	if (json && c->want_cost)
		json_object_set_new(json, "calls", share_json(r));
	return json;
}

static int put_verdict(const struct choice *c, const char *relation, bool is_it, const char *why)
{
	autostr struct str out = { 0 };

	if (c->want_json)
		return say_json(json_pack("{s:s, s:b, s:s*}", "filter", c->filter, relation, is_it,
					  "difference", is_it ? NULL : why));
	str_put_escaped(&out, c->filter, strlen(c->filter));
	str_putf(&out, is_it ? " is %s the profile\n" : " is not %s the profile: ",
		 c->at_most ? "at most" : "exactly");
	if (!is_it)
		str_putf(&out, "%s\n", why);
	return say_text(&out);
}

/* Whose filter comes first, or is meant where one can be only: this machine's where the profile has
 * it. */
static bool is_first_big_endian(const struct policy *p)
{
	bool is_big_endian = arch_native()->is_big_endian;

	return p->blocks.len && !policy_has_order(p, is_big_endian) ? !is_big_endian
								    : is_big_endian;
}

/* Does a program from elsewhere say what the profile says, or nothing that it does not allow? */
static int check_filter(const struct choice *c, struct policy *p)
{
	autofilter struct filter f = { 0 };
	struct err e = { 0 };
	int r = raw_read(c->filter, &f, &e), status;

	if (r)
		return say_fail(&e, EXIT_USAGE);
	if (p->blocks.len && !policy_has_order(p, f.is_big_endian))
		return say_fail((err_set(&e, -EINVAL,
					 "%s is in the other byte order than the profile's arches",
					 c->filter),
				 &e),
				EXIT_USAGE);
	policy_keep_order(p, f.is_big_endian);
	r = c->at_most ? filter_at_most(&f, p, NULL, &e) : filter_prove(&f, p, NULL, NULL, &e);
	if (r && r != -EPROTO)
		return say_fail(&e, proved_status(r));
	status = put_verdict(c, c->at_most ? "at_most" : "exactly", r == 0, e.text);
	return status ? status : proved_status(r);
}

/* The filter of the profile's arches of one byte order, as text or appended to the list. */
static int check_order(const struct choice *c, const struct policy *all, bool is_big_endian,
		       struct str *out, json_t *list)
{
	autopolicy struct policy *p = policy_clone(all);
	struct result result = { .policy = p };
	struct err e = { 0 };
	int r = p ? 0 : err_set(&e, -ENOMEM, "out of memory");

	if (!r) {
		policy_keep_order(p, is_big_endian);
		r = proved_compile(p, &result.filter, &result.seconds, &e);
	}
	if (!r)
		r = filter_cost(&result.filter, p, &result.cost, &e);
	if (!r && c->want_json)
		json_array_append_new(list, result_json(c, &result));
	else if (!r)
		put_text(out, c, &result);
	filter_fini(&result.filter);
	return r ? say_fail(&e, proved_status(r)) : EXIT_FINE;
}

/* One object; an array where the profile has arches of both byte orders. */
static int put_results(const struct choice *c, const struct str *out, json_t *list)
{
	json_t *json = json_array_size(list) == 1 ? json_array_get(list, 0) : list;
	int status;

	json_incref(json);
	json_decref(list);
	if (c->want_json)
		return say_json(json);
	status = say_text(out);
	json_decref(json);
	return status;
}

static int check(const struct choice *c, const char *word)
{
	autopolicy struct policy *p = NULL;
	autostr struct str out = { 0 };
	json_t *list;
	struct err e = { 0 };
	int r = profile_load(word, c->db, &p, &e), status;
	bool is_big_endian;

	if (r)
		return say_fail(&e, EXIT_USAGE);
	if (c->filter)
		return check_filter(c, p);
	list = json_array();
	is_big_endian = is_first_big_endian(p);
	status = check_order(c, p, is_big_endian, &out, list);
	if (!status && policy_has_order(p, !is_big_endian))
		status = check_order(c, p, !is_big_endian, &out, list);
	if (!status)
		return put_results(c, &out, list);
	json_decref(list);
	return status;
}

static int run(int argc, char **argv)
{
	struct choice c = { 0 };
	const struct option_row options[] = {
		{ "at-most", 0, .flag = &c.at_most }, { "cost", 0, .flag = &c.want_cost },
		{ "db", 'd', .word = &c.db },	      { "filter", 0, .word = &c.filter },
		{ "json", 0, .flag = &c.want_json },
	};
	int status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (argc - optind != 1)
		return say_usage("one PROFILE is needed");
	if (c.at_most && !c.filter)
		return say_usage("--at-most is about the program that --filter names");
	if (c.want_cost && c.filter)
		return say_usage("--cost is about the compiler's program, not --filter's");
	return check(&c, argv[optind]);
}

const struct command command_check = {
	.name = "check",
	.summary = "parse, compile and prove a profile",
	.usage = "[-d DB] [--cost] [--json] PROFILE\n"
		 "       wont check --filter FILE [--at-most] [-d DB] [--json] PROFILE",
	.options =
		"      --cost   also tell what the kernel's cache answers and which calls cost "
		"most\n"
		"      --filter FILE\n"
		"               check this raw program instead: is it exactly the profile?\n"
		"      --at-most\n"
		"               ... or does it at least allow nothing that the profile does not?\n"
		"      --json   one object\n"
		"  -d, --db DB  the store that PROFILE is in, when it is no file\n",
	.run = run,
};
