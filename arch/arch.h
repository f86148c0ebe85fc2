/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

/*
 * What an architecture is to seccomp: a token, syscall numbers, argument signatures and constants.
 * All tables are constant data generated at build time from arch/data/; every pointer handed out
 * here is borrowed and lives forever.
 */

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYSCALL_ARGS = 6 };

/* Numbers from a base on that tables may grow into; arm has private calls far above (0xf0000). */
enum { SYSCALL_TABLE = 1024 };

/* What an argument is, and so how observations of it are folded (docs/design.md, "Recording"). */
enum arg_class {
	ARG_NONE,     /* the call does not take this argument: its register is garbage */
	ARG_SELECTOR, /* one of an enumeration: command, domain, type, whence, signal, advice, ... :
			 the exact value */
	ARG_FLAGS,    /* a set of bits: the exact value; learn may join several into a mask */
	ARG_MODE,     /* permission bits of a file: the exact value */
	ARG_FD,	      /* a descriptor: AT_FDCWD, -1, 0, 1, 2 or any other */
	ARG_POINTER,  /* an address of something that is not read: NULL or not */
	ARG_PID,      /* process, thread or group id: -1, 0, the caller's own, or any other */
	ARG_ID,	      /* user, group, key, timer, IPC id: -1, 0, or any other */
	ARG_PATH,     /* an address of a NUL-terminated path */
	ARG_SOCKADDR, /* an address of a struct sockaddr; its length is the next argument */
	ARG_ARGV,     /* an address of a NULL-terminated array of strings */
	ARG_LENGTH,   /* a size in bytes */
	ARG_OFFSET,   /* a position in bytes */
	ARG_COUNT,    /* a number of things */
	ARG_TIME,     /* a duration, by value */
	ARG_ADDRESS,  /* an address as a number: mmap's hint, brk */
	ARG_VALUE, /* a number without a better word (futex values, priorities): folded as a range
		    */
};

/* The word for a class, as it stands in data files and JSON: "selector", "fd", ... */
const char *arg_class_name(enum arg_class class);

/* Is the class folded by exact value (selector, flags, mode)? */
bool arg_class_is_exact(enum arg_class class);

struct arg;

/*
 * Is it a clock? A negative number then names the kind in its sign and its low three bits, and
 * whose clock it is in the others: a process, a thread (0: the caller) or a descriptor, another
 * number in every run (include/linux/posix-timers_types.h, Linux 6.18).
 */
bool arg_is_clock(const struct arg *arg);
enum { CLOCK_KIND_BITS = 7 };

/*
 * The names in the tables are told by their places: tens of thousands of pointers would have to be
 * relocated whenever the program starts.
 */
extern const char arch_texts[];
static inline const char *arch_text(uint32_t place)
{
	return arch_texts + place;
}

/* Named values of one argument. Sorted by value; aliases of a value stand behind its preferred
 * name. */
struct constant {
	uint64_t value;
	uint32_t name; /* arch_text */
};

struct constant_group {
	const char *name; /* "open_flags", "socket_domain", ... as in arch/data/ */
	const struct constant *constants;
	size_t count;
};

struct arg {
	const char *name; /* the man page's name: "domain", "flags", ... */
	const char *type; /* the C type: "int", "size_t", "const char *" */
	enum arg_class class;
	uint8_t bits; /* 32 or 64: how much of the register the kernel looks at (never more than it
			 has) */
	bool is_signed;
	uint16_t group; /* what arch_group takes; 0: no named values, the meaning is unknown */
};

struct signature {
	uint8_t count; /* arguments that the call takes at most; the others have class ARG_NONE */
	struct arg args[SYSCALL_ARGS];
};

struct choice;
struct packed_group;

struct syscall {
	const char *name;
	uint32_t nr;	/* as the kernel sees it, bit 30 included for x32 */
	uint16_t since; /* the Linux version that brought it to this arch, as LINUX(major, minor);
			   0: before 3.0 */
	const struct signature *
		signature; /* never NULL; count 0 and args of class ARG_NONE for a call with none */
	const struct choice *choices; /* arch/'s own: what syscall_signature looks at */
};

#define LINUX(major, minor) ((uint16_t)((major) << 8 | (minor)))

