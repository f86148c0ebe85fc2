/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filters that log, and what keeps the kernel from telling of it. */
#include "tracer/logging.h"

#include "audit/control.h"
#include "audit/reader.h"
#include "base/cleanup.h"
#include "tracer/filter.h"
#include "tracer/marked.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* A rule can name the numbers below (AUDIT_BITMASK_SIZE * 32). */
enum { MASKED_NUMBERS = 2048 };

/* Numbers alone: everything is logged. */
static struct sock_filter log_all[] = FILTER_ALL(SECCOMP_RET_ERRNO | ENOSYS, SECCOMP_RET_LOG);

/*
 * Beside rules: what they cannot name (x32's numbers, and those that no kernel has), and what does
 * not reach them because it is answered here.
 */
static struct sock_filter log_rest[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~FILTER_X32_BIT),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FILTER_CLONE3, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, MASKED_NUMBERS, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

/* The recording filter that was made for ptrace, with answers that log. The caller frees the code.
 */
static int log_what_traces(const struct sock_fprog *from, struct sock_fprog *to, struct err *e)
{
	to->len = from->len;
	to->filter = calloc(from->len, sizeof(*to->filter));
	if (!to->filter)
		return err_set(e, -ENOMEM, "out of memory");
	memcpy(to->filter, from->filter, from->len * sizeof(*to->filter));
	for (unsigned i = 0; i < to->len; i++) {
		struct sock_filter *s = &to->filter[i];

		if (s->code != (BPF_RET | BPF_K))
			continue;
		if (s->k == (SECCOMP_RET_TRACE | TRACE_RECORD))
			s->k = SECCOMP_RET_LOG;
		else if (s->k == (SECCOMP_RET_TRACE | TRACE_ENOSYS))
			s->k = SECCOMP_RET_ERRNO | ENOSYS;
	}
	return 0;
}

int logging_filter(const struct recording *recording, struct sock_fprog *filter, struct err *e)
{
	struct sock_fprog all = { countof(log_all), log_all };
	struct sock_fprog rest = { countof(log_rest), log_rest };

	if (recording->filter && recording->want_args)
		return err_set(
			e, -EINVAL,
			"audit's rules know no profile: a known one needs the ptrace back end, "
			"or audit without --args");
	return log_what_traces(recording->filter      ? recording->filter
			       : recording->want_args ? &rest
						      : &all,
			       filter, e);
}

static bool is_logged(const char *action)
{
	char text[256] = "";
	autoclose int fd = open("/proc/sys/kernel/seccomp/actions_logged", O_RDONLY | O_CLOEXEC);

	/* Where the file is not there the kernel is too old to be told, and logs. */
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return fd < 0;
	for (char *rest = text, *word; (word = strsep(&rest, " \n"));)
		if (strcmp(word, action) == 0)
			return true;
	return false;
}

int logging_check(struct err *e)
{
	struct reader_options options = { .buffer = 4096 };
	autoreader struct reader *reader = NULL;
	uint32_t action = SECCOMP_RET_LOG;
	bool is_excluded = false;
	int r;

	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action))
		return err_sys(e, -errno, "seccomp cannot log calls here (Linux 4.14 can)");
	if (!is_logged("log"))
		return err_set(e, -EPERM,
			       "the kernel does not log what filters log: add \"log\" to "
			       "kernel.seccomp.actions_logged (sysctl -w)");
	r = reader_open(&options, &reader, e);
	if (r)
		return r;
	/* Without CAP_AUDIT_CONTROL nobody tells: then the beacon will. */
	if (!control_is_excluded(AUDIT_SECCOMP, &is_excluded, NULL) && is_excluded)
		return err_set(
			e, -EPERM,
			"an audit rule hides the records of seccomp: see auditctl -l, remove "
			"the one with \"exclude\" and \"msgtype=SECCOMP\"");
	return marked_check(e);
}

int logging_check_rules(struct err *e)
{
	static const uint16_t types[] = { AUDIT_SYSCALL, AUDIT_PATH, AUDIT_SOCKADDR, AUDIT_EOE };
	bool is_there;
	int r;

	for (unsigned i = 0; i < countof(types); i++) {
		r = control_is_excluded(types[i], &is_there, e);
		if (r)
			return r;
		if (is_there)
			return err_set(
				e, -EPERM,
				"an audit rule hides records of type %u: see auditctl -l, remove "
				"the one with \"exclude\"",
				types[i]);
	}
	r = control_is_blind(&is_there, e);
	if (!r && is_there)
		r = err_set(
			e, -EPERM,
			"the audit rule \"never,task\" hides the calls of new processes: remove it "
			"while recording (auditctl -d never,task)");
	return r;
}
