/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who comes, executes and goes: the tree of processes and threads, as ptrace tells of it. */
#include "tracer/session.h"

#include "base/procfs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

/* A process is there: tells the sink, once the command itself runs. */
static int tell_start(struct session *s, const struct thread *thread)
{
	struct group *group = thread->group;

	if (group->is_told || !s->is_started)
		return 0;
	group->is_told = true;
	return session_tell(s, EVENT_START, thread, &(struct event){ 0 });
}

/* Gives a new thread its place. What it stopped with before is handled now. */
static int join(struct session *s, struct thread *thread, struct group *group)
{
	tree_join(&s->tree, thread, group);
	int r = tell_start(s, thread);
	if (r < 0 || !thread->is_held)
		return r;
	thread->is_held = false;
	return session_dispatch(s, thread->tid, thread->held);
}

/* The same in its creator's process, or as a process of its own. */
static int adopt(struct session *s, struct thread *thread, const struct group *creator,
		 bool is_thread)
{
	struct group *group = is_thread ? tree_group(&s->tree, creator->process.pid)
					: tree_add_group(&s->tree, thread->tid, creator);

	if (!group)
		return -ENOMEM;
	group->has_own_filter = creator->has_own_filter;
	return join(s, thread, group);
}

/* What a thread that has stopped executes: /proc may hide it though it is there. -ESRCH: gone. */
static int find_exe(struct session *s, pid_t tid, const struct exe **exe)
{
	unsigned long message;
	int r = exes_find(&s->exes, tid, exe);

	if (r != -ESRCH || ptrace(PTRACE_GETEVENTMSG, tid, 0, &message))
		return r;
	return exes_hidden(&s->exes, exe);
}

/* The process of a thread where /proc does not tell: asked of each that there is. 0: gone. */
static pid_t find_process(struct session *s, pid_t tid)
{
	const struct map_entry *e;

	if (procfs_is_ours())
		return procfs_number(tid, "Tgid");
	if (!syscall(SYS_tgkill, tid, tid, 0))
		return tid;
	for (size_t at = 0; (e = map_next(&s->tree.groups, &at));) {
		const struct group *group = e->value;

		if (!syscall(SYS_tgkill, group->process.pid, tid, 0))
			return group->process.pid;
	}
	return 0;
}

/* The same for a process of which nobody is left that could have created it. */
static int adopt_stranger(struct session *s, struct thread *thread)
{
	const struct exe *exe;
	struct group *group;
	int r = find_exe(s, thread->tid, &exe);

	if (r)
		return r == -ESRCH ? 0 : r; /* killed: its end will be told */
	group = tree_add_group(&s->tree, thread->tid, NULL);
	if (!group)
		return -ENOMEM;
	group->process.parent = TREE_FIRST;
	group->process.exe = exe;
	/* What is not known costs a stop more to each call. */
	group->has_own_filter = thread->has_filter = true;
	return join(s, thread, group);
}

/* Finds the place of a thread whose creator can no longer tell, from what the kernel knows. */
static int adopt_orphan(struct session *s, struct thread *thread)
{
	pid_t pid = find_process(s, thread->tid);

	if (!pid)
		return 0; /* gone: its end will be told */
	bool is_thread = pid != thread->tid;
	struct group *creator =
		tree_group(&s->tree, is_thread ? pid : procfs_number(thread->tid, "PPid"));
	if (!creator && is_thread)
		return 0;
	if (!creator)
		creator = tree_group(&s->tree, s->spawn.pid);
	place_inherit(&s->place, NULL, thread);
	if (!creator)
		return adopt_stranger(s, thread);
	thread->has_filter = creator->has_own_filter;
	return adopt(s, thread, creator, is_thread);
}

int family_adopt(struct session *s)
{
	const struct map_entry *e;

	for (size_t at = 0; s->tree.held && (e = map_next(&s->tree.threads, &at));) {
		struct thread *thread = e->value;

		if (thread->group || thread->is_gone)
			continue;
		int r = adopt_orphan(s, thread);
		if (r < 0)
			return r;
		if (thread->group)
			at = 0; /* the table may have changed */
	}
	return 0;
}

