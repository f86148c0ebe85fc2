/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any program on any call: what the validator lets through runs to its end, the way the plain
 * interpreter below has it, and every format prints it.
 */
#include "enforce/filter.h"
#include "fuzz/program.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of bpf(4) (FreeBSD) in C, one case an instruction; the program is valid. */
/* NOLINTNEXTLINE(readability-function-size) */
static uint32_t interpret(const struct filter *f, const struct seccomp_data *call)
{
	uint32_t A = 0, X = 0, M[16] = { 0 };

	for (size_t pc = 0;; pc++) {
		struct sock_filter i = f->insns.data[pc].code;
		uint32_t b = (i.code & 8) ? X : i.k;

		switch (i.code) {
		case 0x20:
			memcpy(&A, (const char *)call + i.k, 4);
			break;
		case 0x80:
			A = sizeof(*call);
			break;
		case 0x81:
			X = sizeof(*call);
			break;
		case 0x00:
			A = i.k;
			break;
		case 0x01:
			X = i.k;
			break;
		case 0x60:
			A = M[i.k];
			break;
		case 0x61:
			X = M[i.k];
			break;
		case 0x02:
			M[i.k] = A;
			break;
		case 0x03:
			M[i.k] = X;
			break;
		case 0x07:
			X = A;
			break;
		case 0x87:
			A = X;
			break;
		case 0x06:
			return i.k;
		case 0x16:
			return A;
		case 0x05:
			pc += i.k;
			break;
		case 0x84:
			A = 0 - A;
			break;
		case 0x04:
		case 0x0c:
			A += b;
			break;
		case 0x14:
		case 0x1c:
			A -= b;
			break;
		case 0x24:
		case 0x2c:
			A *= b;
			break;
		case 0x34:
		case 0x3c:
			if (!b)
				return 0;
			A /= b;
			break;
		case 0x44:
		case 0x4c:
			A |= b;
			break;
		case 0x54:
		case 0x5c:
			A &= b;
			break;
		case 0x64:
		case 0x6c:
			A <<= b % 32;
			break;
		case 0x74:
		case 0x7c:
			A >>= b % 32;
			break;
		case 0xa4:
		case 0xac:
			A ^= b;
			break;
		case 0x15:
		case 0x1d:
			pc += A == b ? i.jt : i.jf;
			break;
		case 0x25:
		case 0x2d:
			pc += A > b ? i.jt : i.jf;
			break;
		case 0x35:
		case 0x3d:
			pc += A >= b ? i.jt : i.jf;
			break;
		case 0x45:
		case 0x4d:
			pc += A & b ? i.jt : i.jf;
			break;
		default:
			abort();
		}
	}
}

static void print_all(const struct filter *f)
{
	for (const struct filter_format *const *format = filter_formats; *format; format++) {
		autostr struct str out = { 0 };

		(*format)->print(f, NULL, &out);
		if (!out.len || out.failed)
			abort();
	}
}

static void run(struct source *s, const struct filter *f)
{
	struct steps path = { 0 };
	struct call call = { .nr = (uint32_t)source_value(s),
			     .token = (uint32_t)source_value(s),
			     .ip = source_value(s) };
	struct err e = { 0 };
	uint32_t ret;

	for (int i = 0; i < SYSCALL_ARGS; i++)
		call.args[i] = source_value(s);
	struct seccomp_data raw = { .nr = (int)call.nr,
				    .arch = call.token,
				    .instruction_pointer = call.ip };
	memcpy(raw.args, call.args, sizeof(raw.args));
	if (filter_simulate(f, &call, &ret, &path, &e)) {
		fprintf(stderr, "refused after all: %s\n", e.text);
		abort();
	}
	if (ret != interpret(f, &raw) || !path.all.len || path.all.len > f->insns.len) {
		fprintf(stderr, "0x%x, not 0x%x\n", ret, interpret(f, &raw));
		abort();
	}
	vec_fini(&path.all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s = { data, size, 0 };
	autofilter struct filter f = { 0 };
	struct sock_filter program[64];
	uint32_t count = source_program(&s, program, countof(program));
	struct err e = { 0 };

	if (filter_from_bytes(program, count * sizeof(program[0]), &f, &e))
		return 0;
	for (int i = 0; i < 4; i++)
		run(&s, &f);
	print_all(&f);
	return 0;
}
