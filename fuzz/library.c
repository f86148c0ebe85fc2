/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A libseccomp.so.2 by hand. */
#include "fuzz/library.h"

#include "base/cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static bool find(void *handle, const char *name, void *function)
{
	void *symbol = dlsym(handle, name);

	if (!symbol)
		printf("no %s: %s\n", name, dlerror());
	memcpy(function, &symbol, sizeof(symbol));
	return symbol;
}

bool library_open(const char *path, struct library *l)
{
	void *h = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct {
		const char *name;
		void *function;
	} names[] = {
		{ "seccomp_api_get", &l->api_get },
		{ "seccomp_api_set", &l->api_set },
		{ "seccomp_init", &l->init },
		{ "seccomp_reset", &l->reset },
		{ "seccomp_release", &l->release },
		{ "seccomp_merge", &l->merge },
		{ "seccomp_arch_resolve_name", &l->arch_resolve_name },
		{ "seccomp_arch_native", &l->arch_native },
		{ "seccomp_arch_exist", &l->arch_exist },
		{ "seccomp_arch_add", &l->arch_add },
		{ "seccomp_arch_remove", &l->arch_remove },
		{ "seccomp_attr_get", &l->attr_get },
		{ "seccomp_attr_set", &l->attr_set },
		{ "seccomp_syscall_resolve_num_arch", &l->resolve_num_arch },
		{ "seccomp_syscall_resolve_name_arch", &l->resolve_name_arch },
		{ "seccomp_syscall_resolve_name_rewrite", &l->resolve_name_rewrite },
		{ "seccomp_syscall_resolve_name", &l->resolve_name },
		{ "seccomp_syscall_priority", &l->priority },
		{ "seccomp_rule_add", &l->rule_add },
		{ "seccomp_rule_add_array", &l->rule_add_array },
		{ "seccomp_rule_add_exact", &l->rule_add_exact },
		{ "seccomp_rule_add_exact_array", &l->rule_add_exact_array },
		{ "seccomp_export_bpf", &l->export_bpf },
		{ "seccomp_notify_fd", &l->notify_fd },
	};

	if (!h) {
		printf("%s\n", dlerror());
		return false;
	}
	for (size_t i = 0; i < countof(names); i++)
		if (!find(h, names[i].name, names[i].function))
			return false;
	return true;
}

int library_filter(const struct library *l, scmp_filter_ctx ctx, struct filter *f)
{
	autoclose int fd = memfd_create("filter", MFD_CLOEXEC);
	struct stat st;
	void *bytes;
	int r = fd < 0 ? -errno : l->export_bpf(ctx, fd);

	if (r)
		return r;
	if (fstat(fd, &st) || st.st_size == 0)
		return -EIO;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	r = filter_from_bytes(bytes, (size_t)st.st_size, f, NULL) ? -E2BIG : 0;
	munmap(bytes, (size_t)st.st_size);
	return r;
}
