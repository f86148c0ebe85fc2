/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a stopped tracee's memory: process_vm_readv(2), page by page. */
#include "tracer/memory.h"

#include "base/procfs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
	TEXT_MAX = 4096,  /* PATH_MAX: the kernel reads no more of a path */
	FIRST_READ = 256, /* most strings end within it */
	PAGE = 4096, /* the smallest page there is: a read that stays in it fails whole or not */
	ARGV_BATCH = 32,
};

/* Reads len bytes that lie within one page: 0 or -EFAULT. */
static int read_within_page(pid_t tid, uint64_t address, void *buffer, size_t len)
{
	struct iovec to = { .iov_base = buffer, .iov_len = len };
	struct iovec from = { .iov_base = (void *)(uintptr_t)address, .iov_len = len };

	return process_vm_readv(tid, &to, 1, &from, 1, 0) == (ssize_t)len ? 0 : -EFAULT;
}

static size_t left_in_page(uint64_t address)
{
	return PAGE - (address & (PAGE - 1));
}

/* Reads len bytes; *got is how many of them could be read. 0 when all, else -EFAULT. */
static int read_bytes(pid_t tid, uint64_t address, void *buffer, size_t len, size_t *got)
{
	for (*got = 0; *got < len;) {
		size_t left = left_in_page(address + *got);
		size_t n = len - *got < left ? len - *got : left;

		if (read_within_page(tid, address + *got, (char *)buffer + *got, n))
			return -EFAULT;
		*got += n;
	}
	return 0;
}

/*
 * Appends the string at address without its NUL, at most max bytes. 0, -EFAULT when it cannot be
 * read to its end, -ENAMETOOLONG when it is longer than max.
 */
static int read_string(pid_t tid, uint64_t address, size_t max, struct str *out)
{
	char buffer[PAGE];
	size_t want = FIRST_READ;

	while (max) {
		size_t n = left_in_page(address);

		n = n < want ? n : want;
		n = n < max ? n : max;
		if (read_within_page(tid, address, buffer, n))
			return -EFAULT;
		size_t len = strnlen(buffer, n);
		str_put_bytes(out, buffer, len);
		if (len < n)
			return 0;
		address += n;
		max -= n;
		want = PAGE;
	}
	return -ENAMETOOLONG;
}

/* Are the caller's pointers 32 bits wide? x32's are, though its registers are not. */
static bool is_narrow(const struct arch *arch)
{
	return arch->bits == 32 || strcmp(arch->name, "x32") == 0;
}

/* Reads up to n words; returns how many could be read. */
static unsigned read_words(const struct event *event, uint64_t address, uint64_t *words, unsigned n)
{
	size_t size = is_narrow(event->arch) ? sizeof(uint32_t) : sizeof(uint64_t);
	uint32_t narrow[ARGV_BATCH];
	size_t got;

	if (n > ARGV_BATCH)
		n = ARGV_BATCH;
	if (read_bytes(event->tid, address, size == sizeof(*words) ? (void *)words : narrow,
		       n * size, &got) &&
	    got < size)
		return 0;
	n = (unsigned)(got / size);
	if (size != sizeof(*words))
		for (unsigned i = 0; i < n; i++)
			words[i] = narrow[i];
	return n;
}

int memory_words(const struct event *event, uint64_t address, uint64_t *words, unsigned n)
{
	size_t size = is_narrow(event->arch) ? sizeof(uint32_t) : sizeof(uint64_t);

	for (unsigned done = 0, got; done < n; done += got) {
		got = read_words(event, address + done * size, words + done, n - done);
		if (!got)
			return -EFAULT;
	}
	return 0;
}

/* The strings of an argv, each with its NUL. */
static int read_argv(const struct event *event, uint64_t address, struct str *out)
{
	size_t size = is_narrow(event->arch) ? sizeof(uint32_t) : sizeof(uint64_t);
	size_t end = out->len + TEXT_MAX;
	uint64_t strings[ARGV_BATCH];

	for (;;) {
		unsigned n = read_words(event, address, strings, ARGV_BATCH);

		if (!n)
			return -EFAULT;
		for (unsigned i = 0; i < n; i++) {
			if (!strings[i])
				return 0;
			if (out->len >= end)
				return -ENAMETOOLONG;
			int r = read_string(event->tid, strings[i], end - out->len, out);
			if (r)
				return r;
			str_putc(out, 0);
		}
		address += n * size;
	}
}

/* After an exec the old argv is gone; the kernel tells the new one, each string with its NUL. */
static int read_command_line(pid_t pid, struct str *out)
{
	char path[64], text[TEXT_MAX + 1];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file = procfs_is_ours() ? fopen(path, "re") : NULL;
	if (!file)
		return -EFAULT;
	size_t n = fread(text, 1, sizeof(text), file);
	fclose(file);
	str_put_bytes(out, text, n < TEXT_MAX ? n : TEXT_MAX);
	return n > TEXT_MAX ? -ENAMETOOLONG : 0;
}

static int read_sockaddr(const struct event *event, unsigned arg, struct str *out)
{
	char address[sizeof(struct sockaddr_storage)];
	size_t got, len = arg + 1 < SYSCALL_ARGS ? (uint32_t)event->args[arg + 1] : 0;

	/* The kernel refuses a longer one (net/socket.c, move_addr_to_kernel). */
	if (len > sizeof(address))
		len = sizeof(address);
	int r = read_bytes(event->tid, event->args[arg], address, len, &got);
	str_put_bytes(out, address, r ? 0 : got);
	return r;
}

int memory_text(const struct event *event, unsigned arg, enum arg_class class, struct str *out)
{
	if (event->kind != EVENT_SYSCALL)
		return read_command_line(event->process->pid, out);
	if (arg >= SYSCALL_ARGS || !event->args[arg])
		return -EFAULT;
	if (class == ARG_SOCKADDR)
		return read_sockaddr(event, arg, out);
	if (class == ARG_ARGV)
		return read_argv(event, event->args[arg], out);
	return read_string(event->tid, event->args[arg], TEXT_MAX, out);
}
