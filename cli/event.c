/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A syscall that just happens, as a person reads it. */
#include "cli/event.h"

#include "cli/tuple.h"
#include "policy/printer.h"
#include "policy/text.h"

#include <inttypes.h>

static void put_value(struct str *out, const struct event *event, const struct arg *arg, unsigned i)
{
	struct test t = {
		.arg = (uint8_t)i,
		.bits = arg->bits ? arg->bits : event->arch->bits,
		.is_signed = arg->is_signed,
		.mask = UINT64_MAX,
	};
	const struct naming naming = naming_of(event->arch, arg, &t, false);

	print_value(out, &naming, &t, test_operand(&t, event->args));
}

/* What the argument points to; false when it cannot be read. */
static bool put_text(struct str *out, const struct event *event, const struct arg *arg, unsigned i)
{
	autostr struct str bytes = { 0 };
	int r;

	if (!event->probe || !event->args[i])
		return false;
	r = event->probe->text(event, i, arg->class, &bytes);
	if ((r && !bytes.len) || bytes.failed)
		return false;
	const struct text text = {
		.arg = (uint8_t)i,
		.class = arg->class,
		.len = (uint32_t)bytes.len,
		.bytes = str_text(&bytes),
	};
	text_print(out, &text);
	if (r)
		str_put(out, "...");
	return true;
}

static void put_pointer(struct str *out, uint64_t value)
{
	if (value)
		str_putf(out, "0x%" PRIx64, value);
	else
		str_put(out, "NULL");
}

static void put_arg(struct str *out, const struct event *event, const struct arg *arg, unsigned i,
		    struct str *strings)
{
	autostr struct str text = { 0 };

	switch (arg->class) {
	case ARG_PATH:
	case ARG_SOCKADDR:
	case ARG_ARGV:
		if (!put_text(&text, event, arg, i)) {
			put_pointer(out, event->args[i]);
			break;
		}
		str_put(out, str_text(&text));
		if (strings)
			str_putf(strings, "%s%s=%s", strings->len ? ", " : "", arg->name,
				 str_text(&text));
		break;
	case ARG_POINTER:
	case ARG_ADDRESS:
		put_pointer(out, event->args[i]);
		break;
	case ARG_NONE:
	case ARG_SELECTOR:
	case ARG_FLAGS:
	case ARG_MODE:
	case ARG_FD:
	case ARG_PID:
	case ARG_ID:
	case ARG_LENGTH:
	case ARG_OFFSET:
	case ARG_COUNT:
	case ARG_TIME:
	case ARG_VALUE:
		put_value(out, event, arg, i);
		break;
	}
}

/* A stranger: every register, since nobody knows which ones count. */
static void put_registers(struct str *out, const struct event *event)
{
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		str_putf(out, "%s0x%" PRIx64, i ? ", " : "", event->args[i]);
}

static void put_args(struct str *out, const struct event *event, const struct signature *signature,
		     struct str *strings)
{
	const char *comma = "";

	for (unsigned i = 0; i < SYSCALL_ARGS; i++) {
		const struct arg *arg = &signature->args[i];

		if (arg->class == ARG_NONE)
			continue;
		str_putf(out, "%s%s=", comma, arg->name);
		put_arg(out, event, arg, i, strings);
		comma = ", ";
	}
}

void event_print(struct str *out, const struct event *event, struct str *strings)
{
	const struct syscall *known = arch_syscall(event->arch, event->nr);

	syscall_print(out, event->arch, event->nr);
	str_putc(out, '(');
	if (known)
		put_args(out, event, syscall_signature(event->arch, known, event->args), strings);
	else
		put_registers(out, event);
	str_putc(out, ')');
}
