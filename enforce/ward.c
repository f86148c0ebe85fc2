/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A command under a filter whose notifications come to us.
 *
 * The listener is made in the child, under a filter that may forbid to send it anywhere. So the
 * child shares our descriptors until its execve, which gives it a copy of its own and closes the
 * listener there; and we wait for that as vfork(2) does. The number comes through shared memory.
 */
#include "enforce/ward.h"

#include "base/cleanup.h"
#include "base/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { STATUS_FAILED = 125 };

/* What the child leaves in shared memory. */
struct word {
	int listener;
	struct err e; /* why there was no execve */
};

/* Linux 5.19: once we have seen a call, only death interrupts it. Before, any signal does. */
static int exec_heard(struct launch *l, unsigned flags, struct word *word)
{
	int r;

	flags |= (unsigned)SECCOMP_FILTER_FLAG_NEW_LISTENER;
	r = launch_exec_heard(l, flags | (unsigned)SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
			      &word->listener, &word->e);
	return r == -EINVAL ? launch_exec_heard(l, flags, &word->listener, &word->e) : r;
}

/* The child. Every path ends in the command or in _exit. */
static void become(struct launch *l, unsigned flags, const sigset_t *mask, pid_t parent,
		   struct word *word)
{
	int r = 0;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		r = err_sys(&word->e, -errno, "cannot tie the command to its supervisor");
	if (getppid() != parent)
		_exit(STATUS_FAILED);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (!r)
		r = exec_heard(l, flags, word);
	word->e.code = r;
	_exit(STATUS_FAILED);
}

static pid_t clone_sharing_descriptors(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_FILES | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
}

static int give_up(struct ward *w, struct word *word, struct err *e)
{
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (word->e.code == -EBUSY)
		return err_set(e, -EBUSY,
			       "this process is under a filter with a listener already, and the "
			       "kernel allows one in a tree: enforce without --supervise, or with "
			       "--explain");
	return err_set(e, word->e.code ? word->e.code : -EIO, "%s",
		       word->e.code ? word->e.text : "the command's process ended before its time");
}

/* Ours are the descriptors from now on: who is listened to, and when it ends. */
static int attend(struct ward *w, struct word *word, struct err *e)
{
	if (word->listener < 0)
		return give_up(w, word, e);
	w->listener = word->listener;
	w->exit = (int)syscall(SYS_pidfd_open, w->pid, 0);
	if (w->exit < 0) {
		int r = err_sys(e, -errno, "cannot watch over the command");

		kill(w->pid, SIGKILL);
		while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
			;
		ward_fini(w);
		return r;
	}
	return 0;
}

/* The kernel writes a whole struct of its own: it must not be larger than what we have room for. */
static int check_sizes(struct err *e)
{
	struct seccomp_notif_sizes sizes;

	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes))
		return err_sys(e, -errno,
			       "the kernel has no seccomp notifications: Linux 5.5 is needed");
	if (sizes.seccomp_notif > sizeof(struct seccomp_notif) ||
	    sizes.seccomp_notif_resp > sizeof(struct seccomp_notif_resp))
		return err_set(e, -EOPNOTSUPP, "the kernel's notifications are newer than wont");
	return 0;
}

int ward_start(struct launch *l, unsigned flags, const sigset_t *mask, struct ward *w,
	       struct err *e)
{
	pid_t parent = getpid();
	struct word *word;
	int r = check_sizes(e);

	if (r)
		return r;
	word = mmap(NULL, sizeof(*word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (word == MAP_FAILED)
		return err_sys(e, -errno, "cannot share memory with the command");
	word->listener = -1;
	*w = (struct ward){ .exit = -1, .listener = -1 };
	w->pid = clone_sharing_descriptors();
	if (!w->pid)
		become(l, flags, mask, parent, word);
	r = w->pid < 0 ? err_sys(e, -errno, "cannot fork") : attend(w, word, e);
	munmap(word, sizeof(*word));
	return r;
}

void ward_fini(struct ward *w)
{
	if (w->listener >= 0)
		close(take_fd(w->listener));
	if (w->exit >= 0)
		close(take_fd(w->exit));
}

/*
 * The process of a thread. Where /proc does not tell, because the thread has gone or it is not our
 * /proc, the thread itself: most calls are made by the first of a process, whose number it has.
 */
static pid_t process_of(pid_t tid)
{
	pid_t pid = procfs_number(tid, "Tgid");

	return pid ? pid : tid;
}

/* Linux 6.9 also has descriptors of threads; SIGKILL to one thread is the end of its process. */
static int open_process(pid_t pid)
{
	enum { PIDFD_THREAD_FLAG = O_EXCL };
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd >= 0 ? fd : (int)syscall(SYS_pidfd_open, pid, PIDFD_THREAD_FLAG);
}

bool notice_is_open(const struct ward *w, const struct notice *n)
{
	return ioctl(w->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &n->id) == 0;
}

int ward_listen(const struct ward *w, struct notice *n, struct err *e)
{
	struct seccomp_notif notif;

	memset(&notif, 0, sizeof(notif));
	if (ioctl(w->listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		return err_sys(e, -errno, "cannot hear of a denied call");
	*n = (struct notice){
		.id = notif.id,
		.tid = (pid_t)notif.pid,
		.pid = process_of((pid_t)notif.pid),
		.process = -1,
		.call = {
			.nr = (uint32_t)notif.data.nr,
			.token = notif.data.arch,
			.ip = notif.data.instruction_pointer,
		},
	};
	for (unsigned i = 0; i < SYSCALL_ARGS; i++)
		n->call.args[i] = notif.data.args[i];
	n->process = open_process(n->pid);
	/* Asked last: if the caller still waits, the pid was its own all the time. */
	if (notice_is_open(w, n))
		return 0;
	notice_fini(n);
	return err_set(e, -ENOENT, "a denied call has gone");
}

void notice_fini(struct notice *n)
{
	if (n->process >= 0)
		close(take_fd(n->process));
}

int notice_kill(const struct notice *n, struct err *e)
{
	if (syscall(SYS_pidfd_send_signal, n->process, SIGKILL, NULL, 0))
		return err_sys(e, -errno, "cannot kill process %d", (int)n->pid);
	return 0;
}

static int answer(const struct ward *w, struct seccomp_notif_resp resp, struct err *e)
{
	if (ioctl(w->listener, SECCOMP_IOCTL_NOTIF_SEND, &resp) && errno != ENOENT)
		return err_sys(e, -errno, "cannot answer a denied call");
	return 0;
}

int notice_refuse(const struct ward *w, const struct notice *n, int error, struct err *e)
{
	return answer(w, (struct seccomp_notif_resp){ .id = n->id, .error = -error }, e);
}

int notice_admit(const struct ward *w, const struct notice *n, struct err *e)
{
	struct seccomp_notif_resp resp = { .id = n->id };

	resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return answer(w, resp, e);
}
