/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where watch has audit records from. */
#include "cli/stream.h"

#include "audit/reader.h"
#include "base/cleanup.h"
#include "cli/tail.h"

#include <errno.h>
#include <string.h>

static const char audit_log[] = "/var/log/audit/audit.log";

struct stream {
	const char *name;      /* borrowed */
	struct reader *reader; /* of the kernel's netlink, or NULL */
	struct tail *tail;     /* of a file or a pipe with lines, or NULL */
};

static int open_audit(struct stream *s, struct err *e)
{
	s->name = "audit netlink";
	return reader_open(&(struct reader_options){ 0 }, &s->reader, e);
}

static int open_log(struct stream *s, struct err *e)
{
	s->name = audit_log;
	return tail_file(audit_log, true, &s->tail, e);
}

static int open_journal(struct stream *s, struct err *e)
{
	s->name = "the journal";
	return tail_journal(&s->tail, e);
}

static int open_kernel(struct stream *s, struct err *e)
{
	s->name = "the kernel's log";
	return tail_kernel(&s->tail, e);
}

static const struct {
	const char *name;
	int (*open)(struct stream *s, struct err *e);
} kinds[] = {
	{ "audit", open_audit },
	{ "log", open_log },
	{ "journal", open_journal },
	{ "kernel", open_kernel },
};

/* The first that can be had; where none can, the reason of the best. */
static int open_any(struct stream *s, struct err *e)
{
	struct err first = { 0 }, rest = { 0 };
	int r = kinds[0].open(s, &first);

	for (size_t i = 1; r && i < countof(kinds); i++)
		r = kinds[i].open(s, &rest);
	return r ? err_set(e, first.code, "%s", first.text) : 0;
}

static int open_named(struct stream *s, const char *from, struct err *e)
{
	for (size_t i = 0; i < countof(kinds); i++)
		if (strcmp(kinds[i].name, from) == 0)
			return kinds[i].open(s, e);
	s->name = from;
	return tail_file(from, false, &s->tail, e);
}

int stream_open(const char *from, struct stream **stream, struct err *e)
{
	autostream struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return err_set(e, -ENOMEM, "out of memory");
	int r = from ? open_named(s, from, e) : open_any(s, e);
	if (!r)
		*stream = take(s);
	return r;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	reader_close(s->reader);
	tail_close(s->tail);
	free(s);
}

const char *stream_name(const struct stream *s)
{
	return s->name;
}

int stream_fd(const struct stream *s)
{
	return s->reader ? reader_fd(s->reader) : tail_fd(s->tail);
}

int stream_next(struct stream *s, struct record *record)
{
	return s->reader ? reader_next(s->reader, 0, record) : tail_next(s->tail, record);
}

uint64_t stream_losses(const struct stream *s)
{
	struct reader_figures figures;

	if (!s->reader)
		return tail_losses(s->tail);
	reader_figures(s->reader, &figures);
	return figures.missing + figures.overruns + figures.damaged;
}
