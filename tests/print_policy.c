/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print_policy FILE: the profile as policy_print writes it, or on standard output why it is none
 * and status 1. What was printed is read and printed again, and must then be the same.
 */
#include "policy/text.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

enum { FAILED = 1, BROKEN = 99 };

/* Reads and checks a text; prints it into out. */
static int print(const char *text, size_t len, const char *name, struct str *out, struct err *e)
{
	autopolicy struct policy *policy = NULL;
	int r = policy_parse(text, len, name, &policy, e);

	if (!r)
		r = policy_validate(policy, e);
	if (!r)
		policy_print(policy, out);
	return r;
}

int main(int argc, char **argv)
{
	autostr struct str once = { 0 }, twice = { 0 };
	autofree char *text = NULL;
	struct err e = { 0 };
	size_t len = 0;

	if (argc != 2 || file_read(argv[1], 64 << 20, &text, &len, &e)) {
		fprintf(stderr, "usage: print_policy FILE %s\n", e.text);
		return BROKEN;
	}
	if (print(text, len, argv[1], &once, &e)) {
		puts(e.text);
		return FAILED;
	}
	fputs(str_text(&once), stdout);
	if (print(str_text(&once), once.len, "what was printed", &twice, &e)) {
		fprintf(stderr, "it cannot be read back: %s\n", e.text);
		return BROKEN;
	}
	if (strcmp(str_text(&once), str_text(&twice)) != 0) {
		fprintf(stderr, "printed again it differs:\n%s", str_text(&twice));
		return BROKEN;
	}
	return 0;
}
