/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FUZZ_LIBRARY_H
#define FUZZ_LIBRARY_H

/* A libseccomp.so.2, ours or the system's, by hand, so that one program can hold both. */

#include "base/compiler.h"
#include "compat/seccomp.h"
#include "enforce/filter.h"

struct library {
	unsigned (*api_get)(void);
	int (*api_set)(unsigned);
	scmp_filter_ctx (*init)(uint32_t);
	int (*reset)(scmp_filter_ctx, uint32_t);
	void (*release)(scmp_filter_ctx);
	int (*merge)(scmp_filter_ctx, scmp_filter_ctx);
	uint32_t (*arch_resolve_name)(const char *);
	uint32_t (*arch_native)(void);
	int (*arch_exist)(scmp_filter_ctx, uint32_t);
	int (*arch_add)(scmp_filter_ctx, uint32_t);
	int (*arch_remove)(scmp_filter_ctx, uint32_t);
	int (*attr_get)(scmp_filter_ctx, int, uint32_t *);
	int (*attr_set)(scmp_filter_ctx, int, uint32_t);
	char *(*resolve_num_arch)(uint32_t, int);
	int (*resolve_name_arch)(uint32_t, const char *);
	int (*resolve_name_rewrite)(uint32_t, const char *);
	int (*resolve_name)(const char *);
	int (*priority)(scmp_filter_ctx, int, uint8_t);
	int (*rule_add)(scmp_filter_ctx, uint32_t, int, unsigned, ...);
	int (*rule_add_array)(scmp_filter_ctx, uint32_t, int, unsigned,
			      const struct scmp_arg_cmp *);
	int (*rule_add_exact)(scmp_filter_ctx, uint32_t, int, unsigned, ...);
	int (*rule_add_exact_array)(scmp_filter_ctx, uint32_t, int, unsigned,
				    const struct scmp_arg_cmp *);
	int (*export_bpf)(scmp_filter_ctx, int);
	int (*notify_fd)(scmp_filter_ctx);
};

/* Opens the library of that name or path; false, with the reason printed, when it cannot be used.
 */
bool library_open(const char *path, struct library *l);

/* The filter that the library makes of ctx. What export_bpf returned, or -E2BIG for a program that
 * no kernel takes. */
int library_filter(const struct library *l, scmp_filter_ctx ctx, struct filter *f) must_check;

#endif
