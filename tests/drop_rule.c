/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * drop_rule PROFILE N: prints the profile without its N-th rule (from 0, over all blocks) and, to
 * stderr, the name of the call that the rule admitted. Exit status: 0; 3 past the last rule; 4 when
 * the rule says nothing that can be missed (no weight, not an allow, or covered by the others); 2
 * on error.
 */
#include "base/cleanup.h"
#include "base/file.h"
#include "policy/algebra.h"
#include "policy/text.h"

#include <stdio.h>

enum { IS_LAST = 3, IS_NEEDLESS = 4 };

/* Cuts the rule out of the policy; its block goes through *block. */
static bool cut(struct policy *p, size_t n, struct rule *out, const struct arch **arch)
{
	vec_for(b, &p->blocks) {
		if (n >= b->rules.len) {
			n -= b->rules.len;
			continue;
		}
		*out = b->rules.data[n];
		*arch = b->arch;
		for (size_t i = n + 1; i < b->rules.len; i++)
			b->rules.data[i - 1] = b->rules.data[i];
		b->rules.len--;
		return true;
	}
	return false;
}

static int drop(struct policy *whole, size_t n, struct err *e)
{
	autopolicy struct policy *less = policy_clone(whole);
	autostr struct str text = { 0 }, name = { 0 };
	const struct arch *arch = NULL;
	struct rule rule;
	bool is_covered;

	if (!less)
		return err_set(e, 2, "out of memory");
	if (!cut(less, n, &rule, &arch))
		return IS_LAST;
	bool counts = rule.action.kind == ACTION_ALLOW && rule.from.weight > 0;
	syscall_print(&name, arch, rule.nr);
	rule_fini(&rule);
	if (policy_subset(whole, less, &is_covered, NULL, e))
		return 2;
	fprintf(stderr, "%s\n", str_text(&name));
	policy_print(less, &text);
	fputs(str_text(&text), stdout);
	return counts && !is_covered ? 0 : IS_NEEDLESS;
}

int main(int argc, char **argv)
{
	autopolicy struct policy *p = NULL;
	autofree char *text = NULL;
	struct err e = { 0 };
	size_t len;

	if (argc != 3)
		return 2;
	if (file_read(argv[1], 1 << 24, &text, &len, &e) ||
	    policy_parse(text, len, argv[1], &p, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 2;
	}
	int status = drop(p, strtoul(argv[2], NULL, 10), &e);
	if (status == 2)
		fprintf(stderr, "%s\n", e.text);
	return status;
}
