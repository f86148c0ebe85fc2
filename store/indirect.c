/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What socketcall and ipc are told in memory. */
#include "store/indirect.h"

#include "store/fold.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Subcalls by number (linux/net.h, linux/ipc.h). The call of the same name has the signature. */
static const char *const socketcalls[] = {
	NULL,	       "socket",     "bind",	"connect", "listen",  "accept",	  "getsockname",
	"getpeername", "socketpair", "send",	"recv",	   "sendto",  "recvfrom", "shutdown",
	"setsockopt",  "getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg",
};
/* How many words each takes: the kernel reads no more (net/socket.c). */
static const uint8_t socketcall_words[] = { 0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4,
					    6, 6, 2, 5, 5, 3, 3, 4, 5, 4 };
_Static_assert(countof(socketcalls) == countof(socketcall_words), "one count for each");

enum { IPC_SEMCTL = 3, IPC_MSGRCV = 12 }; /* the two that look through their pointer */

bool call_is_indirect(const struct syscall *call)
{
	return strcmp(call->name, "socketcall") == 0 || strcmp(call->name, "ipc") == 0;
}

/* Where the arch has no such call of its own, send and recv do as sendto and recvfrom. */
static const struct syscall *stand_in(const struct arch *arch, const char *name)
{
	const struct syscall *call = arch_syscall_named(arch, name);

	if (!call && strcmp(name, "send") == 0)
		call = arch_syscall_named(arch, "sendto");
	if (!call && strcmp(name, "recv") == 0)
		call = arch_syscall_named(arch, "recvfrom");
	if (!call && strcmp(name, "accept") == 0)
		call = arch_syscall_named(arch, "accept4");
	return call;
}

static void print_arg(const struct arg *arg, const struct event *event, uint64_t word,
		      struct str *out)
{
	struct folded f = fold_arg(arg, word, event->process->pid, event->tid);
	char text[FOLD_TEXT_MAX];

	/* Lengths would make a text of every call: they are told as what they are, a number. */
	if (f.kind == FOLD_RANGE || f.kind == FOLD_NONE)
		str_put(out, f.kind == FOLD_RANGE ? "n" : "_");
	else if (f.kind == FOLD_VALUE && f.is_signed)
		str_putf(out, "%" PRId64, (int64_t)f.low);
	else if (f.kind == FOLD_VALUE)
		str_putf(out, "%" PRIu64, f.low);
	else {
		folded_print(&f, text);
		str_put(out, text);
	}
}

static int print_socketcall(const struct event *event, struct str *out)
{
	uint32_t which = (uint32_t)event->args[0];
	uint64_t words[SYSCALL_ARGS] = { 0 };
	int r;

	if (which == 0 || which >= countof(socketcalls))
		return -EINVAL;
	r = event->probe->words(event, event->args[1], words, socketcall_words[which]);
	if (r)
		return r;
	const struct syscall *call = stand_in(event->arch, socketcalls[which]);
	const struct signature *s = call ? syscall_signature(event->arch, call, words) : NULL;
	str_putf(out, "%s(", socketcalls[which]);
	for (unsigned i = 0; i < socketcall_words[which]; i++) {
		str_put(out, i ? ", " : "");
		if (s)
			print_arg(&s->args[i], event, words[i], out);
		else
			str_putc(out, '*');
	}
	str_putc(out, ')');
	return 1;
}

/* Semaphore commands and the old msgrcv hand over their last arguments through `ptr`. */
static int print_ipc(const struct event *event, struct str *out)
{
	uint32_t which = (uint32_t)event->args[0] & 0xffff,
		 version = (uint32_t)event->args[0] >> 16;
	uint64_t words[2] = { 0 };
	int r;

	if (which == IPC_SEMCTL) {
		r = event->probe->words(event, event->args[4], words, 1);
		if (!r)
			str_put(out, words[0] ? "semctl(arg *)" : "semctl(arg 0)");
	} else if (which == IPC_MSGRCV && version == 0) {
		r = event->probe->words(event, event->args[4], words, 2);
		if (!r)
			str_putf(out, "msgrcv(msgp %s, msgtyp %s)", words[0] ? "*" : "0",
				 words[1] ? "n" : "0");
	} else {
		return -ENODATA;
	}
	return r ? r : 4;
}

int indirect_print(const struct event *event, const struct syscall *call, struct str *out)
{
	return call->name[0] == 's' ? print_socketcall(event, out) : print_ipc(event, out);
}
