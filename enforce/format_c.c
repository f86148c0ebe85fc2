/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A C array, for programs that bring their filter along. */
#include "enforce/formats.h"
#include "enforce/view.h"

#include "base/cleanup.h"

/* Puts text into a comment; the only sequence that could end it early is broken up. */
static void put_comment(struct str *out, const struct str *text)
{
	const char *t = str_text(text);

	for (size_t i = 0; i < text->len; i++) {
		str_putc(out, t[i]);
		if (t[i] == '*' && t[i + 1] == '/')
			str_putc(out, ' ');
	}
	if (text->failed)
		out->failed = true;
}

static void print_line(struct str *out, const struct filter *f, uint32_t pc, const struct view *v)
{
	const struct sock_filter *code = &f->insns.data[pc].code;
	autostr struct str words = { 0 };

	str_putf(out, "\t{ 0x%02x, %3u, %3u, 0x%08x }, ", code->code, code->jt, code->jf, code->k);
	str_putf(&words, "%4u: ", pc);
	insn_print(&words, f, pc);
	str_pad(&words, 34);
	str_putc(&words, ' ');
	insn_explain(&words, f, pc, v);
	while (words.len && words.data[words.len - 1] == ' ')
		words.data[--words.len] = 0;
	str_put(out, "/* ");
	put_comment(out, &words);
	str_put(out, " */\n");
}

static void print(const struct filter *f, const struct policy *p, struct str *out)
{
	autofree struct view *views = filter_views(f);

	(void)p;
	if (!views) {
		out->failed = true;
		return;
	}
	str_put(out, "/* A seccomp filter, made by wont. Load it with PR_SET_NO_NEW_PRIVS set and\n"
		     "   struct sock_fprog { .len = sizeof(filter) / sizeof(filter[0]), .filter = "
		     "filter }. */\n"
		     "#include <linux/filter.h>\n\n"
		     "static struct sock_filter filter[] = {\n");
	for (uint32_t pc = 0; pc < f->insns.len; pc++)
		print_line(out, f, pc, &views[pc]);
	str_put(out, "};\n");
}

const struct filter_format format_c = {
	.name = "c",
	.summary = "a C array of struct sock_filter with comments",
	.print = print,
};
