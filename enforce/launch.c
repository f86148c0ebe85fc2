/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Becoming the command, under the filter.
 *
 * The filter may forbid execve, and the launcher makes its own execve under it. It passes by
 * secrecy: the filter admits an execve whose path, argv and envp pointers are three that only the
 * launcher knows, about 135 random bits together. The new image has lost the memory and the
 * registers in which they stood. The same goes for the write of the one message that a failed
 * execve leaves behind.
 *
 * From the moment the filter is in, nothing may be called that might make another system call: no
 * malloc, no free, no stdio. That is why everything is laid out beforehand and why launch_exec
 * calls seccomp(2) itself.
 */
#include "enforce/launch.h"

#include "base/children.h"
#include "base/cleanup.h"
#include "enforce/program.h"
#include "enforce/secret.h"
#include "enforce/stack.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <paths.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 }; /* env(1), sh(1) */

enum { ERRNO_MAX = 4095 }; /* include/linux/err.h */

struct launch {
	struct secret path, argv, envp, message;
	size_t reason;	    /* where in the message the reason for a failed execve goes ... */
	size_t reason_size; /* ... and the room for it */
	struct sock_fprog programs[STACK_MAX]; /* in the order in which they are loaded */
	size_t program_count;
};

void launch_free(struct launch *l)
{
	if (!l)
		return;
	secret_unmap(&l->path);
	secret_unmap(&l->argv);
	secret_unmap(&l->envp);
	secret_unmap(&l->message);
	for (size_t i = 0; i < l->program_count; i++)
		free(l->programs[i].filter);
	free(l);
}

/* The reason in words. A look into a constant table of libc: no locale, no memory, no call. */
static const char *describe(int error)
{
	const char *text = strerrordesc_np(error);

	return text ? text : "unknown error";
}

static size_t longest_description(void)
{
	size_t longest = 0;

	for (int i = 0; i <= ERRNO_MAX; i++) {
		size_t len = strlen(describe(i));

		if (len > longest)
			longest = len;
	}
	return longest;
}

/* The line that a failed execve leaves, with room for the reason: the filter knows its length. */
static int prepare_message(struct launch *l, const char *path, struct err *e)
{
	autostr struct str s = { 0 };

	str_put(&s, "wont enforce: cannot execute ");
	str_put_escaped(&s, path, strlen(path));
	str_put(&s, ": ");
	l->reason = s.len;
	l->reason_size = longest_description();
	for (size_t i = 0; i < l->reason_size; i++)
		str_putc(&s, ' ');
	str_putc(&s, '\n');
	if (s.failed)
		return err_set(e, -ENOMEM, "out of memory");
	int r = secret_map(s.len, 1, &l->message, e);
	if (!r)
		memcpy(l->message.address, s.data, s.len);
	return r;
}

/* What execvp(3) makes of a script without a #! line: /bin/sh PATH ARG... */
static int shell_argv(char *const argv[], char *path, char ***out)
{
	vec_of(char *) words = { 0 };
	int r = vec_push(&words, (char *)_PATH_BSHELL);

	if (!r)
		r = vec_push(&words, path);
	for (char *const *word = argv + 1; !r && argv[0] && *word; word++)
		r = vec_push(&words, *word);
	if (!r)
		r = vec_push(&words, NULL);
	if (r)
		vec_fini(&words);
	else
		*out = words.data;
	return r;
}

static int hide(struct launch *l, const struct program *program, char *const argv[],
		char *const envp[], struct err *e)
{
	autofree char **with_shell = NULL;
	const char *path = program->path;
	int r = 0;

	if (program->needs_shell) {
		if (shell_argv(argv, program->path, &with_shell))
			return err_set(e, -ENOMEM, "out of memory");
		argv = with_shell;
		path = _PATH_BSHELL;
	}
	r = secret_string(path, &l->path, e);
	if (!r)
		r = secret_strings(argv, &l->argv, e);
	if (!r)
		r = secret_strings(envp, &l->envp, e);
	return r ? r : prepare_message(l, path, e);
}

static struct pass pass_of(const struct launch *l)
{
	return (struct pass){
		.path = (uintptr_t)l->path.address,
		.argv = (uintptr_t)l->argv.address,
		.envp = (uintptr_t)l->envp.address,
		.messages = { { (uintptr_t)l->message.address, l->message.size } },
		.message_count = 1,
	};
}

static int lay_out(struct launch *l, const struct filter *f)
{
	struct sock_filter *code = calloc(f->insns.len, sizeof(*code));

	if (!code)
		return -ENOMEM;
	for (size_t i = 0; i < f->insns.len; i++)
		code[i] = f->insns.data[i].code;
	l->programs[l->program_count++] = (struct sock_fprog){
		.len = (unsigned short)f->insns.len,
		.filter = code,
	};
	return 0;
}

