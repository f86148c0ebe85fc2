/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which file a command means, and what the kernel will make of it. */
#include "enforce/program.h"

#include "base/cleanup.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEAD_SIZE = 256,      /* what the kernel looks at: BINPRM_BUF_SIZE, linux/binfmts.h */
	INTERPRETERS_MAX = 5, /* "#!" behind "#!": fs/exec.c gives up at this depth */
};

/* Can this very file be executed? 0, or what execve would say. */
static int check_file(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) ? -errno : 0;
}

/* Is this a reason to look on in the next folder of PATH? The list is glibc's (posix/execvpe.c). */
static bool is_passed_over(int code)
{
	return code == -ENOENT || code == -ENOTDIR || code == -ESTALE || code == -ENODEV ||
	       code == -ETIMEDOUT;
}

/* command in each folder of PATH: 0 and *path, -ENOMEM, or the reason that counts. */
static int search_path(const char *command, const char *search, char **path)
{
	int remembered = -ENOENT;

	for (const char *folder = search, *next; folder; folder = next ? next + 1 : NULL) {
		autofree char *candidate = NULL;

		next = strchrnul(folder, ':');
		if (!*next)
			next = NULL;
		int len = next ? (int)(next - folder) : (int)strlen(folder);
		/* An empty folder is the current one. */
		if (asprintf(&candidate, "%.*s%s%s", len, folder, len ? "/" : "", command) < 0)
			return -ENOMEM;
		int r = check_file(candidate);
		if (!r) {
			*path = take(candidate);
			return 0;
		}
		if (r == -EACCES || r == -EISDIR)
			remembered = r;
		else if (!is_passed_over(r))
			return r;
	}
	return remembered;
}

static int resolve(const char *command, const char *search, char **path)
{
	if (!*command)
		return -ENOENT;
	if (!strchr(command, '/'))
		return search_path(command, search ? search : "/bin:/usr/bin", path);
	int r = check_file(command);
	if (r)
		return r;
	*path = strdup(command);
	return *path ? 0 : -ENOMEM;
}

/* The first bytes of a file, NULs behind them; their number, 0 when it cannot be read. */
static size_t read_head(const char *path, char head[HEAD_SIZE + 1])
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : pread(fd, head, HEAD_SIZE, 0);

	if (n < 0)
		n = 0;
	memset(head + n, 0, HEAD_SIZE + 1 - (size_t)n);
	return (size_t)n;
}

static const struct arch *elf_arch(const char head[HEAD_SIZE + 1], size_t len)
{
	Elf32_Half machine;

	if (len < EI_NIDENT + 2 * sizeof(machine))
		return NULL;
	/* e_machine stands at the same place in both classes. */
	memcpy(&machine, head + offsetof(Elf32_Ehdr, e_machine), sizeof(machine));
	if (machine == EM_386)
		return arch_by_name("i386");
	if (machine == EM_X86_64)
		return arch_by_name(head[EI_CLASS] == ELFCLASS32 ? "x32" : "x86_64");
	return NULL;
}

/* The interpreter of a "#!" line, cut out in place: NULL when the line has none. */
static char *interpreter_of(char head[HEAD_SIZE + 1])
{
	char *path = head + 2 + strspn(head + 2, " \t");

	path[strcspn(path, " \t\n")] = 0;
	return *path ? path : NULL;
}

/* A readable text that does not begin with a "#!" line: the kernel answers ENOEXEC. */
static bool is_bare_script(const char *path, const char head[HEAD_SIZE + 1], size_t len)
{
	if (len >= 2 && memcmp(head, "#!", 2) == 0)
		return false;
	return access(path, R_OK) == 0 && !memchr(head, 0, len);
}

/*
 * Follows "#!" lines from the script at path, whose head it replaces by that of the last
 * interpreter. -ENOENT or -EACCES where one of them cannot be executed.
 */
static int follow_interpreters(const char *path, char head[HEAD_SIZE + 1], size_t *len,
			       struct err *e)
{
	for (int depth = 0; depth < INTERPRETERS_MAX && memcmp(head, "#!", 2) == 0; depth++) {
		char interpreter[HEAD_SIZE + 1];
		const char *word = interpreter_of(head);

		if (!word)
			return 0;
		strcpy(interpreter, word);
		int r = check_file(interpreter);
		if (r)
			return err_set(e, r == -ENOENT ? r : -EACCES,
				       "cannot execute %s: its interpreter %s: %s", path,
				       interpreter, strerror(-r));
		*len = read_head(interpreter, head);
	}
	return 0;
}

/* Fills arch and needs_shell as far as they can be told. */
static int look_inside(struct program *p, struct err *e)
{
	char head[HEAD_SIZE + 1];
	size_t len = read_head(p->path, head);

	if (is_bare_script(p->path, head, len)) {
		p->needs_shell = true;
		len = read_head(_PATH_BSHELL, head);
	}
	int r = follow_interpreters(p->path, head, &len, e);
	if (!r && len >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0)
		p->arch = elf_arch(head, len);
	return r;
}

int program_find(const char *command, const char *search, struct program *p, struct err *e)
{
	char *path = NULL;
	int r = resolve(command, search, &path);

	if (r == -ENOMEM)
		return err_set(e, r, "out of memory");
	if (r == -EISDIR)
		return err_set(e, -EACCES, "cannot execute %s: it is a folder", command);
	if (r == -ENOENT && !strchr(command, '/'))
		return err_set(e, r, "cannot execute \"%s\": no such command in PATH", command);
	if (r)
		return err_set(e, r == -ENOENT ? r : -EACCES, "cannot execute %s: %s", command,
			       strerror(-r));
	*p = (struct program){ .path = path };
	r = look_inside(p, e);
	if (r)
		program_fini(p);
	return r;
}

void program_fini(struct program *p)
{
	free(p->path);
	*p = (struct program){ 0 };
}

int program_check(const struct program *p, const struct policy *policy, struct err *e)
{
	if (!p->arch || policy_block(policy, p->arch) ||
	    policy->foreign_arch.kind > ACTION_KILL_THREAD)
		return 0;
	return err_set(
		e, -EINVAL,
		"%s is a program for %s, but the profile has no block for that arch: it "
		"would be killed at its first instruction; record it on this machine, or add "
		"\"arch %s { ... }\"",
		p->path, p->arch->name, p->arch->name);
}
