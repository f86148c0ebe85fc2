/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef AUDIT_CALL_H
#define AUDIT_CALL_H

/*
 * What the records of one serial say of one system call. Two kinds: a SECCOMP record, which stands
 * alone and has no arguments (kernel/auditsc.c, audit_seccomp), and a SYSCALL record, written at
 * the end of a call that a rule asked for, with others that belong to it.
 */

#include "audit/record.h"
#include "base/vec.h"

#include <sys/types.h>

enum { CALL_ARGS = 4 }; /* a0 to a3: the kernel never writes a4 and a5 */

/* What a path was to the call: nametype of a PATH record. */
enum path_role {
	PATH_UNKNOWN,
	PATH_NORMAL, /* it was looked up */
	PATH_PARENT, /* the folder of one of the others; the caller did not name it itself */
	PATH_CREATE,
	PATH_DELETE,
};

struct audit_path {
	uint32_t item; /* its place among the paths of the call */
	enum path_role role;
	struct str name; /* as the caller gave it; empty where the kernel kept none */
};

struct audit_word {
	uint32_t index; /* of argv */
	struct str text;
};

/* Everything in it is owned; zero-initialise, use again and again, then audit_call_fini. */
struct audit_call {
	uint32_t serial;
	uint64_t time; /* nanoseconds since 1970: of the call's start */

	/* Of a SECCOMP record: what the filter answered (SECCOMP_RET_*, with its data) and, where
	 * it killed, the signal. */
	bool is_seccomp;
	uint32_t action;
	uint32_t signal;

	uint32_t token; /* AUDIT_ARCH_* */
	uint32_t nr;
	bool has_args;
	uint64_t args[CALL_ARGS];
	bool has_result; /* not for calls that never return */
	bool is_success;
	int64_t result; /* what the call returned: -1 to -4095 are errors */

	/* As seen from the first pid and user namespaces; (uint32_t)-1: unset or not told. pid is
	 * that of the process, not of the thread. */
	pid_t pid, parent;
	uint32_t uid, login, session;
	struct str comm, exe; /* the thread's name; the path of the executable */
	struct str key;	      /* of the rule */

	/* Of the records beside SYSCALL. */
	struct str cwd;
	struct str sockaddr;	/* struct sockaddr, raw; empty: none */
	struct str title;	/* the process's command line, each word with its NUL, cut */
	bool has_pair, has_map; /* pipe(2) and socketpair(2); mmap(2) of a file */
	int32_t pair[2], map_fd;
	uint32_t map_flags;
	uint32_t items;			 /* paths that the kernel says there are */
	vec_of(struct audit_path) paths; /* by item; only the first path_count are of this call */
	uint32_t path_count;
	vec_of(struct audit_word) argv; /* of an execve, by index; the first word_count */
	uint32_t word_count;
	/* Records of it are missing, damaged or were cut: there may be more paths or words. */
	bool is_incomplete;
};

void audit_call_fini(struct audit_call *call);
#define autocall __attribute__((cleanup(audit_call_fini)))

/* Empties it and keeps the memory. */
void audit_call_clear(struct audit_call *call);

/*
 * Adds what a record says of the call that it belongs to. -ENOMSG: a type that says nothing of
 * calls; -EBADMSG: a field that has to be there is missing, damaged or there twice, with the call
 * incomplete; -ENOMEM.
 */
int audit_call_add(struct audit_call *call, const struct record *record) must_check;

#endif
