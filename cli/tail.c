/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Audit records as lines that others write. */
#include "cli/tail.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	CHUNK = 65536,
	LINE_MAX_BYTES = 1 << 20, /* a longer line is none of an audit record */
	CHUNKS = 64,		  /* without a record, until the caller may look around */
};

struct tail {
	int fd;
	char *path;	  /* of a file that is followed, else NULL */
	struct stat file; /* which one that is now */
	pid_t writer;	  /* of a pipe: who writes into it, else 0 */
	/* The record of a line: 0, or a negative code for a line that holds none. */
	int (*parse)(struct tail *t, const char *line, size_t len, struct record *record);
	bool ends;	  /* at the end of the file */
	bool is_skipping; /* the rest of a line that was too long */
	bool is_replaced; /* another file has the name: this one is read to its end */
	struct str text;  /* what was read; up to `at` it has been handed out */
	size_t at;
	struct str made;   /* the text of a record that had to be put together */
	uint64_t sequence; /* of the kernel's log: the last message's, and 1 */
	uint64_t losses;
};

static struct tail *tail_new(int fd,
			     int (*parse)(struct tail *, const char *, size_t, struct record *))
{
	struct tail *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->fd = fd;
	t->parse = parse;
	return t;
}

void tail_close(struct tail *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	if (t->writer > 0) {
		kill(t->writer, SIGTERM);
		while (waitpid(t->writer, NULL, 0) < 0 && errno == EINTR)
			;
	}
	str_fini(&t->text);
	str_fini(&t->made);
	free(t->path);
	free(t);
}

int tail_fd(const struct tail *t)
{
	/* A regular file is always readable. */
	return t->path || t->ends ? -1 : t->fd;
}

uint64_t tail_losses(const struct tail *t)
{
	return t->losses;
}

/* ---- what a line holds ---- */

static int parse_line(struct tail *t, const char *line, size_t len, struct record *record)
{
	(void)t;
	return record_parse_line(line, len, record);
}

/*
 * "PRIORITY,SEQUENCE,TIME,FLAGS;message" (Documentation/ABI/testing/dev-kmsg). The kernel lets
 * nobody write there as facility 0, which is its own.
 */
static int parse_kernel(struct tail *t, const char *line, size_t len, struct record *record)
{
	const char *message = memchr(line, ';', len), *at = line;
	uint64_t priority, sequence;

	if (!message || !number_read(&at, &priority) || *at++ != ',' ||
	    !number_read(&at, &sequence))
		return -ENOMSG; /* a line of the dictionary that follows a message */
	if (t->sequence && sequence > t->sequence)
		t->losses += sequence - t->sequence;
	t->sequence = sequence + 1;
	if (priority >= 8)
		return -ENOMSG;
	message++;
	if (strncmp(message, "audit: ", 7) != 0)
		return -ENOMSG;
	return record_parse_line(message, len - (size_t)(message - line), record);
}

static const char *member(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	return text ? text : "";
}

/*
 * journald takes records apart: their fields stand in MESSAGE behind the type's name, the rest in
 * fields that nobody but it can set (systemd.journal-fields(7)).
 */
static int put_together(struct tail *t, const json_t *entry, struct record *record)
{
	const char *message = strchr(member(entry, "MESSAGE"), ' ');
	uint64_t type, serial, time;

	if (!message || !number_after(member(entry, "_AUDIT_TYPE"), "", &type) ||
	    !number_after(member(entry, "_AUDIT_ID"), "", &serial) ||
	    !number_after(member(entry, "_SOURCE_REALTIME_TIMESTAMP"), "", &time) ||
	    type > UINT16_MAX || serial > UINT32_MAX)
		return -EBADMSG;
	str_clear(&t->made);
	str_putf(&t->made, "audit(%" PRIu64 ".%03" PRIu64 ":%" PRIu64 "):%s", time / 1000000,
		 time / 1000 % 1000, serial, message);
	if (t->made.failed)
		return -ENOMEM;
	return record_parse((uint16_t)type, str_text(&t->made), t->made.len, record);
}

/* The kernel's log has what is written to /dev/kmsg, too, but never as the kernel's facility, 0. */
static int parse_journal(struct tail *t, const char *line, size_t len, struct record *record)
{
	json_t *entry = json_loadb(line, len, 0, NULL);
	int r = -ENOMSG;

	if (strcmp(member(entry, "_TRANSPORT"), "audit") == 0) {
		r = put_together(t, entry, record);
	} else if (strcmp(member(entry, "_TRANSPORT"), "kernel") == 0 &&
		   strcmp(member(entry, "SYSLOG_FACILITY"), "0") == 0) {
		str_clear(&t->made);
		str_put(&t->made, member(entry, "MESSAGE"));
		r = strncmp(str_text(&t->made), "audit: ", 7) == 0
			    ? record_parse_line(str_text(&t->made), t->made.len, record)
			    : -ENOMSG;
	}
	json_decref(entry);
	return r;
}

