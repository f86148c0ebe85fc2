/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes of arguments, and the signature that holds for given arguments. */
#include "arch/arch.h"
#include "arch/internal.h"

#include <string.h>

const char *arg_class_name(enum arg_class class)
{
	switch (class) {
	case ARG_NONE:
		return "none";
	case ARG_SELECTOR:
		return "selector";
	case ARG_FLAGS:
		return "flags";
	case ARG_MODE:
		return "mode";
	case ARG_FD:
		return "fd";
	case ARG_POINTER:
		return "pointer";
	case ARG_PID:
		return "pid";
	case ARG_ID:
		return "id";
	case ARG_PATH:
		return "path";
	case ARG_SOCKADDR:
		return "sockaddr";
	case ARG_ARGV:
		return "argv";
	case ARG_LENGTH:
		return "length";
	case ARG_OFFSET:
		return "offset";
	case ARG_COUNT:
		return "count";
	case ARG_TIME:
		return "time";
	case ARG_ADDRESS:
		return "address";
	case ARG_VALUE:
		return "value";
	}
	return "unknown";
}

bool arg_class_is_exact(enum arg_class class)
{
	return class == ARG_SELECTOR || class == ARG_FLAGS || class == ARG_MODE;
}

bool arg_is_clock(const struct arg *arg)
{
	return arg->type && strcmp(arg->type, "clockid_t") == 0;
}

static const struct variant *choice_variant(const struct choice *c, uint64_t value)
{
	size_t low = 0;
	size_t high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->variants[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->count && c->variants[low].value == value ? &c->variants[low] : NULL;
}

const struct signature *syscall_signature(const struct arch *arch, const struct syscall *call,
					  const uint64_t args[SYSCALL_ARGS])
{
	return syscall_signature_seen(arch, call, args, 0);
}

const struct signature *syscall_signature_seen(const struct arch *arch, const struct syscall *call,
					       const uint64_t args[SYSCALL_ARGS], unsigned unknown)
{
	(void)arch;
	for (const struct choice *c = call->choices; c && c->variants; c++) {
		const struct variant *v;

		if (unknown & 1u << c->arg)
			return call->signature;
		v = choice_variant(c, args[c->arg] & c->mask);

		if (v)
			return v->signature;
	}
	return call->signature;
}

int signature_arg(const struct signature *signature, const char *name)
{
	for (int i = 0; i < signature->count; i++)
		if (strcmp(signature->args[i].name, name) == 0)
			return i;
	return -1;
}
