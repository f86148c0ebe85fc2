/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which record belongs to which argument: paths, addresses and words of an audited call. */
#include "audit/text.h"

#include <errno.h>

enum { TEXT_MAX = 4096 };

static int put(struct str *out, const char *bytes, size_t len)
{
	str_put_bytes(out, bytes, len < TEXT_MAX ? len : TEXT_MAX);
	return len < TEXT_MAX ? 0 : -ENAMETOOLONG;
}

static int put_words(const struct audit_call *call, struct str *out)
{
	size_t start = out->len;

	for (uint32_t i = 0; i < call->word_count && out->len - start < TEXT_MAX; i++) {
		const struct str *word = &call->argv.data[i].text;

		str_put_bytes(out, str_text(word), word->len);
		str_putc(out, 0);
	}
	if (out->len - start <= TEXT_MAX)
		return out->len > start ? 0 : -EFAULT;
	out->len = start + TEXT_MAX;
	return -ENAMETOOLONG;
}

/* The how-many-th of the call's arguments of class path it is, and how many there are. */
static unsigned count_paths(const struct arch *arch, uint32_t nr, unsigned arg, unsigned *all)
{
	const struct syscall *call = arch_syscall(arch, nr);
	unsigned before = 0;

	*all = 0;
	for (unsigned i = 0; call && i < SYSCALL_ARGS; i++) {
		if (call->signature->args[i].class != ARG_PATH)
			continue;
		before += i < arg;
		*all += 1;
	}
	return before;
}

/*
 * The path records that the caller named, in their order: the folders of what is created or deleted
 * come apart (fs/namei.c, audit_inode). Where a call with two paths has one record, that is what it
 * created, or the one at which it failed.
 */
static int put_path(const struct arch *arch, const struct audit_call *call, unsigned arg,
		    struct str *out)
{
	const struct audit_path *named[2];
	unsigned all, count = 0, index = count_paths(arch, call->nr, arg, &all);

	for (uint32_t i = 0; i < call->path_count && count < countof(named); i++)
		if (call->paths.data[i].role != PATH_PARENT && call->paths.data[i].name.len)
			named[count++] = &call->paths.data[i];
	if (all == 2 && count == 1 && named[0]->role == PATH_CREATE) {
		if (!index)
			return -EFAULT;
		index = 0;
	}
	if (index >= count)
		return -EFAULT;
	return put(out, str_text(&named[index]->name), named[index]->name.len);
}

int audit_call_text(const struct audit_call *call, const struct arch *arch, unsigned arg,
		    enum arg_class class, struct str *out)
{
	switch (class) {
	case ARG_ARGV:
		return put_words(call, out);
	case ARG_SOCKADDR:
		return call->sockaddr.len ? put(out, call->sockaddr.data, call->sockaddr.len)
					  : -EFAULT;
	case ARG_PATH:
		return put_path(arch, call, arg, out);
	default:
		return -EFAULT;
	}
}
