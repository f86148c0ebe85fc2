/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* wont syscalls: what the tables say about syscalls and their arguments. */
#include "arch/arch.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/option.h"
#include "cli/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SUGGESTIONS = 3, NAME_COLUMN = 6, SIGNATURE_COLUMN = 32 };

struct listing {
	const struct arch *arch;
	struct str text;
	json_t *json; /* NULL: text is wanted */
};

static void put_type(struct str *out, const struct arg *a)
{
	size_t len = strlen(a->type);

	str_putf(out, "%s%s%s", a->type, len && a->type[len - 1] == '*' ? "" : " ", a->name);
}

/* "257   openat   int dirfd: fd, const char *pathname: path, ...", and the version where known. */
static void put_line(struct listing *l, const struct syscall *call)
{
	autostr struct str line = { 0 };

	str_putf(&line, "%u ", call->nr);
	str_pad(&line, NAME_COLUMN);
	str_put(&line, call->name);
	str_pad(&line, SIGNATURE_COLUMN);
	for (unsigned i = 0; i < call->signature->count; i++) {
		const struct arg *a = &call->signature->args[i];

		str_put(&line, i ? ", " : " ");
		put_type(&line, a);
		str_putf(&line, ": %s", arg_class_name(a->class));
	}
	if (!call->signature->count)
		str_put(&line, " (no arguments)");
	if (call->since)
		str_putf(&line, "; since Linux %d.%d", call->since >> 8, call->since & 0xff);
	str_putf(&l->text, "%s\n", str_text(&line));
	l->text.failed |= line.failed;
}

static json_t *arg_json(const struct arch *arch, const struct arg *a)
{
	json_t *json =
		json_pack("{s:s, s:s, s:s, s:i, s:b}", "name", a->name, "type", a->type, "class",
			  arg_class_name(a->class), "bits", a->bits, "signed", a->is_signed);

	if (a->group)
		json_object_set_new(json, "values", json_string(arch_group(arch, a->group).name));
	return json;
}

static void put_json(struct listing *l, const struct syscall *call)
{
	json_t *args = json_array();
	json_t *json;

	for (unsigned i = 0; i < call->signature->count; i++)
		json_array_append_new(args, arg_json(l->arch, &call->signature->args[i]));
	json = json_pack("{s:s, s:s, s:I, s:o}", "arch", l->arch->name, "syscall", call->name, "nr",
			 (json_int_t)call->nr, "args", args);
	if (call->since) {
		char since[16];

		snprintf(since, sizeof(since), "%d.%d", call->since >> 8, call->since & 0xff);
		json_object_set_new(json, "since", json_string(since));
	}
	json_array_append_new(l->json, json);
}

static void put_syscall(struct listing *l, const struct syscall *call)
{
	if (l->json)
		put_json(l, call);
	else
		put_line(l, call);
}

/* A number as profiles write it, too: "463", "0x1cf", "#463"; where a table starts at a base, also
 * counted from there. */
static bool read_number(const struct arch *arch, const char *word, uint32_t *nr)
{
	char *end;
	unsigned long value;

	word += *word == '#';
	if (*word < '0' || *word > '9')
		return false;
	errno = 0;
	value = strtoul(word, &end, 0);
	if (errno || *end || value > UINT32_MAX)
		return false;
	*nr = (uint32_t)value;
	if (*nr < SYSCALL_TABLE)
		*nr += arch->nr_base;
	return true;
}

static const struct arch *other_arch_with(const char *name)
{
	for (const struct arch *const *a = arches; *a; a++)
		if (arch_syscall_named(*a, name))
			return *a;
	return NULL;
}

static void say_unknown(const struct arch *arch, const char *word)
{
	autostr struct str hint = { 0 };
	struct err e = { 0 };
	const struct arch *other = other_arch_with(word);
	const char *near[SUGGESTIONS];
	size_t count = arch_syscalls_near(arch, word, near, SUGGESTIONS);

	if (other)
		str_putf(&hint, "; %s has it ('--arch %s')", other->name, other->name);
	for (size_t i = 0; !other && i < count; i++)
		str_putf(&hint, "%s%s", i ? ", " : "; nearest: ", near[i]);
	err_set(&e, -ENOENT, "%s has no syscall \"%s\"%s", arch->name, word, str_text(&hint));
	say_error(&e);
}

/* Every word, or all syscalls without one. Returns how many words are unknown. */
static int list(struct listing *l, char **words, int count)
{
	int unknown = 0;

	for (size_t i = 0; !count && i < l->arch->count; i++)
		put_syscall(l, &l->arch->syscalls[i]);
	for (int i = 0; i < count; i++) {
		uint32_t nr;
		const struct syscall *call = read_number(l->arch, words[i], &nr)
						     ? arch_syscall(l->arch, nr)
						     : arch_syscall_named(l->arch, words[i]);

		if (call)
			put_syscall(l, call);
		else
			unknown++;
	}
	return unknown;
}

static void say_all_unknown(const struct arch *arch, char **words, int count)
{
	for (int i = 0; i < count; i++) {
		uint32_t nr;

		if (read_number(arch, words[i], &nr) ? !arch_syscall(arch, nr)
						     : !arch_syscall_named(arch, words[i]))
			say_unknown(arch, words[i]);
	}
}

static int run(int argc, char **argv)
{
	struct listing l = { .arch = arch_native() };
	bool want_json = false;
	const struct option_row options[] = {
		{ "arch", 0, .take = option_take_arch, .context = &l.arch },
		{ "json", 0, .flag = &want_json },
	};
	int unknown, status = options_take(argc, argv, OPTIONS_ANYWHERE, options, countof(options));

	if (status)
		return status;
	if (want_json)
		l.json = json_array();
	unknown = list(&l, argv + optind, argc - optind);
	status = want_json ? say_json(l.json) : say_text(&l.text);
	str_fini(&l.text);
	say_all_unknown(l.arch, argv + optind, argc - optind);
	return unknown ? EXIT_USAGE : status;
}

const struct command command_syscalls = {
	.name = "syscalls",
	.summary = "list system calls with numbers and arguments",
	.usage = "[--arch ARCH] [--json] [NAME|NUMBER]...",
	.options = "      --arch ARCH  of this arch instead of the machine's own\n"
		   "      --json       an array of objects\n",
	.run = run,
};