/* One filter, or as many as it takes. */
static int compile_stack(const struct policy *policy, const struct compile_options *options,
			 bool may_split, struct stack *stack, struct err *e)
{
	struct filter f = { 0 };
	int r;

	if (may_split)
		return stack_compile(policy, options, stack, e);
	r = filter_compile(policy, options, &f, e);
	if (r)
		return r;
	if (!vec_push(&stack->all, f))
		return 0;
	filter_fini(&f);
	return err_set(e, -ENOMEM, "out of memory");
}

/* Compiles policy and pass together, proves the result, and lays it out for the kernel. */
static int compile(struct launch *l, const struct policy *policy, bool may_split, struct err *e)
{
	const struct pass pass = pass_of(l);
	const struct compile_options options = { .pass = &pass };
	autostack struct stack stack = { 0 };
	int r = compile_stack(policy, &options, may_split, &stack, e);

	if (r)
		return r;
	r = stack_prove(&stack, policy, &pass, NULL, e);
	if (r)
		return err_wrap(e, r, "the compiled filter is not the policy; nothing was started");
	vec_for(f, &stack.all) {
		if (lay_out(l, f))
			return err_set(e, -ENOMEM, "out of memory");
	}
	return 0;
}

/* The codes that speak about the command must not come from anywhere else. */
static int not_about_the_command(int code)
{
	return code == -ENOENT || code == -EACCES ? -EIO : code;
}

static int prepare(const struct policy *policy, char *const argv[], char *const envp[],
		   bool may_split, struct launch **launch, struct err *e)
{
	autoprogram struct program program = { 0 };
	autolaunch struct launch *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return err_set(e, -ENOMEM, "out of memory");
	r = program_find(argv[0] ? argv[0] : "", getenv("PATH"), &program, e);
	if (r)
		return r;
	r = program_check(&program, policy, e);
	if (!r)
		r = hide(l, &program, argv, envp, e);
	if (!r)
		r = compile(l, policy, may_split, e);
	if (r)
		return not_about_the_command(r);
	*launch = take(l);
	return 0;
}

int launch_prepare(const struct policy *policy, char *const argv[], char *const envp[],
		   struct launch **launch, struct err *e)
{
	return prepare(policy, argv, envp, false, launch, e);
}

int launch_prepare_split(const struct policy *policy, char *const argv[], char *const envp[],
			 struct launch **launch, struct err *e)
{
	return prepare(policy, argv, envp, true, launch, e);
}

/*
 * Under the filter: only what the pass admits, and raw, since exit functions of libc (or of a
 * sanitizer) may make other calls on their way out.
 */
static void give_up(struct launch *l, int error)
{
	const char *why = describe(error);
	char *at = (char *)l->message.address + l->reason;

	for (size_t i = 0; i < l->reason_size && why[i]; i++)
		at[i] = why[i];
	/* A short write is nobody's to complete: the filter admits this very length only. */
	syscall(SYS_write, STDERR_FILENO, l->message.address, l->message.size);
	syscall(SYS_exit_group, error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

/* One filter into the kernel: what seccomp(2) returned, a descriptor where flags ask for one. */
static int put_filter(const struct sock_fprog *program, unsigned flags, int *listener,
		      struct err *e)
{
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);

	if (r < 0 || (r && !(flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)))
		return not_about_the_command(
			err_sys(e, r < 0 ? -errno : -EIO, "the kernel does not take the filter"));
	*listener = (int)r;
	return 0;
}

/* Only the last one may forbid seccomp(2), and has the listener. */
static int put_filters(const struct launch *l, unsigned flags, int *listener, struct err *e)
{
	const unsigned early = flags & ~(unsigned)SECCOMP_FILTER_FLAG_NEW_LISTENER;
	int r = 0;

	/* A filter is for the calling thread alone; another one would be at large until execve. */
	if (!__libc_single_threaded)
		return err_set(e, -EBUSY, "there are other threads in this process");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return not_about_the_command(err_sys(e, -errno, "cannot set no_new_privs"));
	for (size_t i = 0; !r && i < l->program_count; i++)
		r = put_filter(&l->programs[i], i + 1 < l->program_count ? early : flags, listener,
			       e);
	return r;
}

int launch_exec_heard(struct launch *l, unsigned flags, int *listener, struct err *e)
{
	children_disown();
	int r = put_filters(l, flags, listener, e);
	if (r)
		return r;
	syscall(SYS_execve, l->path.address, l->argv.address, l->envp.address);
	give_up(l, errno);
	return err_set(e, -EIO, "cannot even exit");
}

int launch_exec(struct launch *l, unsigned flags, struct err *e)
{
	int none;

	return launch_exec_heard(l, flags & ~(unsigned)SECCOMP_FILTER_FLAG_NEW_LISTENER, &none, e);
}
