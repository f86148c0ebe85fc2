/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TRACER_FILTER_H
#define TRACER_FILTER_H

/* The recording filter: what it is where nothing is known, and installing it in the child. */

#include "base/compiler.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>

/* x32 has this bit in its numbers (asm/unistd.h); clone3 is 435 on every ABI we run on. */
#define FILTER_X32_BIT 0x40000000u
#define FILTER_CLONE3  435

/* A program that answers `clone3` for clone3, on both of its numbers, and `other` for the rest. */
#define FILTER_ALL(clone3, other)                                                                  \
	{                                                                                          \
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),             \
			BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~FILTER_X32_BIT),                      \
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FILTER_CLONE3, 0, 1),                  \
			BPF_STMT(BPF_RET | BPF_K, (clone3)), BPF_STMT(BPF_RET | BPF_K, (other)),   \
	}

/*
 * Installs it for the calling thread, for use between fork and exec: 0 or a negative errno. flags:
 * SECCOMP_FILTER_FLAG_*. no_new_privs is set where it is wanted or has to be, and told: it takes
 * the rights of set-user-id programs away.
 */
int filter_install(const struct sock_fprog *filter, unsigned flags, bool wants_no_new_privs,
		   bool *no_new_privs) must_check;

#endif