/* ---- where lines come from ---- */

int tail_file(const char *path, bool is_followed, struct tail **tail, struct err *e)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	autotail struct tail *t = NULL;

	if (fd < 0)
		return err_sys(e, -errno, "cannot read %s", path);
	t = tail_new(-1, parse_line);
	if (!t || (is_followed && !(t->path = strdup(path))))
		return err_set(e, -ENOMEM, "out of memory");
	if (fstat(fd, &t->file) || (is_followed && lseek(fd, 0, SEEK_END) < 0))
		return err_sys(e, -errno, "cannot read %s", path);
	t->ends = !is_followed;
	t->fd = take_fd(fd);
	*tail = take(t);
	return 0;
}

int tail_kernel(struct tail **tail, struct err *e)
{
	autoclose int fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		return err_sys(e, -errno, "cannot read /dev/kmsg");
	struct tail *t = tail_new(fd, parse_kernel);
	if (!t)
		return err_set(e, -ENOMEM, "out of memory");
	fd = -1;
	*tail = t;
	return 0;
}

/* Starts journalctl with its output in a pipe: the end to read from, or -1. */
static int start_journal(pid_t *pid)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	*pid = fork();
	if (!*pid) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("journalctl", "journalctl", "-q", "-f", "-n", "0", "-o", "json",
		       "_TRANSPORT=audit", "+", "_TRANSPORT=kernel", NULL);
		_exit(127);
	}
	close(ends[1]);
	if (*pid > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

int tail_journal(struct tail **tail, struct err *e)
{
	autotail struct tail *t = tail_new(-1, parse_journal);

	if (!t)
		return err_set(e, -ENOMEM, "out of memory");
	/* Asked first: a journalctl that is not there would be an end without a reason. */
	if (access("/run/systemd/journal/socket", F_OK))
		return err_set(e, -ENOENT, "there is no journald here");
	t->fd = start_journal(&t->writer);
	if (t->fd < 0 || fcntl(t->fd, F_SETFL, O_NONBLOCK))
		return err_sys(e, -errno, "cannot start journalctl");
	*tail = take(t);
	return 0;
}

/* ---- reading ---- */

/* A followed file has been rotated or cut: goes on with the one that has its name now. */
static int reopen(struct tail *t)
{
	struct stat now;

	if (!t->path || stat(t->path, &now))
		return -EAGAIN;
	if (now.st_ino == t->file.st_ino && now.st_dev == t->file.st_dev &&
	    now.st_size >= lseek(t->fd, 0, SEEK_CUR))
		return -EAGAIN;
	/* Something may have been written between our last look and the rotation. */
	if (!t->is_replaced) {
		t->is_replaced = true;
		return 0;
	}
	int fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &t->file)) {
		if (fd >= 0)
			close(fd);
		return -EAGAIN;
	}
	close(t->fd);
	t->fd = fd;
	t->is_replaced = false;
	return 0;
}

/* What has been handed out makes room. */
static void forget_read(struct tail *t)
{
	if (!t->at)
		return;
	t->text.len -= t->at;
	memmove(t->text.data, t->text.data + t->at, t->text.len + 1);
	t->at = 0;
}

/* Reads on: 0, -EAGAIN, -ENODATA. */
static int fill(struct tail *t)
{
	char chunk[CHUNK];
	ssize_t n = read(t->fd, chunk, sizeof(chunk));

	if (n < 0 && errno == EPIPE) { /* of /dev/kmsg: overtaken */
		t->losses++;
		return 0;
	}
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (!n)
		return t->path ? reopen(t) : -ENODATA;
	forget_read(t);
	str_put_bytes(&t->text, chunk, (size_t)n);
	return t->text.failed ? -ENOMEM : 0;
}

/* The next whole line of what has been read, or NULL. */
static const char *next_line(struct tail *t, size_t *len)
{
	const char *start = str_text(&t->text) + t->at;
	const char *end = memchr(start, '\n', t->text.len - t->at);

	if (!end && t->text.len - t->at > LINE_MAX_BYTES) {
		str_clear(&t->text);
		t->at = 0;
		t->is_skipping = true;
		t->losses++;
	}
	if (!end)
		return NULL;
	*len = (size_t)(end - start);
	t->at += *len + 1;
	if (t->is_skipping) {
		t->is_skipping = false;
		*len = 0;
	}
	return start;
}

int tail_next(struct tail *t, struct record *record)
{
	for (unsigned n = 0; n < CHUNKS; n++) {
		size_t len = 0;
		const char *line;
		int r;

		while ((line = next_line(t, &len))) {
			r = t->parse(t, line, len, record);
			if (!r)
				return 0;
			t->losses += r == -EBADMSG;
		}
		r = fill(t);
		if (r)
			return r;
	}
	return -EINTR;
}