struct arch {
	const char *name; /* "x86_64", "i386", "x32", ... */
	uint32_t token;	  /* AUDIT_ARCH_*; x32 shares x86_64's */
	uint32_t nr_base; /* the number that its table starts at: 0x40000000 for x32, 4000, 5000
			     and 6000 for mips' o32, n64 and n32, else 0 */
	uint8_t bits;	  /* of an argument register as seccomp shows it: 32 or 64 */
	bool is_big_endian;
	const struct syscall *syscalls; /* sorted by nr, without doubles */
	size_t count;
	const struct packed_group *groups; /* arch/'s own: what arch_group looks at */
	size_t group_count;		   /* indices of arch_group; 0 is an empty one */
	const uint16_t *by_name;	   /* indices into syscalls, sorted by name */
};

/* Every architecture, ending with NULL; the native one of the build first. */
extern const struct arch *const arches[];

/* The newest kernel whose syscalls the tables know, as LINUX(major, minor). */
extern const uint16_t arch_newest_linux;

/* The arch that this program was built for. */
const struct arch *arch_native(void);

/* Can a process of this machine make calls of the arch, as far as the build tells? On x86_64 the
 * three of x86. */
bool arch_is_here(const struct arch *arch);

/* By name ("x86_64", also the aliases "amd64", "arm64", "i686"), or NULL. */
const struct arch *arch_by_name(const char *name);

/*
 * The arch that a seccomp filter would see: token and number, since bit 30 of nr makes x86_64's
 * token x32. NULL for an unknown token. A nr of -1 belongs to the token's main arch.
 */
const struct arch *arch_by_token(uint32_t token, uint32_t nr);

/* NULL when the arch has no such call. */
const struct syscall *arch_syscall(const struct arch *arch, uint32_t nr);
const struct syscall *arch_syscall_named(const struct arch *arch, const char *name);

/* The nearest known names to a mistyped one, at most n, best first; returns how many. For error
 * messages. */
size_t arch_syscalls_near(const struct arch *arch, const char *name, const char *near[], size_t n);

/* The highest number that Linux `version` had in this arch's table, private calls aside. */
uint32_t arch_highest_nr(const struct arch *arch, uint16_t version);

/*
 * The signature that holds for these arguments: the call's own, or a narrower one that a selector
 * chooses (fcntl's third argument by cmd, open's mode only where O_CREAT or O_TMPFILE is set,
 * futex, prctl, ...). Argument names are those of the call's own signature; classes, groups, and
 * which arguments are garbage may differ.
 */
const struct signature *syscall_signature(const struct arch *arch, const struct syscall *call,
					  const uint64_t args[SYSCALL_ARGS]);

/* The same where arguments could not be seen (bit i of unknown: argument i): the call's own
 * signature where one of them chooses. */
const struct signature *syscall_signature_seen(const struct arch *arch, const struct syscall *call,
					       const uint64_t args[SYSCALL_ARGS], unsigned unknown);

/* The index of the argument with that name, or -1. */
int signature_arg(const struct signature *signature, const char *name);

/* The group of an argument (empty for 0, and for one that the arch does not have). */
struct constant_group arch_group(const struct arch *arch, uint16_t group);

/* The value of a constant by name in any group of the arch; false when unknown. A name has one
 * value per arch. */
bool arch_constant(const struct arch *arch, const char *name, uint64_t *value);

/* The preferred name of exactly this value in the group, or NULL. */
const char *arch_constant_name(const struct arch *arch, uint16_t group, uint64_t value);

/* The nearest known constant names, as arch_syscalls_near. */
size_t arch_constants_near(const struct arch *arch, const char *name, const char *near[], size_t n);

/* errno names of an arch: "EPERM" <-> 1. NULL and false when unknown. */
const char *arch_errno_name(const struct arch *arch, unsigned number);
bool arch_errno(const struct arch *arch, const char *name, unsigned *number);

/* The number that `to` has for what `number` is called on `from`: mips and parisc number errors
 * otherwise than the rest. The number itself where either has no name for it. */
unsigned arch_errno_translate(const struct arch *from, unsigned number, const struct arch *to);

#endif
