/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

/*
 * The noun in the middle: which syscalls, under which conditions, with which action. Its text form
 * is a profile (text.h; docs/formats.md has the grammar), its meaning is policy_eval's.
 *
 * A comment is lines joined by newlines, without a last one, each starting with its '#'.
 */

#include "arch/arch.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "policy/cond.h"

#include <stdbool.h>
#include <stdint.h>

/* In the kernel's order: where rules with different actions match, the lowest enumerator wins
 * (seccomp(2)). */
enum action_kind {
	ACTION_KILL_PROCESS,
	ACTION_KILL_THREAD,
	ACTION_TRAP,   /* data: si_errno of the SIGSYS */
	ACTION_ERRNO,  /* data: 0..4095, what the call returns (kernel/seccomp.c caps it at
			  MAX_ERRNO) */
	ACTION_NOTIFY, /* SECCOMP_RET_USER_NOTIF */
	ACTION_TRACE,  /* data: the tracer's message */
	ACTION_LOG,
	ACTION_ALLOW,
};

struct action {
	enum action_kind kind;
	uint16_t data;
};

/* The SECCOMP_RET_* word of an action and back; action_from_ret fails closed: an unknown word is
 * kill_process. */
uint32_t action_ret(struct action action);
struct action action_from_ret(uint32_t ret);
bool action_equal(struct action a, struct action b);

/* "kill_process", "errno(ENOSYS)", "trace(2)", ... with errno names of arch. */
void action_print(struct str *out, struct action action, const struct arch *arch);

/* What a rule rests on: written by learn, kept by print. All zero for a rule written by hand. */
struct provenance {
	uint64_t weight;     /* calls seen; also what the compiler sorts by; 0: unknown */
	uint32_t runs;	     /* runs that made the call */
	bool is_floor;	     /* in every profile, never learned */
	vec_of(char *) exes; /* paths of the executables that made it; owned */
};

struct rule {
	uint32_t nr;	      /* as the kernel sees it */
	struct cond *cond;    /* owned; NULL: unconditional */
	struct action action; /* allow where the text names none */
	struct provenance from;
	char *comment; /* lines above it, each with its '#', or NULL; owned */
	char *remark;  /* the comment behind it on its line, or NULL; owned */
	unsigned line; /* where it was parsed; 0 elsewhere */
};

/* The rules of one arch, in the order of the text. Order carries no meaning; several rules may name
 * one call. */
struct block {
	const struct arch *arch;
	vec_of(struct rule) rules;
	char *comment; /* above `arch`; owned or NULL */
	char *tail;    /* comment lines before the closing brace; owned or NULL */
};

struct newer {
	uint16_t version; /* LINUX(); 0: no such clause */
	struct action action;
};

enum path_access { PATH_READ = 1, PATH_WRITE = 2, PATH_EXECUTE = 4 };

/* Path and port rules: parsed, printed, compared as text; enforced by Landlock. */
struct path_rule {
	unsigned access; /* of enum path_access */
	char *path;
	char *comment;
	char *remark;
};

struct net_rule {
	bool is_bind; /* else connect */
	uint16_t port;
	char *comment;
	char *remark;
};

struct evidence {
	bool is_known; /* was there an `evidence` line? */
	uint64_t runs, calls, lost;
};

/* Lines of the header, in the order in which they are printed. */
enum header_line {
	HEADER_WONT, /* the comment above it is the policy's */
	HEADER_APP,
	HEADER_RELEASE,
	HEADER_EVIDENCE,
	HEADER_DEFAULT,
	HEADER_FOREIGN,
	HEADER_NEWER,
	HEADER_COUNT
};

/* Comments of a line or of a section in braces; each owned or NULL. */
struct margin {
	char *comment; /* above it */
	char *remark;  /* behind it on its line; in a section: before the closing brace */
};

struct policy {
	char *app;     /* owned or NULL */
	char *release; /* owned or NULL */
	struct evidence evidence;
	struct action fallback; /* `default` */
	struct action foreign_arch;
	bool has_raw_errnos; /* take errnos above the blocks as they are, for every arch */
	struct newer newer;
	vec_of(struct block) blocks; /* at most one an arch */
	vec_of(struct path_rule) paths;
	vec_of(struct net_rule) nets;
	struct margin header[HEADER_COUNT];
	struct margin path_margin, net_margin; /* of the sections `paths` and `net` */
	char *comment;			       /* above everything; owned or NULL */
	char *tail;			       /* below everything; owned or NULL */
};

/* An empty policy that kills everything, or NULL when memory is out. */
struct policy *policy_new(void);
void policy_free(struct policy *p);
static inline void policy_autofree(struct policy **p)
{
	policy_free(*p);
}
#define autopolicy __attribute__((cleanup(policy_autofree)))

struct policy *policy_clone(const struct policy *p);

/* The block of an arch, or NULL; policy_add_block makes it where it is missing (NULL: out of
 * memory). */
struct block *policy_block(const struct policy *p, const struct arch *arch);
struct block *policy_add_block(struct policy *p, const struct arch *arch);

/*
 * Drops the blocks of the other byte order, whose tokens become foreign: a kernel shows calls of
 * one order only, and no filter serves both. Nothing is dropped where no block would be left.
 */
void policy_keep_order(struct policy *p, bool is_big_endian);

/*
 * What becomes of a call of the arch that no rule matches, its number being newer or not. An errno
 * that stands above the blocks is this machine's number; the arch's own number of that name is
 * meant, as it is for those in its block, unless the policy has_raw_errnos.
 */
struct action policy_fallback(const struct policy *p, const struct arch *arch);
struct action policy_newer(const struct policy *p, const struct arch *arch);

/* Has it blocks of this byte order? */
bool policy_has_order(const struct policy *p, bool is_big_endian);

/* Appends a rule; owns cond from the call on, also on failure. NULL: out of memory. */
struct rule *block_add(struct block *b, uint32_t nr, struct cond *cond, struct action action);

/* Releases what a rule owns (not the rule itself, which lies in its block's array). */
void rule_fini(struct rule *r);

/*
 * Is the policy without contradiction? -EINVAL with a witness call in e where two rules with
 * different errnos (or different trap or trace data) can match the same call. -E2BIG when the
 * conditions are too many to tell.
 */
int policy_validate(const struct policy *p, struct err *e) must_check;

/* As the kernel hands it to a filter (struct seccomp_data of linux/seccomp.h), in host byte order.
 */
struct call {
	uint32_t nr;
	uint32_t token;
	uint64_t ip;
	uint64_t args[SYSCALL_ARGS];
};

/*
 * THE meaning of a policy, and the oracle of every test: a few lines that look at every rule. *by
 * gets the rule that decided, NULL where `default`, `foreign-arch` or `newer` did; by may be NULL.
 *
 * A token without a block: foreign-arch. Bit 30 of nr under x86_64's token: x32's block,
 * foreign-arch where there is none (nr -1 excepted, which is x86_64's and gets default). No rule
 * matches: `newer` where it stands and nr is above the highest of its version and at most 1023 past
 * the arch's base; else default.
 */
struct action policy_eval(const struct policy *p, const struct call *call, const struct rule **by);

#endif