/* A new tid stops before the event that explains it: it waits. */
int family_hold(struct session *s, pid_t tid, struct thread *thread, int status)
{
	if (!thread)
		thread = tree_add_thread(&s->tree, tid);
	if (!thread)
		return -ENOMEM;
	thread->held = status;
	thread->is_held = true;
	tree_set_gone(&s->tree, thread, false); /* the tid of one that went may come again */
	return 0;
}

/* The thread has created another: PTRACE_EVENT_FORK, VFORK or CLONE. */
int family_created(struct session *s, struct thread *creator, int how)
{
	struct thread *thread;
	unsigned long tid;
	int r = 0;

	if (ptrace(PTRACE_GETEVENTMSG, creator->tid, 0, &tid))
		return 0;
	thread = tree_thread(&s->tree, (pid_t)tid);
	/* Placed already, by family_adopt; or placed by it and gone since. */
	bool is_known = thread ? thread->group != NULL : kill((pid_t)tid, 0) && errno == ESRCH;
	if (!is_known) {
		bool is_gone = thread && thread->is_gone;
		bool is_thread =
			is_gone ? how == PTRACE_EVENT_CLONE
				: !syscall(SYS_tgkill, creator->group->process.pid, (pid_t)tid, 0);

		if (!thread)
			thread = tree_add_thread(&s->tree, (pid_t)tid);
		if (!thread)
			return -ENOMEM;
		thread->has_filter = creator->has_filter;
		thread->flags = creator->flags;
		thread->is_narrow = creator->is_narrow;
		place_inherit(&s->place, creator, thread);
		r = adopt(s, thread, creator->group, is_thread);
	}
	call_restore_flags(creator);
	session_resume(creator, 0);
	return r;
}

/* Without new privileges a program that brings rights with it ran without them: otherwise, perhaps.
 */
static void note_rights(struct session *s, const struct process *process)
{
	char link[64];
	struct stat st;

	if (!s->spawn.report->no_new_privs || !procfs_is_ours())
		return;
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)process->pid);
	if ((stat(link, &st) == 0 && st.st_mode & (S_ISUID | S_ISGID)) ||
	    getxattr(link, "security.capability", NULL, 0) > 0)
		session_caveat(s,
			       "%s ran without the rights that its file grants: recording without "
			       "CAP_SYS_ADMIN sets no_new_privs",
			       process->exe->path);
}

/* The process of the thread has executed a file; its tid is the pid now. */
int family_executed(struct session *s, struct group *group)
{
	unsigned long former;
	pid_t pid = group->process.pid;
	struct thread *thread;
	int r;

	if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &former))
		return 0;
	thread = tree_exec(&s->tree, group, (pid_t)former);
	if (!thread)
		return -ENOMEM;
	r = find_exe(s, pid, &group->process.exe);
	if (r == -ESRCH) {
		session_resume(thread, 0); /* killed meanwhile */
		return 0;
	}
	if (r)
		return r;
	note_rights(s, &group->process);
	group->mappings++;
	if (group->is_told) {
		r = session_tell(s, EVENT_EXEC, thread, &(struct event){ 0 });
	} else {
		s->is_started = true;
		r = tell_start(s, thread);
	}
	session_resume(thread, 0);
	return r;
}

static int process_gone(struct session *s, struct thread *thread, int status)
{
	struct group *group = thread->group;
	int r = 0;

	if (group->is_told && !s->is_stopping)
		r = session_tell(s, EVENT_EXIT, thread, &(struct event){ .status = status });
	tree_remove_group(&s->tree, group);
	return r;
}

int family_gone(struct session *s, struct thread *thread, int status)
{
	int r = 0;

	if (!thread)
		return 0; /* a thread that an exec had removed */
	if (thread->tid == s->spawn.pid)
		s->outcome->status = status;
	if (!thread->group) {
		tree_set_gone(&s->tree, thread, true);
		thread->is_held = true;
		thread->held = status;
		return 0;
	}
	if (thread->tid == thread->group->process.pid)
		r = process_gone(s, thread, status);
	else
		tree_remove_thread(&s->tree, thread);
	return r < 0 ? r : family_adopt(s);
}
